// What stands where in a report of RFC 9990, element by element.
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>

#include "tests/reports/document/rendered.h"

namespace waarmerk::reporting {
namespace {

using namespace std::chrono_literals;
using policy::DkimResult;
using policy::Override;
using policy::SpfResult;
using support::plain_report_row;
using support::report_key;
using support::XmlElement;

constexpr auto kForm = policy::ReportFormat::Rfc9990;

XmlElement report_about(std::string_view record) {
  return read_report({plain_report_row()}, kForm, report_key(record));
}

XmlElement record_of(const CountedRow& row) { return read_report({row}, kForm)["record"]; }

TEST(Rfc9990Form, A_01_ADocumentAsItIsSent) {
  CountedRow row = plain_report_row();
  row.row.reasons = {{Override::Type::LocalPolicy, "rule \"partner\""}};
  row.row.dkim.push_back({"list.example.org", "k2", DkimResult::Fail, "body_hash"});
  const std::string want = R"(<?xml version="1.0" encoding="UTF-8"?>
<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
  <version>1.0</version>
  <report_metadata>
    <org_name>Example Mail</org_name>
    <email>postmaster@example.net</email>
    <extra_contact_info>https://example.net/dmarc</extra_contact_info>
    <report_id>)" + report_id(report_key()) +
                           R"(</report_id>
    <date_range>
      <begin>1777593600</begin>
      <end>1777679999</end>
    </date_range>
    <generator>waarmerk 0.1.0</generator>
  </report_metadata>
  <policy_published>
    <domain>example.com</domain>
    <p>reject</p>
    <sp>reject</sp>
    <np>reject</np>
    <adkim>r</adkim>
    <aspf>r</aspf>
    <discovery_method>treewalk</discovery_method>
    <fo>0</fo>
    <testing>n</testing>
  </policy_published>
  <record>
    <row>
      <source_ip>192.0.2.7</source_ip>
      <count>3</count>
      <policy_evaluated>
        <disposition>pass</disposition>
        <dkim>pass</dkim>
        <spf>pass</spf>
        <reason>
          <type>local_policy</type>
          <comment>rule &quot;partner&quot;</comment>
        </reason>
      </policy_evaluated>
    </row>
    <identifiers>
      <header_from>example.com</header_from>
      <envelope_from>bounce.example.com</envelope_from>
    </identifiers>
    <auth_results>
      <dkim>
        <domain>example.com</domain>
        <selector>may</selector>
        <result>pass</result>
      </dkim>
      <dkim>
        <domain>list.example.org</domain>
        <selector>k2</selector>
        <result>fail</result>
        <human_result>body_hash</human_result>
      </dkim>
      <spf>
        <domain>bounce.example.com</domain>
        <scope>mfrom</scope>
        <result>pass</result>
      </spf>
    </auth_results>
  </record>
</feedback>
)";
  EXPECT_EQ(xml_of({row}, kForm), want);
}

TEST(Rfc9990Form, A_16_ThePeriodIsTheDayAndNotTheMail) {
  DocumentKey key = report_key();
  key.report.day = 2026y / 3 / 29;  // the clocks of Europe change
  const XmlElement range =
      read_report({plain_report_row()}, kForm, key)["report_metadata"]["date_range"];
  EXPECT_EQ(range["begin"].text, "1774742400");
  EXPECT_EQ(range["end"].text, "1774828799");
}

TEST(Rfc9990Form, A_34_TheIdIsThatOfTheFileName) {
  const auto documents = documents_of({plain_report_row()}, kForm);
  ASSERT_EQ(documents.size(), 1U);
  const auto root = support::read_xml(support::unpacked(documents[0].octets));
  ASSERT_TRUE(root.has_value());
  const std::string id = (*root)["report_metadata"]["report_id"].text;
  EXPECT_EQ(id, report_id(report_key()));
  EXPECT_EQ(documents[0].report_id, id);
  EXPECT_EQ(documents[0].file_name, file_name(report_key()));
}

TEST(Rfc9990Form, LeavesOutWhatTheReporterDoesNotSay) {
  std::string octets;
  DocumentWriter writer({.organization = "Example Mail",
                         .email = "postmaster@example.net",
                         .contact = "",
                         .generator = "",
                         .submitter = DomainName::parse("mx.example.net").value()},
                        report_key(), kForm, {}, [&octets](const Document& document) {
                          octets = document.octets;
                          return Result<void>();
                        });
  ASSERT_TRUE(writer.add(plain_report_row()).has_value());
  ASSERT_TRUE(writer.finish().has_value());
  const auto root = support::read_xml(support::unpacked(octets));
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ((*root)["report_metadata"].order(), "org_name email report_id date_range ");
}

