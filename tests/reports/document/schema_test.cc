// Every report keeps to its schema, whatever its rows hold; and the schemas refuse what is wrong.
#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <random>
#include <string>

#include "base/text.h"
#include "tests/reports/document/rendered.h"
#include "tests/support/whole_file.h"

namespace waarmerk::reporting {
namespace {

using policy::ReportFormat;
using support::chance_report_row;
using support::plain_report_row;
using support::report_key;
using support::XmlElement;
using support::XmlSchema;

const char* schema_of(ReportFormat format) {
  return format == ReportFormat::Rfc9990 ? "dmarc-2.0-rfc9990.xsd"
                                         : "dmarc-0.1-rfc7489-nonamespace.xsd";
}

/// What is wrong by the published schema; empty too when it is absent, which a test says.
std::vector<std::string> breaches(const std::string& xml, ReportFormat format) {
  if (!std::filesystem::exists(kSchemas)) return {};
  static std::map<ReportFormat, XmlSchema> schemas;
  if (!schemas.contains(format)) {
    auto schema = XmlSchema::load(kSchemas / schema_of(format));
    if (!schema) return {to_string(schema.error())};
    schemas.emplace(format, std::move(*schema));
  }
  return schemas.at(format).breaches(xml);
}

/// Children of an element as the RFC lists them, in order; '?' may be missing, '*' may repeat.
using Order = std::map<std::string, std::string>;
const Order kOrder9990 = {
    {"feedback", "version report_metadata policy_published record*"},
    {"report_metadata",
     "org_name email extra_contact_info? report_id date_range error? generator?"},
    {"date_range", "begin end"},
    {"policy_published", "domain p sp? np? adkim? aspf? discovery_method? fo? testing?"},
    {"record", "row identifiers auth_results"},
    {"row", "source_ip count policy_evaluated"},
    {"policy_evaluated", "disposition dkim spf reason*"},
    {"reason", "type comment?"},
    {"identifiers", "header_from envelope_from? envelope_to?"},
    {"auth_results", "dkim* spf?"},
    {"auth_results/dkim", "domain selector result human_result?"},
    {"auth_results/spf", "domain scope? result human_result?"},
};
const Order kOrder7489 = {
    {"feedback", "version report_metadata policy_published record*"},
    {"report_metadata", "org_name email extra_contact_info? report_id date_range error*"},
    {"date_range", "begin end"},
    {"policy_published", "domain adkim? aspf? p sp pct fo"},
    {"record", "row identifiers auth_results"},
    {"row", "source_ip count policy_evaluated"},
    {"policy_evaluated", "disposition dkim spf reason*"},
    {"reason", "type comment?"},
    {"identifiers", "envelope_to? envelope_from header_from"},
    {"auth_results", "dkim* spf"},
    {"auth_results/dkim", "domain selector? result human_result?"},
    {"auth_results/spf", "domain scope result"},
};

/// True if `names`, each with a space behind it, are what `pattern` lists.
bool keeps_order(std::string_view names, const std::string& pattern) {
  for (std::string_view item : split(pattern, ' ')) {
    const char mark = item.back();
    if (mark == '?' || mark == '*') item.remove_suffix(1);
    const std::string name = std::string(item) + " ";
    bool found = names.starts_with(name);
    if (!found && mark != '?' && mark != '*') return false;
    for (; found; found = mark == '*' && names.starts_with(name)) names.remove_prefix(name.size());
  }
  return names.empty();
}

/// The elements whose children are not in order.
std::vector<std::string> out_of_order(const XmlElement& root, const Order& order) {
  std::vector<std::string> wrong;
  std::vector<std::pair<const XmlElement*, std::string>> left{{&root, ""}};
  while (!left.empty()) {
    const auto [element, parent] = left.back();
    left.pop_back();
    const auto in_parent = order.find(parent + "/" + element->name);
    const auto rule = in_parent == order.end() ? order.find(element->name) : in_parent;
    if (rule == order.end() ? !element->children.empty()
                            : !keeps_order(element->order(), rule->second)) {
      wrong.push_back(element->name + ": " + element->order());
    }
    for (const XmlElement& child : element->children) left.emplace_back(&child, element->name);
  }
  return wrong;
}

void expect_valid(const std::vector<CountedRow>& rows, ReportFormat format,
                  const DocumentKey& key) {
  const std::string xml = xml_of(rows, format, key);
  const auto root = support::read_xml(xml);
  ASSERT_TRUE(root.has_value()) << xml;
  const Order& order = format == ReportFormat::Rfc9990 ? kOrder9990 : kOrder7489;
  EXPECT_EQ(out_of_order(*root, order), std::vector<std::string>{});
  EXPECT_EQ(breaches(xml, format), std::vector<std::string>{}) << xml;
}

class Schema : public testing::TestWithParam<ReportFormat> {};
INSTANTIATE_TEST_SUITE_P(Forms, Schema,
                         testing::Values(ReportFormat::Rfc9990, ReportFormat::Rfc7489),
                         [](const auto& row) {
                           return row.param == ReportFormat::Rfc9990 ? "Rfc9990" : "Rfc7489";
                         });

TEST_P(Schema, A_01_IsRead) {
  if (!std::filesystem::exists(kSchemas)) {
    GTEST_SKIP() << "the schemas are absent: only the order of elements is checked";
  }
  EXPECT_TRUE(XmlSchema::load(kSchemas / schema_of(GetParam())).has_value());
  EXPECT_NE(breaches("<feedback/>", GetParam()), std::vector<std::string>{});
}

TEST_P(Schema, A_01_APlainReportIsValid) {
  expect_valid({plain_report_row()}, GetParam(), report_key());
}

TEST_P(Schema, A_01_A_18_HostileRowsAreValid) {
  std::mt19937 random(20260503);
  constexpr int kDocuments = 40;
  constexpr int kRows = 100;
  for (int i = 0; i < kDocuments; ++i) {
    std::vector<CountedRow> rows;
    for (int j = 0; j < kRows; ++j) rows.push_back(chance_report_row(random));
    expect_valid(rows, GetParam(), report_key());
  }
}

TEST_P(Schema, A_01_A_18_EveryHostileTextIsValidEverywhere) {
  for (const std::string& text : support::hostile_texts()) {
    CountedRow row = plain_report_row();
    row.row.header_from = row.row.envelope_from = text;
    row.row.reasons = {{policy::Override::Type::Other, text}};
    row.row.dkim = {{text, text, policy::DkimResult::Fail, text}};
    row.row.spf = {text, policy::SpfResult::PermError, text};
    expect_valid({row}, GetParam(), report_key());
  }
}

TEST_P(Schema, A_01_EveryPolicyIsValid) {
  for (const char* record :
       {"v=DMARC1; p=none", "v=DMARC1; p=quarantine; sp=none; np=reject; t=y; fo=1:d:s; adkim=s",
        "v=DMARC1; p=bad; rua=mailto:a@example.com,x", "v=DMARC1; rua=mailto:a@example.com"}) {
    DocumentKey key = report_key(record);
    expect_valid({plain_report_row()}, GetParam(), key);
    key.report.policy.discovery = policy::DiscoveryMethod::Psl;
    expect_valid({plain_report_row()}, GetParam(), key);
  }
}

TEST_P(Schema, A_06_AddressesOfBothKindsAreValid) {
  for (const char* address : {"0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::1",
                              "::ffff:192.0.2.1", "2001:db8:1:2:3:4:5:6"}) {
    CountedRow row = plain_report_row();
    row.row.source_ip = IpAddress::parse(address).value();
    expect_valid({row}, GetParam(), report_key());
  }
}

// ---- What must not be ---------------------------------------------------------------------------

/// A document with one fault that the schema is known to refuse.
struct FaultCase {
  std::string name;
  /// Of the sound document, and what stands there instead.
  std::string part;
  std::string instead;
  ReportFormat format = ReportFormat::Rfc9990;
};

std::ostream& operator<<(std::ostream& out, const FaultCase& row) { return out << row.name; }

std::string replaced(std::string text, const std::string& part, const std::string& instead) {
  const auto at = text.find(part);
  return at == std::string::npos ? text : text.replace(at, part.size(), instead);
}

/// The text from the start tag of `name` to its end tag, with the line it ends in.
std::string element_in(const std::string& xml, const std::string& name) {
  const auto begin = xml.find("<" + name + ">");
  const std::string end_tag = "</" + name + ">\n";
  return xml.substr(begin, xml.find(end_tag, begin) + end_tag.size() - begin);
}

class Fault : public testing::TestWithParam<FaultCase> {};

TEST_P(Fault, A_01_IsRefused) {
  const std::string sound = xml_of({plain_report_row()}, GetParam().format);
  ASSERT_EQ(breaches(sound, GetParam().format), std::vector<std::string>{});
  const std::string wrong = replaced(sound, GetParam().part, GetParam().instead);
  ASSERT_NE(wrong, sound) << "the fault was not planted";
  const auto root = support::read_xml(wrong);
  ASSERT_TRUE(root.has_value());
  if (!std::filesystem::exists(kSchemas)) GTEST_SKIP() << "the schemas are absent";
  EXPECT_NE(breaches(wrong, GetParam().format), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Fault,
    testing::Values(
        FaultCase{"dkim_without_selector", "        <selector>may</selector>\n", ""},
        FaultCase{"A23_pct_in_the_new_form", "<fo>0</fo>", "<pct>100</pct>"},
        FaultCase{"no_namespace", " xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"", ""},
        FaultCase{"another_namespace", "dmarc-2.0", "dmarc-2.1"},
        FaultCase{"reason_before_dkim",
                  "<disposition>pass</disposition>\n        <dkim>pass</dkim>",
                  "<disposition>pass</disposition><reason><type>other</type></reason>"
                  "<dkim>pass</dkim>"},
        FaultCase{"unknown_reason", "<spf>pass</spf>",
                  "<spf>pass</spf><reason><type>sampled_out</type></reason>"},
        FaultCase{"A12_scope_helo", "<scope>mfrom</scope>", "<scope>helo</scope>"},
        FaultCase{"upper_case_result", "<result>pass</result>", "<result>Pass</result>"},
        FaultCase{"A23_testing_in_the_old_form", "<fo>0</fo>", "<fo>0</fo><testing>n</testing>",
                  ReportFormat::Rfc7489},
        FaultCase{"A23_pass_in_the_old_form", "<disposition>none", "<disposition>pass",
                  ReportFormat::Rfc7489},
        FaultCase{"A23_short_ipv6_in_the_old_form", "192.0.2.7", "2001:db8::7",
                  ReportFormat::Rfc7489},
        FaultCase{"A23_old_form_without_pct", "<pct>100</pct>", "", ReportFormat::Rfc7489},
        FaultCase{"A23_test_mode_in_the_old_form", "<spf>pass</spf>",
                  "<spf>pass</spf><reason><type>policy_test_mode</type></reason>",
                  ReportFormat::Rfc7489}),
    [](const auto& row) { return row.param.name; });

TEST(SchemaOrder, A_01_MetadataBehindThePolicyIsRefused) {
  const std::string sound = xml_of({plain_report_row()}, ReportFormat::Rfc9990);
  const std::string metadata = element_in(sound, "report_metadata");
  const std::string policy = element_in(sound, "policy_published");
  const std::string wrong = replaced(replaced(sound, metadata, ""), policy, policy + metadata);
  const auto root = support::read_xml(wrong);
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(root->order(), "version policy_published report_metadata record ");
  EXPECT_NE(out_of_order(*root, kOrder9990), std::vector<std::string>{});
  if (!std::filesystem::exists(kSchemas)) GTEST_SKIP() << "the schemas are absent";
  EXPECT_NE(breaches(wrong, ReportFormat::Rfc9990), std::vector<std::string>{});
}

TEST(SchemaOrder, A_22_AReportWithoutARecordIsRefused) {
  const std::string sound = xml_of({plain_report_row()}, ReportFormat::Rfc9990);
  const std::string wrong = replaced(sound, element_in(sound, "record"), "");
  ASSERT_TRUE(support::read_xml(wrong).has_value());
  if (!std::filesystem::exists(kSchemas)) GTEST_SKIP() << "the schemas are absent";
  EXPECT_NE(breaches(wrong, ReportFormat::Rfc9990), std::vector<std::string>{});
}

TEST(SchemaOrder, OurTableRefusesWhatIsWrong) {
  EXPECT_TRUE(keeps_order("a b c ", "a b c"));
  EXPECT_TRUE(keeps_order("a c ", "a b? c"));
  EXPECT_TRUE(keeps_order("a b b ", "a b* c?"));
  EXPECT_FALSE(keeps_order("b a ", "a b"));
  EXPECT_FALSE(keeps_order("a b b ", "a b?"));
  EXPECT_FALSE(keeps_order("a ", "a b"));
  EXPECT_FALSE(keeps_order("a b c ", "a b"));
}

/// The example of RFC 9990 Appendix B keeps to the schema, and to our order of what must be there.
TEST(SchemaOrder, A_01_TheExampleOfTheRfcIsValid) {
  const auto file = kSchemas / "sample-rfc9990-appendix-b.xml";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "the suites are absent";
  EXPECT_EQ(breaches(support::read_whole(file), ReportFormat::Rfc9990), std::vector<std::string>{});
}

}  // namespace
}  // namespace waarmerk::reporting
