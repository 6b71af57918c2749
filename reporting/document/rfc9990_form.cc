// The current form. RFC 9990 3.1.1
#include "reporting/document/elements.h"
#include "reporting/document/forms.h"
#include "reporting/document/published.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {
namespace {

constexpr std::string_view kNamespace = "urn:ietf:params:xml:ns:dmarc-2.0";

/// RFC 9990 3.1.1.5
void published(XmlWriter& xml, const PublishedPolicy& policy) {
  const policy::dmarc::Record& record = policy.record;
  const PoliciesInForce in_force = policies_in_force(record);
  xml.begin("policy_published")
      .leaf("domain", policy.domain.text())
      .leaf("p", to_string(in_force.p))
      .leaf("sp", to_string(in_force.sp))
      .leaf("np", to_string(in_force.np))
      .leaf("adkim", to_word(record.adkim))
      .leaf("aspf", to_word(record.aspf))
      .leaf("discovery_method", to_word(policy.discovery))
      .leaf("fo", record.fo)
      .leaf("testing", record.testing ? "y" : "n")
      .end();
}

XmlWriter begin(const Reporter& reporter, const DocumentKey& key) {
  XmlWriter xml("feedback", kNamespace);
  xml.leaf("version", "1.0");
  begin_metadata(xml, reporter, key);
  if (!reporter.generator.empty()) xml.leaf("generator", reporter.generator);
  xml.end();
  published(xml, key.report.policy);
  return xml;
}

/// RFC 9990 3.1.1.8
void row_element(XmlWriter& xml, const CountedRow& counted) {
  xml.begin("row").leaf("source_ip", counted.row.source_ip.text());
  xml.leaf("count", counted.messages.all);
  begin_evaluated(xml, counted.row.disposition, counted.row);
  for (const policy::Override& reason : counted.row.reasons) write_reason(xml, reason);
  xml.end().end();
}

/// RFC 9990 3.1.1.7
void record(XmlWriter& xml, const CountedRow& counted) {
  const ReportRow& row = counted.row;
  xml.begin("record");
  row_element(xml, counted);
  xml.begin("identifiers");
  message_leaf(xml, "header_from", row.header_from);
  message_leaf(xml, "envelope_from", row.envelope_from);
  xml.end().begin("auth_results");
  write_dkim(xml, row);
  if (row.spf) {
    begin_spf(xml, *row.spf);
    message_note(xml, "human_result", row.spf->human_result);
    xml.end();
  }
  xml.end().end();
}

}  // namespace

constinit const DocumentForm kRfc9990Form{begin, record};

}  // namespace waarmerk::reporting