// ---- The policy ---------------------------------------------------------------------------------

struct PolicyCase {
  std::string name;
  std::string record;
  /// p sp np adkim aspf fo testing
  std::string want;
  std::string error;
};

std::ostream& operator<<(std::ostream& out, const PolicyCase& row) { return out << row.name; }

class Published : public testing::TestWithParam<PolicyCase> {};

TEST_P(Published, IsWrittenAs) {
  const XmlElement root = report_about(GetParam().record);
  const XmlElement& policy = root["policy_published"];
  std::string values;
  for (const char* name : {"p", "sp", "np", "adkim", "aspf", "fo", "testing"}) {
    values += (values.empty() ? "" : " ") + policy[name].text;
  }
  EXPECT_EQ(values, GetParam().want);
  EXPECT_EQ(root["report_metadata"]["error"].text, GetParam().error);
  EXPECT_EQ(root["report_metadata"].all("error").size(), GetParam().error.empty() ? 0U : 1U);
}

constexpr const char* kInvalid = "p, sp or np is invalid or given twice: p=none applies";
constexpr const char* kMissing = "p is missing: p=none applies";

INSTANTIATE_TEST_SUITE_P(
    Rows, Published,
    testing::Values(
        PolicyCase{"A14_defaults", "v=DMARC1; p=reject", "reject reject reject r r 0 n", ""},
        PolicyCase{"A14_sp_is_inherited_by_np", "v=DMARC1; p=none; sp=reject",
                   "none reject reject r r 0 n", ""},
        PolicyCase{"A14_np_is_its_own", "v=DMARC1; p=quarantine; np=reject",
                   "quarantine quarantine reject r r 0 n", ""},
        PolicyCase{"A14_all_as_published",
                   "v=DMARC1; p=none; sp=quarantine; np=reject; adkim=s; aspf=s; fo=1:d:s; t=y",
                   "none quarantine reject s s 1:d:s y", ""},
        PolicyCase{"A14_values_that_are_no_values", "v=DMARC1; p=none; adkim=x; fo=9; t=1",
                   "none none none r r 0 n", ""},
        PolicyCase{"A15_invalid_p", "v=DMARC1; p=refuse; sp=reject; rua=mailto:a@example.com",
                   "none none none r r 0 n", kInvalid},
        PolicyCase{"A15_invalid_sp", "v=DMARC1; p=reject; sp=x; rua=mailto:a@example.com",
                   "none none none r r 0 n", kInvalid},
        PolicyCase{"A15_p_twice", "v=DMARC1; p=reject; p=none; rua=mailto:a@example.com",
                   "none none none r r 0 n", kInvalid},
        PolicyCase{"A15_no_p", "v=DMARC1; rua=mailto:a@example.com", "none none none r r 0 n",
                   kMissing},
        PolicyCase{"A15_invalid_rua",
                   "v=DMARC1; p=reject; RUA = https://example.com/, mailto:a@example.com,,x",
                   "reject reject reject r r 0 n", "of 3 URIs in rua 2 cannot be used"},
        PolicyCase{"A15_both", "v=DMARC1; rua=mailto:a@example.com,mailto:b",
                   "none none none r r 0 n",
                   "p is missing: p=none applies; of 2 URIs in rua 1 cannot be used"},
        PolicyCase{"A15_sound_rua", "v=DMARC1; p=none; rua=mailto:a@example.com!10m,",
                   "none none none r r 0 n", ""}),
    [](const auto& row) { return row.param.name; });

TEST(Rfc9990Form, A_14_TheWayThePolicyWasFound) {
  DocumentKey key = report_key();
  EXPECT_EQ(report_about("v=DMARC1; p=none")["policy_published"]["discovery_method"].text,
            "treewalk");
  key.report.policy.discovery = policy::DiscoveryMethod::Psl;
  EXPECT_EQ(
      read_report({plain_report_row()}, kForm, key)["policy_published"]["discovery_method"].text,
      "psl");
}

// ---- A record -----------------------------------------------------------------------------------

