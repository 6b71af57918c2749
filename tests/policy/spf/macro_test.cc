// Macros: the examples of RFC 7208 7.4, the edges of the grammar, hostile lengths.
#include "policy/spf/macro.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "base/text.h"

namespace waarmerk::policy::spf {
namespace {

const auto kRowName = [](const auto& row) { return row.param.name; };

constexpr std::string_view kDigits = "0123456789";

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

/// The sender of RFC 7208 7.4: strong-bad@email.example.com from 192.0.2.3.
struct Identity {
  IpAddress client = ip("192.0.2.3");
  std::string local_part = "strong-bad";
  std::string helo = "mx.example.org";
  std::string client_name = "mx.example.org";

  [[nodiscard]] MacroContext context() const {
    return {.client = client,
            .local_part = local_part,
            .sender_domain = "email.example.com",
            .domain = "email.example.com",
            .helo = helo,
            .receiver = "mx.receiver.example",
            .time = WallTime{std::chrono::seconds{1'700'000'000}},
            .client_name = client_name};
  }
};

/// The expansion of an explanation text, or the error.
std::string expanded(std::string_view text, const Identity& identity = {}) {
  const auto parsed = MacroString::parse(text, MacroUse::Explanation);
  if (!parsed)
    return "error at " + std::to_string(parsed.error().offset) + ": " + parsed.error().what;
  return expand_text(*parsed, identity.context(), 1000);
}

/// The name that a domain-spec gives, or why there is none.
std::string name_of(std::string_view spec, const Identity& identity = {}) {
  const auto parsed = MacroString::parse_domain_spec(spec);
  if (!parsed)
    return "error at " + std::to_string(parsed.error().offset) + ": " + parsed.error().what;
  const auto name = expand_name(*parsed, identity.context());
  if (name) return name->text();
  return name.error() == NoName::CannotExist ? "cannot exist" : "not ASCII";
}

struct Row {
  std::string name;
  std::string input;
  std::string want;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.input; }

// ---- Values -------------------------------------------------------------------------------------

class MacroValue : public testing::TestWithParam<Row> {};

TEST_P(MacroValue, Expands) { EXPECT_EQ(expanded(GetParam().input), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    S_27, MacroValue,
    testing::Values(
        // RFC 7208 7.4
        Row{"sender", "%{s}", "strong-bad@email.example.com"},
        Row{"sender_domain", "%{o}", "email.example.com"},
        Row{"domain", "%{d}", "email.example.com"},
        Row{"four_parts_of_three", "%{d4}", "email.example.com"},
        Row{"three_parts", "%{d3}", "email.example.com"}, Row{"two_parts", "%{d2}", "example.com"},
        Row{"one_part", "%{d1}", "com"}, Row{"reversed", "%{dr}", "com.example.email"},
        Row{"two_parts_of_the_reversed", "%{d2r}", "example.email"},
        Row{"local_part", "%{l}", "strong-bad"}, Row{"local_part_split", "%{l-}", "strong.bad"},
        Row{"no_dot_to_reverse_at", "%{lr}", "strong-bad"},
        Row{"split_and_reversed", "%{lr-}", "bad.strong"},
        Row{"one_part_of_the_reversed", "%{l1r-}", "strong"}, Row{"address", "%{i}", "192.0.2.3"},
        Row{"address_reversed", "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
        Row{"helo", "%{h}", "mx.example.org"}, Row{"client_name", "%{p}", "mx.example.org"},
        Row{"receiver", "%{r}", "mx.receiver.example"},
        Row{"readable_address", "%{c}", "192.0.2.3"}, Row{"time", "%{t}", "1700000000"},
        // Numbers
        Row{"more_parts_than_there_are", "%{d5}", "email.example.com"},
        Row{"one_part_of_one", "%{l1}", "strong-bad"},
        Row{"the_largest_number_asked_for", "%{d128}", "email.example.com"},
        Row{"a_number_beyond_any_integer", "%{d99999999999999999999}", "email.example.com"},
        Row{"a_leading_zero", "%{d02}", "example.com"},
        // Delimiters
        Row{"other_delimiters_leave_dots", "%{d+}", "email.example.com"},
        Row{"several_delimiters", "%{s1r-+}", "strong"},
        Row{"all_delimiters", "%{d.-+,/_=}", "email.example.com"},
        // Case
        Row{"upper_case_means_escaped", "%{S}", "strong-bad%40email.example.com"},
        Row{"upper_case_transformer", "%{dR}", "com.example.email"},
        // Literals
        Row{"escapes", "%%-%_-%-", "%- -%20"},
        Row{"text", "See http://example.com/?s=%{S}!",
            "See http://example.com/?s=strong-bad%40email.example.com!"},
        Row{"nothing", "", ""}),
    kRowName);

TEST(MacroValue, EscapesAllButTheUnreserved) {  // S-27
  EXPECT_EQ(expanded("%{L}", {.local_part = "~a&b=c-d_e.f/\x7f\xc3"}), "~a%26b%3Dc-d_e.f%2F%7F%C3");
}

TEST(MacroValue, WritesIpv6AsNibbles) {  // S-30
  const Identity identity{.client = ip("2001:db8::cb01")};
  EXPECT_EQ(expanded("%{i}", identity),
            "2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.C.B.0.1");
  EXPECT_EQ(expanded("%{ir}.%{v}", identity),
            "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6");
  EXPECT_EQ(expanded("%{c}", identity), "2001:db8::cb01");
}

TEST(MacroValue, TreatsAMappedAddressAsIpv4) {  // S-25
  const Identity identity{.client = ip("::ffff:192.0.2.3")};
  EXPECT_EQ(expanded("%{ir}.%{v}", identity), "3.2.0.192.in-addr");
}

TEST(MacroValue, KeepsEmptyParts) {  // S-27
  EXPECT_EQ(expanded("%{l-}", {.local_part = "-a--b-"}), ".a..b.");
  EXPECT_EQ(expanded("%{lr-}", {.local_part = "-a--b"}), "b..a.");
  EXPECT_EQ(expanded("%{l1-}", {.local_part = "a-"}), "");
  EXPECT_EQ(expanded("%{l1r-}", {.local_part = "-a"}), "");
  EXPECT_EQ(expanded("%{lr}", {.local_part = ""}), "");
}

TEST(MacroValue, CallsAnUnknownReceiverUnknown) {
  const auto parsed = MacroString::parse("%{r}", MacroUse::Explanation);
  const Identity identity;
  MacroContext context = identity.context();
  context.receiver = "";
  EXPECT_EQ(expand_text(*parsed, context, 100), "unknown");
}

TEST(MacroValue, IsCutAtTheLengthAskedFor) {  // S-33
  const auto parsed = MacroString::parse("ab%{d}cd", MacroUse::Explanation);
  const Identity identity;
  EXPECT_EQ(expand_text(*parsed, identity.context(), 6), "abemai");
  EXPECT_EQ(expand_text(*parsed, identity.context(), 100), "abemail.example.comcd");
}

// ---- Syntax -------------------------------------------------------------------------------------

struct SyntaxRow {
  std::string name;
  std::string text;
  std::string want;  ///< part of the error; empty: it is valid
  std::size_t offset = 0;
};
std::ostream& operator<<(std::ostream& out, const SyntaxRow& row) { return out << row.text; }

class MacroSyntax : public testing::TestWithParam<SyntaxRow> {};

TEST_P(MacroSyntax, IsJudged) {
  const auto& row = GetParam();
  const auto parsed = MacroString::parse(row.text, MacroUse::Record);
  ASSERT_EQ(parsed.has_value(), row.want.empty());
  if (parsed) return;
  EXPECT_NE(parsed.error().what.find(row.want), std::string::npos) << parsed.error().what;
  EXPECT_EQ(parsed.error().offset, row.offset);
}

INSTANTIATE_TEST_SUITE_P(
    S_27_S_29, MacroSyntax,
    testing::Values(SyntaxRow{"macro", "a%{d}b", ""}, SyntaxRow{"empty", "", ""},
                    SyntaxRow{"percent_before_a_letter", "ab%cd", "\"%cd\" is no macro", 2},
                    SyntaxRow{"percent_at_the_end", "ab%", "\"%\" is no macro", 2},
                    SyntaxRow{"percent_before_a_parenthesis", "%(ir)", "is no macro", 0},
                    SyntaxRow{"open_brace", "x%{d", "\"%{d\" is no macro", 1},
                    SyntaxRow{"no_letter", "%{}", "no macro letter", 2},
                    SyntaxRow{"unknown_letter", "a.%{x}", "\"x\" begins with no macro letter", 4},
                    SyntaxRow{"digits_without_letter", "%{2}", "no macro letter", 2},
                    SyntaxRow{"zero_parts", "%{d0}", "keeps 0 parts", 3},
                    SyntaxRow{"zero_parts_twice", "%{d00r}", "keeps 0 parts", 3},
                    SyntaxRow{"transformers_in_the_wrong_order", "%{dr2}", "delimiter", 4},
                    SyntaxRow{"unknown_delimiter", "%{l*}", "\"*\" is no macro delimiter", 3},
                    SyntaxRow{"readable_address", "%{c}", "no macro letter", 2},
                    SyntaxRow{"receiver", "%{R}", "no macro letter", 2},
                    SyntaxRow{"time", "%{t}", "no macro letter", 2},
                    SyntaxRow{"space", "a b", "may not stand here", 1},
                    SyntaxRow{"control", "a\tb", "may not stand here", 1},
                    SyntaxRow{"non_ascii", "\xc3\xa9", "may not stand here", 0}),
    kRowName);

TEST(MacroSyntax, AllowsSpacesAndAllLettersInExplanations) {  // S-29
  EXPECT_TRUE(MacroString::parse("a %{c} %{r} %{t}", MacroUse::Explanation));
  EXPECT_FALSE(MacroString::parse("a\t%{c}", MacroUse::Explanation));
  EXPECT_FALSE(MacroString::parse("\xef\xbb\xbfText", MacroUse::Explanation));
}

TEST(MacroSyntax, KnowsTheLettersInUse) {
  const auto parsed = MacroString::parse("%{P}.%{d}", MacroUse::Record);
  EXPECT_TRUE(parsed->uses(MacroLetter::ClientName));
  EXPECT_TRUE(parsed->uses(MacroLetter::Domain));
  EXPECT_FALSE(parsed->uses(MacroLetter::LocalPart));
}

class DomainSpecSyntax : public testing::TestWithParam<SyntaxRow> {};

TEST_P(DomainSpecSyntax, IsJudged) {
  const auto& row = GetParam();
  const auto parsed = MacroString::parse_domain_spec(row.text);
  ASSERT_EQ(parsed.has_value(), row.want.empty());
  if (parsed) return;
  EXPECT_NE(parsed.error().what.find(row.want), std::string::npos) << parsed.error().what;
}

INSTANTIATE_TEST_SUITE_P(
    S_12, DomainSpecSyntax,
    testing::Values(SyntaxRow{"name", "example.com", ""},
                    SyntaxRow{"final_dot", "example.com.", ""},
                    SyntaxRow{"visible_characters", "foo:bar/baz.example.com", ""},
                    SyntaxRow{"a_label_with_dashes", "example.xn--zckzah", ""},
                    SyntaxRow{"digits_and_a_letter", "example.4c4", ""},
                    SyntaxRow{"digits_and_a_dash", "example.1-2", ""},
                    SyntaxRow{"macro", "%{d}", ""}, SyntaxRow{"macro_at_the_end", "a.%{d2}", ""},
                    SyntaxRow{"escape_at_the_end", "a%%", ""},
                    SyntaxRow{"name_behind_a_macro", "%{i}.example.com", ""},
                    SyntaxRow{"empty_label", "mail.example...com", ""},
                    SyntaxRow{"long_label", std::string(70, 'a') + ".example.com", ""},
                    SyntaxRow{"nothing", "", "no domain name"},
                    SyntaxRow{"one_label", "museum", "does not end as"},
                    SyntaxRow{"one_label_and_a_dot", "museum.", "does not end as"},
                    SyntaxRow{"only_a_dot", ".", "does not end as"},
                    SyntaxRow{"two_final_dots", "example.com..", "does not end as"},
                    SyntaxRow{"address", "192.0.2.1", "the address \"192.0.2.1\""},
                    SyntaxRow{"not_quite_an_address", "111.222.33.444", "does not end as"},
                    SyntaxRow{"numeric_top", "abc.123", "does not end as"},
                    SyntaxRow{"dash_first_in_top", "example.-com", "does not end as"},
                    SyntaxRow{"dash_last_in_top", "example.com-", "does not end as"},
                    SyntaxRow{"port", "example.com:8080", "does not end as"},
                    SyntaxRow{"dot_behind_a_macro", "%{d}.", "does not end as"},
                    SyntaxRow{"text_behind_a_macro", "%{d}com", "does not end as"},
                    SyntaxRow{"nul", std::string("foo.example.com\0", 16), "may not stand here"}),
    kRowName);

// ---- Names --------------------------------------------------------------------------------------

class MacroName : public testing::TestWithParam<Row> {};

TEST_P(MacroName, Expands) { EXPECT_EQ(name_of(GetParam().input), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    S_27, MacroName,
    testing::Values(Row{"name", "Mail.Example.COM", "mail.example.com"},
                    Row{"final_dot", "mail.example.com.", "mail.example.com"},
                    Row{"rfc_example", "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
                        "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
                    Row{"rfc_example_of_one_part", "%{l1r-}.lp._spf.%{d2}",
                        "strong.lp._spf.example.com"},
                    // All of a value whose parts are fewer than asked for, not a letter less.
                    Row{"five_parts_of_three", "%{d5}.x.example", "email.example.com.x.example"},
                    Row{"one_part_of_one", "%{l1}.x.example", "strong-bad.x.example"},
                    Row{"empty_label", "mail.example...com", "cannot exist"},
                    Row{"empty_first_label", ".example.com", "cannot exist"},
                    Row{"long_label", std::string(64, 'a') + ".example.com", "cannot exist"},
                    Row{"longest_label", std::string(63, 'a') + ".example.com",
                        std::string(63, 'a') + ".example.com"}),
    kRowName);

TEST(MacroName, DropsWholeLabelsFromTheLeft) {  // S-28
  std::string digits;
  for (int i = 0; i < 25; ++i) digits += std::string(kDigits) + ".";
  // 275 + 11 octets: three labels of eleven octets with their dots have to go.
  const std::string fits = digits.substr(4 * 11) + "example.com";
  EXPECT_EQ(fits.size(), 242U);
  EXPECT_EQ(name_of(digits + "example.com"), digits.substr(3 * 11) + "example.com");
  EXPECT_EQ(name_of("%{l}" + digits + "example.com", {.local_part = std::string(5000, 'x')}),
            digits.substr(3 * 11) + "example.com");
}

TEST(MacroName, FillsAllOctetsThatThereAre) {  // S-28
  const std::string tail = "." + std::string(60, 'b') + "." + std::string(60, 'c') + "." +
                           std::string(60, 'd') + ".example";
  const std::string at_limit = std::string(253 - tail.size(), 'a') + tail;
  ASSERT_EQ(at_limit.size(), 253U);
  EXPECT_EQ(name_of(at_limit), at_limit);
  EXPECT_EQ(name_of("x." + at_limit), at_limit);
  EXPECT_EQ(name_of(at_limit + "."), at_limit);
  EXPECT_EQ(name_of("a" + at_limit), tail.substr(1));
}

TEST(MacroName, CannotExistWhenOneLabelIsTooLongForAll) {  // S-28
  EXPECT_EQ(name_of("%{l}", {.local_part = std::string(300, 'a')}), "cannot exist");
  EXPECT_EQ(name_of("%{l}", {.local_part = ""}), "cannot exist");
  EXPECT_EQ(name_of("%{l}", {.local_part = "."}), "cannot exist");
  EXPECT_EQ(name_of("%{l}", {.local_part = "a.."}), "cannot exist");
}

TEST(MacroName, IsBoundedForManyMacrosOfLongValues) {  // S-41
  std::string spec;
  for (int i = 0; i < 16'000; ++i) spec += "%{l}";
  const std::string label(60, 'a');
  EXPECT_EQ(name_of(spec + ".example.com", {.local_part = std::string(2000, 'x')}), "example.com");
  std::string nothing;
  for (int i = 0; i < 16'000; ++i) nothing += "%{l1+}";
  EXPECT_EQ(name_of(nothing + "example.com", {.local_part = std::string(100'000, 'x') + "+"}),
            "example.com");
}

TEST(MacroName, DoesNotTakeANonAsciiLocalPart) {  // S-31
  const Identity identity{.local_part = "jos\xc3\xa9"};
  EXPECT_EQ(name_of("%{l}.example.com", identity), "not ASCII");
  EXPECT_EQ(name_of("%{s}.example.com", identity), "not ASCII");
  EXPECT_EQ(name_of("%{L}.example.com", identity), "not ASCII");
  EXPECT_EQ(name_of("%{o}.example.com", identity), "email.example.com.example.com");
}

TEST(MacroName, DoesNotTakeANonAsciiPartEvenIfItIsCutOff) {  // S-31
  EXPECT_EQ(name_of("%{l1-}.example.com", {.local_part = "jos\xc3\xa9-list"}), "not ASCII");
  EXPECT_EQ(name_of("%{l1-}.example.com", {.local_part = "jose-list"}), "list.example.com");
}

TEST(MacroName, DoesNotTakeANonAsciiHelo) {  // I-02, I-04
  EXPECT_EQ(name_of("%{h}", {.helo = "m\xc3\xa9.example.com"}), "not ASCII");
  EXPECT_EQ(name_of("%{h}", {.helo = "JUMPIN' JUPITER.example"}), "jumpin' jupiter.example");
}

}  // namespace
}  // namespace waarmerk::policy::spf
