#include "reporting/document/elements.h"

#include "policy/facts.h"
#include "reporting/document/privacy.h"
#include "reporting/document/published.h"

namespace waarmerk::reporting {

void message_leaf(XmlWriter& xml, XmlName name, std::string_view text) {
  if (text.find('@') == std::string_view::npos) {
    xml.leaf(name, text);
  } else {
    xml.leaf(name, without_local_parts(text));
  }
}

void message_note(XmlWriter& xml, XmlName name, std::string_view text) {
  if (!text.empty()) message_leaf(xml, name, text);
}

void begin_metadata(XmlWriter& xml, const Reporter& reporter, const DocumentKey& key) {
  const Period period = period_of(key.report.day);
  const std::string faults = record_faults(key.report.policy.record);
  xml.begin("report_metadata").leaf("org_name", reporter.organization);
  xml.leaf("email", reporter.email);
  if (!reporter.contact.empty()) xml.leaf("extra_contact_info", reporter.contact);
  xml.leaf("report_id", report_id(key));
  xml.begin("date_range").leaf("begin", period.begin).leaf("end", period.end).end();
  if (!faults.empty()) xml.leaf("error", faults);
}

void begin_evaluated(XmlWriter& xml, ReportDisposition disposition, const ReportRow& row) {
  xml.begin("policy_evaluated")
      .leaf("disposition", kReportDispositionWords.word(disposition))
      .leaf("dkim", row.dkim_aligned ? "pass" : "fail")
      .leaf("spf", row.spf_aligned ? "pass" : "fail");
}

void write_reason(XmlWriter& xml, const policy::Override& reason) {
  xml.begin("reason").leaf("type", to_string(reason.type));
  message_note(xml, "comment", reason.comment);
  xml.end();
}

void write_dkim(XmlWriter& xml, const ReportRow& row) {
  for (const ReportedDkim& dkim : row.dkim) {
    xml.begin("dkim");
    message_leaf(xml, "domain", dkim.domain);
    message_leaf(xml, "selector", dkim.selector);
    xml.leaf("result", to_string(dkim.result));
    message_note(xml, "human_result", dkim.human_result);
    xml.end();
  }
}

void begin_spf(XmlWriter& xml, const ReportedSpf& spf) {
  xml.begin("spf");
  message_leaf(xml, "domain", spf.domain);
  xml.leaf("scope", "mfrom").leaf("result", to_string(spf.result));
}

}  // namespace waarmerk::reporting