TEST(Rfc9990Form, A_06_AddressesAreWrittenAsUrisHaveThem) {
  CountedRow row = plain_report_row();
  const auto written = [&row](const char* address) {
    row.row.source_ip = IpAddress::parse(address).value();
    return record_of(row)["row"]["source_ip"].text;
  };
  EXPECT_EQ(written("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(written("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(written("IPv6:2001:DB8::1"), "2001:db8::1");
  EXPECT_EQ(written("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2:3:4:5:6");
}

TEST(Rfc9990Form, A_07_AlignmentIsWrittenInSpiteOfTheDisposition) {
  CountedRow row = plain_report_row();
  row.row.dkim_aligned = false;
  row.row.spf_aligned = false;
  row.row.disposition = ReportDisposition::None;
  row.row.reasons = {{Override::Type::TrustedForwarder, ""}};
  const XmlElement evaluated = record_of(row)["row"]["policy_evaluated"];
  EXPECT_EQ(evaluated["disposition"].text, "none");
  EXPECT_EQ(evaluated["dkim"].text, "fail");
  EXPECT_EQ(evaluated["spf"].text, "fail");
  EXPECT_EQ(evaluated["reason"].order(), "type ");
  row.row.spf_aligned = true;
  EXPECT_EQ(record_of(row)["row"]["policy_evaluated"]["spf"].text, "pass");
}

TEST(Rfc9990Form, A_08_ResultsAreRaw) {
  CountedRow row = plain_report_row();
  row.row.dkim_aligned = false;
  const XmlElement results = record_of(row)["auth_results"];
  EXPECT_EQ(results["dkim"]["result"].text, "pass");
  row.row.dkim[0].result = DkimResult::TempError;
  row.row.dkim_aligned = true;
  EXPECT_EQ(record_of(row)["auth_results"]["dkim"]["result"].text, "temperror");
}

TEST(Rfc9990Form, A_09_DispositionsHaveTheirWords) {
  CountedRow row = plain_report_row();
  for (const auto& [disposition, word] : kReportDispositionWords.table) {
    row.row.disposition = disposition;
    EXPECT_EQ(record_of(row)["row"]["policy_evaluated"]["disposition"].text, word);
  }
}

TEST(Rfc9990Form, A_10_AllSignaturesStayInTheirOrder) {
  CountedRow row = plain_report_row();
  row.row.dkim.clear();
  for (std::size_t i = 0; i < kMaxReportedSignatures; ++i) {
    row.row.dkim.push_back({"example.com", std::to_string(i), DkimResult::Pass, ""});
  }
  const auto signatures = record_of(row)["auth_results"].all("dkim");
  ASSERT_EQ(signatures.size(), kMaxReportedSignatures);
  EXPECT_EQ(signatures.front()["selector"].text, "0");
  EXPECT_EQ(signatures.back()["selector"].text, "99");
}

TEST(Rfc9990Form, A_11_ASelectorIsAlwaysThere) {
  CountedRow row = plain_report_row();
  row.row.dkim[0].selector.clear();
  EXPECT_EQ(record_of(row)["auth_results"]["dkim"].order(), "domain selector result ");
}

TEST(Rfc9990Form, A_12_SpfIsThatOfMailFromOrLeftOut) {
  CountedRow row = plain_report_row();
  row.row.spf->human_result = "no answer";
  EXPECT_EQ(record_of(row)["auth_results"].all("spf").size(), 1U);
  EXPECT_EQ(record_of(row)["auth_results"]["spf"]["scope"].text, "mfrom");
  EXPECT_EQ(record_of(row)["auth_results"]["spf"].order(), "domain scope result human_result ");
  row.row.spf.reset();
  EXPECT_EQ(record_of(row)["auth_results"].order(), "dkim ");
}

TEST(Rfc9990Form, A_13_TheNullSenderIsEmpty) {
  CountedRow row = plain_report_row();
  row.row.envelope_from.clear();
  const XmlElement identifiers = record_of(row)["identifiers"];
  EXPECT_EQ(identifiers.order(), "header_from envelope_from ");
  EXPECT_EQ(identifiers["envelope_from"].text, "");
}

TEST(Rfc9990Form, A_17_TheCountIsOfAllMessages) {
  CountedRow row = plain_report_row();
  row.messages = {.all = 18'446'744'073'709'551'615U, .ordinary = 1};
  EXPECT_EQ(record_of(row)["row"]["count"].text, "18446744073709551615");
}

TEST(Rfc9990Form, A_19_NothingSaysWhereMailWasPut) {
  CountedRow row = plain_report_row();
  row.row.disposition = ReportDisposition::Quarantine;
  const XmlElement root = read_report({row}, kForm);
  EXPECT_EQ(root.order(), "version report_metadata policy_published record ");
  EXPECT_EQ(root["record"].order(), "row identifiers auth_results ");
}

}  // namespace
}  // namespace waarmerk::reporting
