#include "reporting/document/privacy.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/reports/document/rendered.h"

namespace waarmerk::reporting {
namespace {

struct PrivacyCase {
  std::string name;
  std::string text;
  std::string want;
};

std::ostream& operator<<(std::ostream& out, const PrivacyCase& row) { return out << row.name; }

class LocalParts : public testing::TestWithParam<PrivacyCase> {};

TEST_P(LocalParts, AreTakenOut) {
  EXPECT_EQ(without_local_parts(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, LocalParts,
    testing::Values(
        PrivacyCase{"nothing_to_hide", "body hash does not match", "body hash does not match"},
        PrivacyCase{"A20_alone", "alice@example.com", "@example.com"},
        PrivacyCase{"A20_in_a_sentence", "refused alice.b+c@example.com today",
                    "refused @example.com today"},
        PrivacyCase{"A20_in_brackets", "<alice@example.com>", "<@example.com>"},
        PrivacyCase{"A20_in_a_uri", "mailto:alice@example.com,bob@example.org",
                    "mailto:@example.com,@example.org"},
        PrivacyCase{"A20_rewritten", "SRS0=hash=tt=example.org=alice@example.com", "@example.com"},
        PrivacyCase{"A20_quoted", "from \"al ice\"@example.com", "from @example.com"},
        PrivacyCase{"A20_quoted_and_not_begun", "al ice\"@example.com", "@example.com"},
        PrivacyCase{"A20_beyond_ascii", "an \xc3\xa4lice@example.com", "an @example.com"},
        PrivacyCase{"A20_twice", "alice@b@example.com", "@@example.com"},
        PrivacyCase{"no_local_part", "@example.com", "@example.com"}, PrivacyCase{"empty", "", ""}),
    [](const auto& row) { return row.param.name; });

TEST(Privacy, A_20_NoTextOfARowTellsALocalPart) {
  CountedRow row = support::plain_report_row();
  const std::string secret = "alice@example.org";
  row.row.reasons = {{policy::Override::Type::Other, secret}};
  row.row.header_from = row.row.envelope_from = secret;
  row.row.dkim = {{secret, secret, policy::DkimResult::Fail, secret}};
  row.row.spf = {secret, policy::SpfResult::TempError, secret};
  for (const auto format : {policy::ReportFormat::Rfc9990, policy::ReportFormat::Rfc7489}) {
    const std::string xml = xml_of({row}, format);
    EXPECT_EQ(xml.find("alice"), std::string::npos);
    EXPECT_NE(xml.find("@example.org"), std::string::npos);
    // The reporter says whom to ask.
    EXPECT_NE(xml.find("postmaster@example.net"), std::string::npos);
  }
}

}  // namespace
}  // namespace waarmerk::reporting
