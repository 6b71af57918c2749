// The older form: what it demands, and what becomes of what it does not know.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/reports/document/rendered.h"

namespace waarmerk::reporting {
namespace {

using policy::Override;
using support::plain_report_row;
using support::report_key;
using support::XmlElement;

constexpr auto kForm = policy::ReportFormat::Rfc7489;

XmlElement record_of(const CountedRow& row) { return read_report({row}, kForm)["record"]; }

TEST(Rfc7489Form, A_23_ElementsStandInTheirOrder) {
  const XmlElement root =
      read_report({plain_report_row()}, kForm, report_key("v=DMARC1; rua=mailto:a@example.com"));
  EXPECT_EQ(root.name_space, "");
  EXPECT_EQ(root.order(), "version report_metadata policy_published record ");
  EXPECT_EQ(root["report_metadata"].order(),
            "org_name email extra_contact_info report_id date_range error ");
  EXPECT_EQ(root["policy_published"].order(), "domain adkim aspf p sp pct fo ");
  EXPECT_EQ(root["record"].order(), "row identifiers auth_results ");
  EXPECT_EQ(root["record"]["identifiers"].order(), "envelope_from header_from ");
}

TEST(Rfc7489Form, A_23_TheFormsAreNeverMixed) {
  const XmlElement older = read_report({plain_report_row()}, kForm);
  for (const char* name : {"np", "testing", "discovery_method"}) {
    EXPECT_TRUE(older["policy_published"].all(name).empty()) << name;
  }
  const XmlElement newer = read_report({plain_report_row()}, policy::ReportFormat::Rfc9990);
  EXPECT_TRUE(newer["policy_published"].all("pct").empty());
  EXPECT_EQ(newer.name_space, "urn:ietf:params:xml:ns:dmarc-2.0");
}

TEST(Rfc7489Form, A_23_PctIsWhatWasAppliedAndNotWhatWasPublished) {
  const XmlElement root =
      read_report({plain_report_row()}, kForm, report_key("v=DMARC1; p=none; pct=20"));
  EXPECT_EQ(root["policy_published"]["pct"].text, "100");
  EXPECT_EQ(root["policy_published"]["sp"].text, "none");
}

TEST(Rfc7489Form, A_09_PassIsNoneAndTheOthersAreThemselves) {
  CountedRow row = plain_report_row();
  const auto written = [&row](ReportDisposition disposition) {
    row.row.disposition = disposition;
    return record_of(row)["row"]["policy_evaluated"]["disposition"].text;
  };
  EXPECT_EQ(written(ReportDisposition::Pass), "none");
  EXPECT_EQ(written(ReportDisposition::None), "none");
  EXPECT_EQ(written(ReportDisposition::Quarantine), "quarantine");
  EXPECT_EQ(written(ReportDisposition::Reject), "reject");
}

struct ReasonCase {
  std::string name;
  Override reason;
  std::string type;
  std::string comment;
};

std::ostream& operator<<(std::ostream& out, const ReasonCase& row) { return out << row.name; }

class OlderReason : public testing::TestWithParam<ReasonCase> {};

TEST_P(OlderReason, IsWrittenAs) {
  CountedRow row = plain_report_row();
  row.row.reasons = {GetParam().reason};
  const XmlElement reason = record_of(row)["row"]["policy_evaluated"]["reason"];
  EXPECT_EQ(reason["type"].text, GetParam().type);
  EXPECT_EQ(reason["comment"].text, GetParam().comment);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, OlderReason,
    testing::Values(
        ReasonCase{
            "A23_test_mode", {Override::Type::PolicyTestMode, ""}, "other", "policy_test_mode"},
        ReasonCase{"A23_test_mode_with_comment",
                   {Override::Type::PolicyTestMode, "t=y"},
                   "other",
                   "policy_test_mode: t=y"},
        ReasonCase{"local_policy", {Override::Type::LocalPolicy, "x"}, "local_policy", "x"},
        ReasonCase{"mailing_list", {Override::Type::MailingList, "x"}, "mailing_list", "x"},
        ReasonCase{
            "trusted_forwarder", {Override::Type::TrustedForwarder, "x"}, "trusted_forwarder", "x"},
        ReasonCase{"other", {Override::Type::Other, ""}, "other", ""}),
    [](const auto& row) { return row.param.name; });

TEST(Rfc7489Form, A_23_Ipv6IsSpelledOutForItsPattern) {
  CountedRow row = plain_report_row();
  const auto written = [&row](const char* address) {
    row.row.source_ip = IpAddress::parse(address).value();
    return record_of(row)["row"]["source_ip"].text;
  };
  EXPECT_EQ(written("2001:db8::1"), "2001:db8:0:0:0:0:0:1");
  EXPECT_EQ(written("2001:db8:a0b:0c0d:1000:f00:f0:f"), "2001:db8:a0b:c0d:1000:f00:f0:f");
  EXPECT_EQ(written("::"), "0:0:0:0:0:0:0:0");
  EXPECT_EQ(written("192.0.2.1"), "192.0.2.1");
  // It is the same address for whoever reads it.
  EXPECT_EQ(IpAddress::parse("2001:db8:0:0:0:0:0:1").value(),
            IpAddress::parse("2001:db8::1").value());
}

TEST(Rfc7489Form, A_12_ThereIsAlwaysOneSpfResult) {
  CountedRow row = plain_report_row();
  row.row.spf->human_result = "no answer";
  EXPECT_EQ(record_of(row)["auth_results"]["spf"].order(), "domain scope result ");
  row.row.spf.reset();
  const auto results = record_of(row)["auth_results"].all("spf");
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0]["domain"].text, "");
  EXPECT_EQ(results[0]["result"].text, "none");
}

}  // namespace
}  // namespace waarmerk::reporting
