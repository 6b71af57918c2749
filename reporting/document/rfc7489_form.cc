// The form of 2015, for readers that know no other. RFC 7489 Appendix C
#include <array>
#include <charconv>

#include "reporting/document/elements.h"
#include "reporting/document/forms.h"
#include "reporting/document/published.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {
namespace {

using policy::Override;

/// All mail is judged by the policy, whatever the record's pct, and 100 says so.
void published(XmlWriter& xml, const PublishedPolicy& policy) {
  const policy::dmarc::Record& record = policy.record;
  const PoliciesInForce in_force = policies_in_force(record);
  xml.begin("policy_published")
      .leaf("domain", policy.domain.text())
      .leaf("adkim", to_word(record.adkim))
      .leaf("aspf", to_word(record.aspf))
      .leaf("p", to_string(in_force.p))
      .leaf("sp", to_string(in_force.sp))
      .leaf("pct", 100)
      .leaf("fo", record.fo)
      .end();
}

XmlWriter begin(const Reporter& reporter, const DocumentKey& key) {
  XmlWriter xml("feedback");
  xml.leaf("version", "1.0");
  begin_metadata(xml, reporter, key);
  xml.end();
  published(xml, key.report.policy);
  return xml;
}

/// 16 bits of an IPv6 address, without leading zeros.
std::string group_text(unsigned group) {
  std::array<char, 4> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), group, 16).ptr;
  return {digits.data(), end};
}

/// IPv6 in all eight groups: "2001:db8:0:0:0:0:0:1".
std::string spelled_out(const IpAddress& address) {
  if (address.is_v4()) return address.text();
  const auto octets = address.octets();
  std::string text;
  for (std::size_t i = 0; i < octets.size(); i += 2) {
    if (i > 0) text += ':';
    text += group_text(octets[i] * 256U + octets[i + 1]);
  }
  return text;
}

/// There is no `pass` yet: nothing was done with the mail.
ReportDisposition older(ReportDisposition disposition) {
  return disposition == ReportDisposition::Pass ? ReportDisposition::None : disposition;
}

/// Not `sampled_out`, though t=y is what has become of it: that would speak of a pct.
Override older(const Override& reason) {
  if (reason.type != Override::Type::PolicyTestMode) return reason;
  const std::string word(to_string(reason.type));
  return {Override::Type::Other, reason.comment.empty() ? word : word + ": " + reason.comment};
}

void row_element(XmlWriter& xml, const CountedRow& counted) {
  xml.begin("row").leaf("source_ip", spelled_out(counted.row.source_ip));
  xml.leaf("count", counted.messages.all);
  begin_evaluated(xml, older(counted.row.disposition), counted.row);
  for (const Override& reason : counted.row.reasons) write_reason(xml, older(reason));
  xml.end().end();
}

/// An spf result must be there even when there was no domain to check.
void record(XmlWriter& xml, const CountedRow& counted) {
  const ReportRow& row = counted.row;
  xml.begin("record");
  row_element(xml, counted);
  xml.begin("identifiers");
  message_leaf(xml, "envelope_from", row.envelope_from);
  message_leaf(xml, "header_from", row.header_from);
  xml.end().begin("auth_results");
  write_dkim(xml, row);
  begin_spf(xml, row.spf.value_or(ReportedSpf{}));
  xml.end().end().end();
}

}  // namespace

constinit const DocumentForm kRfc7489Form{begin, record};

}  // namespace waarmerk::reporting
