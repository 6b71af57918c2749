// Findings about libopendkim in signatures and messages; comments say what the library alone makes
// of them. See library_finding.h. RFC 6376, RFC 8301
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/policy/dkim/library_finding.h"

namespace waarmerk::policy::dkim {
namespace {

using namespace std::string_literals;
using enum Reference;
using support::SignOptions;
using support::TestKey;

class DkimFinding : public testing::TestWithParam<Finding> {};

TEST_P(DkimFinding, IsJudgedByTheRfcWithBothEngines) { expect_finding(GetParam()); }

const auto kFindingName = [](const auto& test) { return test.param.name; };
const std::string kTooShort = verdict(DkimResult::Fail, DkimCause::BodyLength);

// ---- Tags ---------------------------------------------------------------------------------------

// RFC 8301 notwithstanding, SHA-1 passes. That of a true signature is in the suite.
INSTANTIATE_TEST_SUITE_P(
    K_07_Algorithm, DkimFinding,
    testing::Values(
        Finding{"rsa_sha1", [] { return signed_mail({.algorithm = "rsa-sha1"}); }, {kAlgorithm}},
        Finding{"rsa_sha256", [] { return signed_mail({.algorithm = "rsa-sha256"}); }, {kPass}},
        Finding{"upper_case", [] { return signed_mail({.algorithm = "RSA-SHA256"}); }, {kPass}},
        Finding{"unknown", [] { return signed_mail({.algorithm = "rsa-sha512"}); }, {kAlgorithm}}),
    kFindingName);

// The number is read into a signed one: from 2^63 on any body passes, and none is 0.
INSTANTIATE_TEST_SUITE_P(
    K_18_BodyLength, DkimFinding,
    testing::Values(
        Finding{"two_to_the_63",
                [] { return with_tag("l=9223372036854775808"); },
                {kTooShort},
                Refuses},
        Finding{"two_to_the_64_less_2",
                [] { return with_tag("l=18446744073709551614"); },
                {kTooShort},
                Refuses},
        Finding{"two_to_the_64",
                [] { return with_tag("l=18446744073709551616"); },
                {kTooShort},
                Refuses},
        Finding{"two_to_the_64_and_the_body",
                [] { return with_tag("l=18446744073709551640"); },
                {kTooShort},
                Refuses},
        Finding{"empty", [] { return with_tag("l="); }, {kSyntax}},
        Finding{"negative", [] { return with_tag("l=-1"); }, {kSyntax}},
        Finding{"exact", [] { return signed_mail({.body_length = 24}); }, {kPass}},
        Finding{"one_more", [] { return signed_mail({.body_length = 25}); }, {kTooShort}, Refuses}),
    kFindingName);

// Dates below the tolerance and near the largest number wrap around; what is no number is a date.
INSTANTIATE_TEST_SUITE_P(
    K_05_Dates, DkimFinding,
    testing::Values(
        Finding{"t_0", [] { return with_tag("t=0"); }, {kPass}, Refuses},
        Finding{"t_299", [] { return with_tag("t=299"); }, {kPass}, Refuses},
        Finding{"t_of_today", [] { return with_tag("t=1759990000"); }, {kPass}},
        Finding{"t_of_tomorrow", [] { return with_tag("t=1760090000"); }, {kExpired}},
        Finding{"t_no_number", [] { return with_tag("t=abc"); }, {kSyntax}},
        Finding{"t_negative", [] { return with_tag("t=-5"); }, {kSyntax}},
        Finding{"x_near_two_to_the_64",
                [] { return with_tag("x=18446744073709551615"); },
                {kPass},
                Refuses},
        Finding{"x_near_two_to_the_63",
                [] { return with_tag("x=9223372036854775807"); },
                {kPass},
                Refuses},
        Finding{"x_of_tomorrow", [] { return with_tag("x=1760090000"); }, {kPass}},
        Finding{"x_of_yesterday", [] { return with_tag("x=1759900000"); }, {kExpired}},
        Finding{"x_no_number", [] { return with_tag("x=1760090000z"); }, {kSyntax}},
        Finding{"x_with_t", [] { return with_tag("t=1759990000; x=1759990000"); }, {kSyntax}}),
    kFindingName);

// The last of two equal tags counts, white space is taken out wherever it is, and what follows the
// tags that are needed is never read.
INSTANTIATE_TEST_SUITE_P(
    K_02_TagList, DkimFinding,
    testing::Values(
        Finding{"same_tag_twice", [] { return with_tag("d=example.com"); }, {kSyntax}},
        Finding{"other_domain_later", [] { return with_tag("d=example.org"); }, {kSyntax}},
        Finding{"unknown_tag_twice", [] { return with_tag("n=a; n=a"); }, {kSyntax}},
        Finding{"unknown_tags", [] { return with_tag("n=a; N=a"); }, {kPass}},
        Finding{"space_in_d", [] { return signed_mail({.domain = "exam ple.com"}); }, {kSyntax}},
        Finding{"tab_in_s", [] { return signed_mail({.selector = "s\tel"}); }, {kSyntax}},
        Finding{
            "space_in_a", [] { return signed_mail({.algorithm = "rsa -sha256"}); }, {kAlgorithm}},
        Finding{"space_in_c",
                [] { return signed_mail({.canonicalization = "relaxed /relaxed"}); },
                {kSyntax}},
        Finding{
            "space_in_h", [] { return signed_mail({.names = {"From", "Sub ject"}}); }, {kSyntax}},
        Finding{"space_around_a_value", [] { return with_tag("q =\t dns/txt "); }, {kPass}},
        Finding{"garbage_behind", [] { return with_tail("; garbage"); }, {kSyntax}},
        Finding{"no_name_behind", [] { return with_tail("; =x"); }, {kSyntax}},
        Finding{"two_semicolons_behind", [] { return with_tail(";;"); }, {kSyntax}},
        Finding{"nul_behind", [] { return with_tail("; n=a\0b"s); }, {kSyntax}},
        // Its hash is that of the field without it.
        Finding{"semicolon_behind", [] { return with_tail(";"); }, {kHeaderHash}},
        // Taken for what it is only by the library's own way to keys; another leads to an assert.
        Finding{"unknown_query", [] { return with_tag("q=foo/bar"); }, {kSyntax}},
        Finding{"unknown_option_of_a_query", [] { return with_tag("q=dns/foo"); }, {kSyntax}},
        Finding{"known_query", [] { return with_tag("q=dns/txt"); }, {kPass}},
        Finding{"known_query_in_a_list", [] { return with_tag("q=dns/txt:foo/bar"); }, {kPass}}),
    kFindingName);

// The value of b= is looked for by the one letter before a '='.
INSTANTIATE_TEST_SUITE_P(
    K_16_PlaceOfB, DkimFinding,
    testing::Values(
        Finding{"space", [] { return signed_mail({.b_tag = "b ="}); }, {kPass}, Refuses},
        Finding{"space_in_simple",
                [] { return signed_mail({.canonicalization = "simple/simple", .b_tag = "b\t ="}); },
                {kPass},
                Refuses},
        Finding{"fold", [] { return signed_mail({.b_tag = "b\r\n\t="}); }, {kPass}, Refuses},
        Finding{"name_ending_in_b", [] { return with_tag("xb=AAEC"); }, {kPass}, Refuses},
        Finding{"longer_name_ending_in_b", [] { return with_tag("a1_b=AAEC"); }, {kPass}, Refuses},
        Finding{"space_behind", [] { return signed_mail({.b_tag = "b= \t"}); }, {kPass}},
        Finding{"text_of_b_in_a_value", [] { return with_tag("n=x b=AAEC"); }, {kPass}}),
    kFindingName);

/// "i=" with a local part of so many octets.
std::string long_identity(std::size_t octets) {
  return "i=" + std::string(octets, 'j') + "@example.com";
}

// The first '@' divides; more than 256 octets are read without an end, and so is "=" at the end.
INSTANTIATE_TEST_SUITE_P(
    K_04_Identity, DkimFinding,
    testing::Values(
        Finding{"quoted_at", [] { return with_tag("i=\"a@b\"@example.com"); }, {kPass}, Refuses},
        Finding{
            "quoted_domain", [] { return with_tag("i=\"a@example.com\"@example.org"); }, {kSyntax}},
        Finding{"of_190_octets", [] { return with_tag(long_identity(178)); }, {kPass}},
        Finding{"of_257_octets", [] { return with_tag(long_identity(245)); }, {kPass}, Refuses},
        Finding{"of_5000_octets", [] { return with_tag(long_identity(4988)); }, {kPass}, Refuses},
        Finding{"half_an_escape", [] { return with_tag("i=joe@example.com="); }, {kSyntax}},
        Finding{"most_of_an_escape", [] { return with_tag("i=joe@example.com=3"); }, {kSyntax}},
        Finding{"escape", [] { return with_tag("i=j=6Fe@example.com"); }, {kPass}, Refuses},
        Finding{"utf8", [] { return with_tag("i=j\xC3\xB6@example.com"); }, {kPass}, Refuses},
        Finding{"below", [] { return with_tag("i=@mail.example.com"); }, {kPass}},
        Finding{"beside", [] { return with_tag("i=@badexample.com"); }, {kSyntax}}),
    kFindingName);

TEST(DkimFindings, K_05_FollowTheTimeOfTheCaller) {
  // The library looks at the clock of its own process.
  using std::chrono::days;
  using std::chrono::seconds;
  constexpr seconds kIn2010{1'270'000'000};
  constexpr seconds kIn2040{2'220'000'000};
  for (const seconds now : {kIn2010, kIn2040}) {
    const std::string signed_at = std::to_string(now.count());
    const std::string until = std::to_string((now + days(2)).count());
    Mail mail = with_tag("t=" + signed_at + "; x=" + until);
    for (const Engine engine : {Engine::Native, Engine::Reference}) {
      mail.engine = engine;
      EXPECT_EQ(mail.verdict(WallTime(now + days(1))), kPass) << signed_at;
      EXPECT_EQ(mail.verdict(WallTime(now + days(3))), kExpired) << signed_at;
      EXPECT_EQ(mail.verdict(WallTime(now - days(1))), kExpired) << signed_at;
    }
  }
}

TEST(DkimFindings, K_18_AreCautiousAboutWhatALengthLeavesOut) {
  // It does not say whether anything is left out: white space that relaxed form drops is nothing.
  Mail mail;
  mail.body = "Hungry? \r\n";
  mail.publish(TestKey::Rsa2048);
  mail.sign({.body_length = 9});
  EXPECT_EQ(verdicts(mail, Engine::Native), std::vector{kPass});
  EXPECT_EQ(verdicts(mail, Engine::Both), std::vector{kPass});
  EXPECT_EQ(verdicts(mail, Engine::Reference),
            std::vector{verdict(DkimResult::Policy, DkimCause::BodyLength)});
  mail.options.refuse_body_length = false;
  EXPECT_EQ(verdicts(mail, Engine::Reference), std::vector{kPass});
}

// ---- Header -------------------------------------------------------------------------------------

Mail with_more_from(std::size_t place) {
  Mail mail = signed_mail();
  mail.fields.insert(mail.fields.begin() + static_cast<std::ptrdiff_t>(place),
                     {"From", " evil@example.org"});
  return mail;
}

Mail without_other_fields() {
  Mail mail;
  mail.fields.clear();
  mail.publish(TestKey::Rsa2048);
  mail.sign();
  return mail;
}

/// So many fields that nobody signed, above the others.
Mail with_filler(std::size_t count) {
  Mail mail = signed_mail();
  mail.fields.insert(mail.fields.begin() + 1, count, {"X-Filler", " x"});
  return mail;
}

std::vector<std::string> many_names(std::size_t count) {
  std::vector<std::string> names(count, "X-Not-There");
  names.front() = "From";
  return names;
}

Mail with_u_label() {
  Mail mail;
  mail.publish(TestKey::Rsa2048, {}, "sel._domainkey.xn--exmple-cua.com");
  mail.sign({.domain = "ex\xC3\xA4mple.com"});
  return mail;
}

INSTANTIATE_TEST_SUITE_P(
    K_03_K_15_Header, DkimFinding,
    testing::Values(
        Finding{
            "from_not_signed", [] { return signed_mail({.names = {"To", "Subject"}}); }, {kSyntax}},
        // With strict headers on, all signatures of such a message are lost.
        Finding{"second_from_on_top", [] { return with_more_from(1); }, {kPass}},
        Finding{"second_from_below", [] { return with_more_from(5); }, {kHeaderHash}},
        Finding{
            "from_that_cannot_be_read", [] { return with_field({"From", " <<@>>, ,;"}); }, {kPass}},
        // No field is left to select from: an assert.
        Finding{
            "nothing_but_the_signature", [] { return without_other_fields(); }, {kPass}, Refuses},
        // The rest is cut off.
        Finding{"h_of_6000_octets",
                [] { return signed_mail({.names = many_names(500)}); },
                {kPass},
                Refuses},
        Finding{
            "h_of_3500_octets", [] { return signed_mail({.names = many_names(290)}); }, {kPass}},
        // The signature itself is selected.
        Finding{"itself",
                [] { return signed_mail({.names = {"From", "DKIM-Signature"}}); },
                {kPass},
                Refuses},
        // Taken for white space.
        Finding{
            "vt_in_relaxed", [] { return with_field({"Comments", " a\v b"}); }, {kPass}, Refuses},
        Finding{
            "ff_in_relaxed", [] { return with_field({"Comments", " a \fb\f"}); }, {kPass}, Refuses},
        Finding{"ff_in_simple",
                [] {
                  return with_field({"Comments", " a \fb"}, {.canonicalization = "simple/simple"});
                },
                {kPass},
                Refuses},
        Finding{"tab", [] { return with_field({"Comments", "\t a \t b\t"}); }, {kPass}},
        Finding{"nul", [] { return with_field({"Comments", " a\0b"s}); }, {kPass}, Refuses},
        Finding{"bare_cr", [] { return with_field({"Comments", " a\rb"}); }, {kPass}, Refuses},
        Finding{"bare_lf", [] { return with_field({"Comments", " a\n b"}); }, {kPass}, Refuses},
        Finding{"utf8", [] { return with_field({"Comments", " gr\xC3\xBC\xC3\x9F"}); }, {kPass}},
        Finding{"u_label", [] { return with_u_label(); }, {kPass}, Refuses},
        Finding{"field_of_70_kilobytes",
                [] { return with_field({"Comments", " " + std::string(70'000, 'c')}); },
                {kPass}},
        Finding{"more_than_1000_fields", [] { return with_filler(1000); }, {kPass}, Refuses},
        Finding{"900_fields", [] { return with_filler(900); }, {kPass}}),
    kFindingName);

TEST(DkimFindings, K_15_SignEveryFieldAndOneMore) {
  // A null pointer is written past the end of the list of fields.
  for (std::size_t count = 1; count <= 16; ++count) {
    for (const bool signs_itself : {false, true}) {
      Mail mail;
      mail.fields.resize(1);
      while (mail.fields.size() < count) mail.fields.push_back({"X-Filler", " x"});
      SignOptions how{.names = {"From"}};
      how.names.resize(count, "X-Filler");
      how.names.emplace_back(signs_itself ? "DKIM-Signature" : "X-Filler");
      how.names.emplace_back("X-Not-There");
      mail.publish(TestKey::Rsa2048);
      mail.sign(how);
      expect_finding({"all", [&mail] { return mail; }, {kPass}, signs_itself ? Refuses : Agrees});
    }
  }
}

// ---- Body ---------------------------------------------------------------------------------------

struct BodyRow {
  std::string name;
  std::string body;
  Reference reference = Agrees;
};
std::ostream& operator<<(std::ostream& out, const BodyRow& row) { return out << row.name; }

class DkimBodyFinding : public testing::TestWithParam<BodyRow> {};

TEST_P(DkimBodyFinding, IsHashedAsItCame) {
  for (const char* form :
       {"simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"}) {
    Mail mail = with_body(GetParam().body, {.canonicalization = form});
    expect_finding({form, [&mail] { return mail; }, {kPass}, GetParam().reference});
    mail.body.insert(0, "x");
    expect_finding({form, [&mail] { return mail; }, {kBodyHash}, GetParam().reference});
  }
}

INSTANTIATE_TEST_SUITE_P(
    K_14_K_26, DkimBodyFinding,
    testing::Values(
        // An error for every signature in relaxed form, and chance in simple.
        BodyRow{"no_final_line_end", "Are you\r\nhungry?"},
        BodyRow{"space_without_line_end", "Are you\r\nhungry? \t"},
        // One octet too few in simple form; dropped or kept as the pieces come.
        BodyRow{"bare_lf", "Are you\nhungry?\r\n", Refuses},
        BodyRow{"bare_lf_first", "\nhungry?\r\n", Refuses},
        BodyRow{"bare_lf_last", "hungry?\r\n\n", Refuses},
        BodyRow{"bare_cr", "Are you\rhungry?\r\n", Refuses},
        BodyRow{"bare_cr_between_spaces", "Are you \r hungry?\r\n", Refuses},
        BodyRow{"bare_cr_last", "hungry?\r", Refuses},
        BodyRow{"cr_before_a_line_end", "hungry?\r\r\n", Refuses},
        BodyRow{"nul_and_eight_bits", "a\0 b\xC3\x28\r\n"s},
        BodyRow{"vt_and_ff", "a \v\f b \f\r\n"},
        BodyRow{"long_line", std::string(200'000, 'a') + " \r\n"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace waarmerk::policy::dkim
