// Records: which texts are some, what is refused and where, what is read. RFC 7208 4.5, 4.6, 12
#include "policy/spf/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace waarmerk::policy::spf {
namespace {

const auto kRowName = [](const auto& row) { return row.param.name; };

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// ---- Selection ----------------------------------------------------------------------------------

TEST(SpfRecords, AreThoseThatBeginWithTheVersion) {  // S-09
  const std::vector<std::string> texts{
      "v=spf1",           "V=SpF1 -all", "v=spf10 -all", "v=spf1\t-all",
      " v=spf1 -all",     "v=spf2 -all", "v=spf1-all",   "",
      "v=DMARC1; p=none", "v=spf",       "v=spf1 "};
  EXPECT_THAT(spf_records(texts), ElementsAre("v=spf1", "V=SpF1 -all", "v=spf1 "));
}

TEST(SpfRecords, AreNoneOfOtherTexts) {  // S-10
  const std::vector<std::string> texts{"\x96", "spf2.0/pra -all"};
  EXPECT_THAT(spf_records(texts), IsEmpty());
}

// ---- What is refused ----------------------------------------------------------------------------

struct RefusedRow {
  std::string name;
  std::string record;
  std::string want;  ///< part of the error
  std::size_t offset = 7;
};
std::ostream& operator<<(std::ostream& out, const RefusedRow& row) { return out << row.record; }

class RefusedRecord : public testing::TestWithParam<RefusedRow> {};

TEST_P(RefusedRecord, SaysWhatAndWhere) {
  const auto& row = GetParam();
  const auto record = parse_record(row.record);
  ASSERT_FALSE(record);
  EXPECT_THAT(record.error().what, HasSubstr(row.want));
  EXPECT_EQ(record.error().offset, row.offset) << record.error().what;
}

INSTANTIATE_TEST_SUITE_P(
    S_12_Terms, RefusedRecord,
    testing::Values(
        RefusedRow{"unknown_mechanism", "v=spf1 moo",
                   "\"moo\" is neither a mechanism nor a modifier"},
        RefusedRow{"behind_a_match", "v=spf1 +all moo", "\"moo\" is neither", 12},
        RefusedRow{"behind_spaces", "v=spf1   a   moo", "\"moo\" is neither", 13},
        RefusedRow{"only_a_qualifier", "v=spf1 -", "\"-\" is neither"},
        RefusedRow{"two_qualifiers", "v=spf1 --all", "\"--all\" is neither"},
        RefusedRow{"tab", "v=spf1 a\tmx -all", "is neither"},
        RefusedRow{"carriage_return", "v=spf1 a:ctrl.example.com\rptr -all", "may not stand here",
                   25},
        RefusedRow{"non_ascii",
                   "v=spf1 a:example.net \x96"
                   "all",
                   "is neither", 21},
        RefusedRow{"non_ascii_domain", "v=spf1 a:\xef\xbb\xbfx.example", "may not stand here", 9},
        RefusedRow{"version_again_without_space", "v=spf1;-all", "where a space is expected", 6},
        RefusedRow{"no_version", "spf1 -all", "does not begin with", 0},
        RefusedRow{"all_with_dot", "v=spf1 -all.", "\"-all.\" is neither"},
        RefusedRow{"all_with_argument", "v=spf1 -all:x", "\":x\" after \"all\"", 11},
        RefusedRow{"all_with_length", "v=spf1 -all/8", "\"/8\" after \"all\"", 11},
        RefusedRow{"include_without_domain", "v=spf1 include", "where \":\" is expected", 14},
        RefusedRow{"include_with_empty_domain", "v=spf1 include: -all", "no domain name", 15},
        RefusedRow{"include_with_length", "v=spf1 include:x.example/24", "does not end as", 15},
        RefusedRow{"exists_without_domain", "v=spf1 exists", "where \":\" is expected", 13},
        RefusedRow{"exists_with_length", "v=spf1 exists:x.example/24", "does not end as", 14},
        RefusedRow{"ptr_with_length", "v=spf1 ptr/0", "where \":\" is expected", 10},
        RefusedRow{"ptr_with_empty_domain", "v=spf1 ptr:", "no domain name", 11},
        RefusedRow{"a_with_empty_domain", "v=spf1 a:", "no domain name", 9},
        RefusedRow{"a_with_address", "v=spf1 a:192.0.2.1", "the address \"192.0.2.1\"", 9},
        RefusedRow{"mx_with_one_label", "v=spf1 mx:museum", "does not end as", 10},
        RefusedRow{"macro_in_a_domain", "v=spf1 exists:%{x}.example", "no macro letter", 16}),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    S_24_Networks, RefusedRecord,
    testing::Values(
        RefusedRow{"ip4_without_address", "v=spf1 ip4", "where \":\" is expected", 10},
        RefusedRow{"ip4_empty", "v=spf1 ip4:", "is no IPv4 address", 11},
        RefusedRow{"ip4_short", "v=spf1 ip4:192.0.2", "is no IPv4 address", 11},
        RefusedRow{"ip4_octet_above_255", "v=spf1 ip4:192.0.2.256", "is no IPv4 address", 11},
        RefusedRow{"ip4_leading_zero", "v=spf1 ip4:192.0.02.1", "is no IPv4 address", 11},
        RefusedRow{"ip4_port", "v=spf1 ip4:192.0.2.1:25", "is no IPv4 address", 11},
        RefusedRow{"ip4_with_ip6", "v=spf1 ip4:2001:db8::1", "is no IPv4 address", 11},
        RefusedRow{"ip4_mapped", "v=spf1 ip4:::ffff:192.0.2.1", "is no IPv4 address", 11},
        RefusedRow{"ip4_prefixed", "v=spf1 ip4:IPv6:::ffff:192.0.2.1", "is no IPv4 address", 11},
        RefusedRow{"ip4_newline", "v=spf1 ip4:192.0.2.1\n -all", "is no IPv4 address", 11},
        RefusedRow{"ip4_junk", "v=spf1 ip4:192.0.2.1" + std::string(60, 'x') + " -all",
                   "is no IPv4 address", 11},
        RefusedRow{"length_33", "v=spf1 ip4:192.0.2.1/33",
                   "\"33\" is no prefix length from 0 to 32", 21},
        RefusedRow{"length_leading_zero", "v=spf1 ip4:192.0.2.1/032", "is no prefix length", 21},
        RefusedRow{"length_00", "v=spf1 ip4:192.0.2.1/00", "is no prefix length", 21},
        RefusedRow{"length_empty", "v=spf1 ip4:192.0.2.1/", "is no prefix length", 21},
        RefusedRow{"length_negative", "v=spf1 ip4:192.0.2.1/-1", "is no prefix length", 21},
        RefusedRow{"length_beyond_32_bits", "v=spf1 ip4:192.0.2.0/4294967297",
                   "is no prefix length", 21},
        RefusedRow{"length_beyond_64_bits", "v=spf1 ip4:192.0.2.0/18446744073709551617",
                   "is no prefix length", 21},
        RefusedRow{"length_of_ip6_for_ip4", "v=spf1 ip4:192.0.2.1//32", "is no prefix length", 21},
        RefusedRow{"ip6_without_address", "v=spf1 -all ip6", "where \":\" is expected", 15},
        RefusedRow{"ip6_bad", "v=spf1 ip6::2001::db8", "is no IPv6 address", 11},
        RefusedRow{"ip6_with_ip4", "v=spf1 ip6:192.0.2.1", "is no IPv6 address", 11},
        RefusedRow{"ip6_zone", "v=spf1 ip6:fe80::1%eth0", "is no IPv6 address", 11},
        RefusedRow{"ip6_prefixed", "v=spf1 ip6:IPv6:2001:db8::1", "is no IPv6 address", 11},
        RefusedRow{"ip6_length_129", "v=spf1 ip6:2001:db8::/129", "from 0 to 128", 22},
        RefusedRow{"ip6_dual_length", "v=spf1 ip6:2001:db8::/32//64", "is no prefix length", 22},
        RefusedRow{"a_length_33", "v=spf1 a/33", "\"33\" is no prefix length from 0 to 32", 9},
        RefusedRow{"a_length_129", "v=spf1 a//129", "\"129\" is no prefix length from 0 to 128",
                   10},
        RefusedRow{"a_single_slash_twice", "v=spf1 a/24/24", "\"/24\" where \":\" is expected", 8},
        RefusedRow{"a_ip6_length_behind_one_slash", "v=spf1 a/24/64", "\"64\" is no prefix length",
                   12},
        RefusedRow{"a_three_slashes", "v=spf1 a///64", "\"/\" where \":\" is expected", 8},
        RefusedRow{"a_slash_without_digits", "v=spf1 a/", "\"/\" where \":\" is expected", 8},
        RefusedRow{"a_domain_and_two_lengths", "v=spf1 a:x.example/24/24", "does not end as", 9},
        RefusedRow{"mx_length_with_zero", "v=spf1 mx/08", "is no prefix length", 10}),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    S_20_S_29_Modifiers, RefusedRecord,
    testing::Values(
        RefusedRow{"redirect_as_mechanism", "v=spf1 redirect:x.example", "is neither"},
        RefusedRow{"redirect_empty", "v=spf1 ?all redirect=", "no domain name", 21},
        RefusedRow{"redirect_not_a_domain", "v=spf1 redirect=-all", "does not end as", 16},
        RefusedRow{"redirect_with_qualifier", "v=spf1 -redirect=x.example", "is neither"},
        RefusedRow{"redirect_twice", "v=spf1 redirect=a.example REDIRECT=b.example",
                   "\"REDIRECT=b.example\" is the second of its kind", 26},
        RefusedRow{"exp_empty", "v=spf1 exp= -all", "no domain name", 11},
        RefusedRow{"exp_not_a_domain", "v=spf1 exp=-all", "does not end as", 11},
        RefusedRow{"exp_twice", "v=spf1 exp=a.example exp=a.example", "second of its kind", 21},
        RefusedRow{"exp_with_explanation_letter", "v=spf1 -all exp=%{r}.example.com",
                   "no macro letter", 18},
        RefusedRow{"unknown_with_bad_macro", "v=spf1 -all foo=%abc", "is no macro", 16},
        RefusedRow{"unknown_with_explanation_letter", "v=spf1 foo=%{t}", "no macro letter", 13},
        RefusedRow{"name_beginning_with_digit", "v=spf1 1up=foo", "is neither"},
        RefusedRow{"name_empty", "v=spf1 =all", "is neither"},
        RefusedRow{"name_with_slash", "v=spf1 moo.cow/far_out=man:dog/cat", "is neither"},
        RefusedRow{"name_with_colon", "v=spf1 moo.cow:far_out=man:dog/cat", "is neither"}),
    kRowName);

TEST(RefusedRecord, QuotesPrintableTextOfBoundedLength) {  // S-41
  const auto record = parse_record("v=spf1 " + std::string(60'000, '\x07'));
  ASSERT_FALSE(record);
  EXPECT_LT(record.error().what.size(), 120U);
  EXPECT_THAT(record.error().what, HasSubstr("\"?????"));
}

// ---- What is read -------------------------------------------------------------------------------

MacroString spec(std::string_view text) { return MacroString::parse_domain_spec(text).value(); }
IpPrefix network(std::string_view text) { return IpPrefix::parse(text).value(); }

struct MechanismRow {
  std::string name;
  std::string term;
  Mechanism want;
};
std::ostream& operator<<(std::ostream& out, const MechanismRow& row) { return out << row.term; }

class ReadMechanism : public testing::TestWithParam<MechanismRow> {};

TEST_P(ReadMechanism, IsAsPublished) {
  const std::string text = "v=spf1 " + GetParam().term;
  const auto record = parse_record(text);
  ASSERT_TRUE(record) << record.error().what;
  ASSERT_EQ(record->directives.size(), 1U);
  EXPECT_EQ(record->directives[0].text, GetParam().term);
  EXPECT_EQ(record->directives[0].mechanism.index(), GetParam().want.index());
  EXPECT_TRUE(record->directives[0].mechanism == GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    S_12, ReadMechanism,
    testing::Values(
        MechanismRow{"all", "all", All{}}, MechanismRow{"upper_case", "ALL", All{}},
        MechanismRow{"include", "include:_spf.example.com", Include{spec("_spf.example.com")}},
        MechanismRow{"a", "a", A{}}, MechanismRow{"a_v4", "a/24", A{{}, {24, 128}}},
        MechanismRow{"a_v6", "a//64", A{{}, {32, 64}}},
        MechanismRow{"a_both", "a/0//0", A{{}, {0, 0}}},
        MechanismRow{"a_domain", "A:Example.com", A{spec("Example.com"), {}}},
        MechanismRow{"a_domain_both", "a:example.com/24//64", A{spec("example.com"), {24, 64}}},
        MechanismRow{"a_domain_with_slash", "a:foo:bar/baz.example.com",
                     A{spec("foo:bar/baz.example.com"), {}}},
        MechanismRow{"a_macro_with_slash", "a:%{d/}/24", A{spec("%{d/}"), {24, 128}}},
        MechanismRow{"mx", "mx", Mx{}},
        MechanismRow{"mx_domain_v6", "mx:example.com//48", Mx{spec("example.com"), {32, 48}}},
        MechanismRow{"ptr", "ptr", Ptr{}},
        MechanismRow{"ptr_domain", "ptr:example.com", Ptr{spec("example.com")}},
        MechanismRow{"exists", "exists:%{i}.example.com", Exists{spec("%{i}.example.com")}}),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    S_24, ReadMechanism,
    testing::Values(
        MechanismRow{"ip4", "ip4:192.0.2.1", Ip4{network("192.0.2.1/32")}},
        MechanismRow{"ip4_all", "ip4:0.0.0.0/0", Ip4{network("0.0.0.0/0")}},
        MechanismRow{"ip4_network", "IP4:192.0.2.0/24", Ip4{network("192.0.2.0/24")}},
        MechanismRow{"ip6", "ip6:2001:DB8::1", Ip6{network("2001:db8::1/128")}},
        MechanismRow{"ip6_network", "ip6:2001:db8::/32", Ip6{network("2001:db8::/32")}},
        // RFC 7208 5: clients in the mapped range count as IPv4.
        MechanismRow{"ip6_mapped", "ip6:::ffff:192.0.2.1", Ip6{}},
        MechanismRow{"ip6_mapped_network", "ip6:::ffff:192.0.2.0/120", Ip6{}},
        MechanismRow{"ip6_all_of_the_mapped", "ip6:::ffff:0:0/96", Ip6{}},
        MechanismRow{"ip6_more_than_the_mapped", "ip6:::ffff:0:0/80", Ip6{network("::/80")}},
        MechanismRow{"ip6_half_of_the_ones", "ip6:::ffff:0:0/88", Ip6{network("::ff00:0:0/88")}}),
    kRowName);

TEST(SpfRecord, KeepsBitsBehindThePrefixOutOfTheComparison) {  // S-24
  const auto record = parse_record("v=spf1 ip4:192.0.2.77/24");
  const auto& ip4 = std::get<Ip4>(record.value().directives[0].mechanism);
  EXPECT_TRUE(ip4.network.contains(IpAddress::parse("192.0.2.1").value()));
  EXPECT_FALSE(ip4.network.contains(IpAddress::parse("192.0.3.77").value()));
}

TEST(SpfRecord, ReadsQualifiers) {  // S-12
  const auto record = parse_record("v=spf1 a +mx -ptr ~ip4:192.0.2.1 ?all");
  ASSERT_TRUE(record);
  std::vector<Qualifier> qualifiers;
  for (const auto& directive : record->directives) qualifiers.push_back(directive.qualifier);
  EXPECT_THAT(qualifiers, ElementsAre(Qualifier::Pass, Qualifier::Pass, Qualifier::Fail,
                                      Qualifier::SoftFail, Qualifier::Neutral));
  EXPECT_EQ(record->directives[2].text, "-ptr");
}

TEST(SpfRecord, ReadsModifiersWhereverTheyStand) {  // S-20
  const auto record = parse_record(
      "V=SPF1 Redirect=b.example a moo.cow-far_out=man:dog/cat EXP=c.example mx exp-text=no "
      "v=spf1 ");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->directives.size(), 2U);
  EXPECT_EQ(record->redirect->domain, spec("b.example"));
  EXPECT_EQ(record->redirect->text, "Redirect=b.example");
  EXPECT_EQ(record->explanation, spec("c.example"));
  EXPECT_THAT(record->unknown_modifiers,
              ElementsAre("moo.cow-far_out=man:dog/cat", "exp-text=no", "v=spf1"));
}

TEST(SpfRecord, MayBeEmptyAndEndInSpaces) {  // S-09, S-12
  EXPECT_EQ(parse_record("v=spf1"), Record{});
  EXPECT_EQ(parse_record("v=spf1   "), Record{});
  EXPECT_EQ(parse_record("v=spf1 mx  ")->directives.size(), 1U);
}

TEST(SpfRecord, HoldsThousandsOfTerms) {  // S-41
  std::string text = "v=spf1";
  for (int i = 0; i < 20'000; ++i) text += " a";
  EXPECT_EQ(parse_record(text)->directives.size(), 20'000U);
}

}  // namespace
}  // namespace waarmerk::policy::spf
