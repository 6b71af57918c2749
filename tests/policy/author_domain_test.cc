// From fields as honest people, careless programs and forgers write them.
#include "policy/author_domain.h"

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "policy/mailbox_list.h"

namespace waarmerk::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> names_of(const Author& author) {
  std::vector<std::string> names;
  for (const DomainName& domain : author.domains) names.push_back(domain.text());
  return names;
}

Author author_of(std::string_view from) {
  const std::vector<HeaderField> fields{{"From", std::string(from)}};
  return author_domains(fields);
}

// ---- One field ----------------------------------------------------------------------------------

struct FromRow {
  std::string_view name;
  std::string_view from;
  FromKind kind;
  /// The domains in order, separated by spaces.
  std::string_view domains;

  friend std::ostream& operator<<(std::ostream& out, const FromRow& row) { return out << row.name; }
};

class FromField : public ::testing::TestWithParam<FromRow> {};

TEST_P(FromField, GivesItsDomainsAndNoOther) {
  const Author author = author_of(GetParam().from);
  EXPECT_EQ(to_string(author.kind), to_string(GetParam().kind)) << author.problem;
  std::string domains;
  for (const std::string& domain : names_of(author)) {
    domains += (domains.empty() ? "" : " ") + domain;
  }
  EXPECT_EQ(domains, GetParam().domains);
  EXPECT_EQ(author.problem.empty(), author.kind != FromKind::Unusable);
  EXPECT_EQ(author.problem, printable(author.problem));
  EXPECT_FALSE(author.truncated);
}

constexpr auto kOne = FromKind::One;
constexpr auto kSeveral = FromKind::SeveralDomains;
constexpr auto kNone = FromKind::None;
constexpr auto kUnusable = FromKind::Unusable;

std::string row_name(const ::testing::TestParamInfo<FromRow>& row) {
  return std::string(row.param.name);
}

INSTANTIATE_TEST_SUITE_P(
    Plain, FromField,
    ::testing::Values(
        FromRow{"D_01_Bare", " a@example.com", kOne, "example.com"},
        FromRow{"D_01_Angle", " A B <a@example.com>", kOne, "example.com"},
        FromRow{"D_01_AngleAlone", "<a@example.com>", kOne, "example.com"},
        FromRow{"D_01_SingleLabel", "a@localhost", kOne, "localhost"},
        FromRow{"D_13_CaseAndFinalDot", "a@EXAMPLE.COM.", kOne, "example.com"},
        FromRow{"D_13_TwoFinalDots", "a@example.com..", kUnusable, ""},
        FromRow{"D_04_SameDomainTwice", "a@example.com, B <b@Example.Com.>", kOne, "example.com"},
        FromRow{"D_05_TwoDomains", "a@one.example, b@two.example", kSeveral,
                "one.example two.example"},
        FromRow{"D_07_Nothing", "", kNone, ""},
        FromRow{"D_07_OnlyAComment", " (a@b.example)", kNone, ""},
        FromRow{"D_07_EmptyGroup", "undisclosed-recipients:;", kNone, ""},
        FromRow{"D_07_NameWithoutAddress", "Mail System", kNone, ""},
        FromRow{"D_07_EmptyBrackets", "Mail System <>", kNone, ""},
        FromRow{"D_07_BracketsWithoutDomain", "<root>", kNone, ""},
        FromRow{"D_08_Group", "Staff: a@one.example, B <b@two.example>;", kSeveral,
                "one.example two.example"},
        FromRow{"D_08_GroupAmongAddresses", "a@one.example, Staff:b@two.example;, c@one.example",
                kSeveral, "one.example two.example"},
        FromRow{"D_08_GroupInAGroup", "A: B: a@example.com;;", kUnusable, ""},
        FromRow{"D_08_GroupWithoutAName", ": a@example.com;", kUnusable, ""},
        FromRow{"D_08_TextAfterAGroup", "A: a@example.com; b@example.net", kUnusable, ""},
        FromRow{"D_08_EndOfNoGroup", "a@example.com;", kUnusable, ""},
        FromRow{"D_08_GroupWithoutItsEnd", "Ticket: 5 <a@example.com>", kOne, "example.com"},
        FromRow{"ElementsWithoutAddress", "Doe, John <a@example.com>", kOne, "example.com"},
        FromRow{"EmptyElements", ",, a@example.com ,,", kOne, "example.com"}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Hidden, FromField,
    ::testing::Values(
        FromRow{"D_09_QuotedName", R"("a@good.example" <b@evil.example>)", kOne, "evil.example"},
        FromRow{"D_09_CommentBehind", "b@evil.example (a@good.example)", kOne, "evil.example"},
        FromRow{"D_09_CommentBefore", "(a@good.example) b@evil.example", kOne, "evil.example"},
        FromRow{"D_09_CommentInside", "b@(@good.example)evil(.good.example).example", kOne,
                "evil.example"},
        FromRow{"D_09_NestedComment", "b@evil.example ((<a@good.example>))", kOne, "evil.example"},
        FromRow{"D_09_EscapedEndOfComment", R"(b@evil.example (\) a@good.example))", kOne,
                "evil.example"},
        FromRow{"D_09_QuotedLocalPart", R"("a@good.example"@evil.example)", kOne, "evil.example"},
        FromRow{"D_09_QuotedBrackets", R"("<a@good.example>" <b@evil.example>)", kOne,
                "evil.example"},
        FromRow{"D_09_EscapedQuote", R"("\" <a@good.example>, \"" <b@evil.example>)", kOne,
                "evil.example"},
        FromRow{"D_09_CommentIsNoString", R"(b@evil.example (" a@good.example))", kOne,
                "evil.example"},
        FromRow{"D_10_Route", "<@good.example,@other.example:b@evil.example>", kOne,
                "evil.example"},
        FromRow{"D_10_RouteWithEmptyElements", "<,@good.example,,:b@evil.example>", kOne,
                "evil.example"},
        FromRow{"D_10_RouteToNothing", "<@good.example:>", kUnusable, ""},
        FromRow{"D_10_RouteWithoutColon", "<@good.example b@evil.example>", kUnusable, ""},
        FromRow{"D_10_RouteOutsideBrackets", "@good.example:b@evil.example", kUnusable, ""},
        FromRow{"D_10_SpaceAroundEverything", " b \t@\r\n evil . example ", kOne, "evil.example"},
        FromRow{"D_10_FoldedName", "A\r\n B\r\n\t<b@evil.example>", kOne, "evil.example"},
        FromRow{"D_10_AddressLiteral", "a@[192.0.2.1]", kUnusable, ""},
        FromRow{"D_10_LiteralOfAName", "a@[good.example]", kUnusable, ""},
        FromRow{"D_12_EncodedName", "=?utf-8?q?a=40good=2Eexample?= <b@evil.example>", kOne,
                "evil.example"},
        FromRow{"D_12_EncodedNameWithAt", "=?utf-8?q?a@good.example?= <b@evil.example>", kOne,
                "evil.example"},
        FromRow{"D_12_EncodedWordIsNoAddress", "=?utf-8?q?a@good.example?=", kNone, ""},
        FromRow{"D_12_EncodedLocalPart", "=?utf-8?q?a?=@evil.example", kOne, "evil.example"},
        FromRow{"D_12_EncodedLocalPartWithAt", "=?utf-8?q?a@good.example?=@evil.example", kUnusable,
                ""},
        FromRow{"D_12_EncodedDomain", "a@=?utf-8?q?good.example?=", kUnusable, ""},
        FromRow{"D_12_EncodedWordInBrackets", "<=?utf-8?q?a@good.example?=>", kUnusable, ""},
        FromRow{"D_12_EncodedWordThatHidesBrackets",
                "=?utf-8?q?<a@good.example>?= <b@evil.example>", kUnusable, ""}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Doubtful, FromField,
    ::testing::Values(
        FromRow{"TrailingBracket", "user@victim.example>", kUnusable, ""},
        FromRow{"TrailingBracketSingleLabel", "user@victim>", kUnusable, ""},
        FromRow{"MissingBracket", "A <user@victim.example", kUnusable, ""},
        FromRow{"DoubleBrackets", "<<a@example.com>>", kUnusable, ""},
        FromRow{"TwoBrackets", "<a@good.example> <b@evil.example>", kUnusable, ""},
        FromRow{"TextAfterBrackets", "<a@good.example> b", kUnusable, ""},
        FromRow{"CommaInBrackets", "<a@good.example, b@evil.example>", kUnusable, ""},
        FromRow{"NoComma", "a@good.example b@evil.example", kUnusable, ""},
        FromRow{"NoCommaSameDomain", "a@example.com b@example.com", kUnusable, ""},
        FromRow{"TwoAts", "a@good.example@evil.example", kUnusable, ""},
        FromRow{"TwoAtsInBrackets", "<a@good.example@evil.example>", kUnusable, ""},
        FromRow{"TwoWordsBeforeAt", "a b@example.com", kUnusable, ""},
        FromRow{"TwoWordsInDomain", "a@exam ple.com", kUnusable, ""},
        FromRow{"CommentPartsWords", "a@exam(x)ple.com", kUnusable, ""},
        FromRow{"NoLocalPart", "@example.com", kUnusable, ""},
        FromRow{"NoLocalPartInBrackets", "<@example.com>", kUnusable, ""},
        FromRow{"DotIsNoLocalPart", ".@example.com", kUnusable, ""},
        FromRow{"NoDomain", "a@", kUnusable, ""},
        FromRow{"NoDomainInBrackets", "<a@>", kUnusable, ""},
        FromRow{"EmptyLabel", "a@example..com", kUnusable, ""},
        FromRow{"LeadingDot", "a@.example.com", kUnusable, ""},
        FromRow{"QuotedDomain", R"(a@"good.example")", kUnusable, ""},
        FromRow{"SlashInDomain", "a@good/evil.example", kUnusable, ""},
        FromRow{"Semicolons", "a@one.example; b@two.example", kUnusable, ""},
        FromRow{"OneBadAddressSpoilsTheField", "a@good.example, b@evil_.example/", kUnusable, ""},
        FromRow{"OpenQuote", R"("A <a@good.example>)", kUnusable, ""},
        FromRow{"OpenComment", "(A <a@good.example>", kUnusable, ""},
        FromRow{"BareBackslash", R"(a\@good.example@evil.example)", kUnusable, ""},
        FromRow{"BareCarriageReturn", "a@good.example\rFrom: b@evil.example", kUnusable, ""},
        FromRow{"BareCarriageReturnInAComment", "a@good.example (\r)", kUnusable, ""},
        FromRow{"LineFeedThatIsNoFold", "a@good.example\nFrom: b@evil.example", kUnusable, ""},
        FromRow{"LineEndAtTheEnd", "a@good.example\r\n", kUnusable, ""},
        FromRow{"NullInDomain", std::string_view("a@good.example\0.evil.example", 28), kUnusable,
                ""}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Careless, FromField,
    ::testing::Values(
        FromRow{"NameRepeatsTheAddress", "a@example.com <a@example.com>", kOne, "example.com"},
        FromRow{"NameRepeatsTheDomain", "Team @ Example.Com <a@example.com>", kOne, "example.com"},
        FromRow{"NameHoldsAnotherDomain", "a@good.example <b@evil.example>", kUnusable, ""},
        FromRow{"NameHoldsASubdomain", "a@example.com <a@mail.example.com>", kUnusable, ""},
        FromRow{"NameHoldsTwoDomains", "a@evil.example b@good.example <b@evil.example>", kUnusable,
                ""},
        FromRow{"NameHoldsAnAddressBeforeNothing", "a@good.example <>", kUnusable, ""},
        FromRow{"NameHoldsAtBeforeText", "Jo @ Work <a@example.com>", kUnusable, ""},
        FromRow{"NameWithDots", "J. R. Doe... <a@example.com>", kOne, "example.com"},
        FromRow{"NameWithBrackets", "[List] Name <a@example.com>", kOne, "example.com"},
        FromRow{"NameWithAnAddressInBrackets", "[b@good.example] <a@evil.example>", kUnusable, ""},
        FromRow{"LiteralIsNoLocalPart", "[x]@example.com", kUnusable, ""},
        FromRow{"DotsInLocalPart", "a..b.@example.com", kOne, "example.com"},
        FromRow{"NameOfOctetsBeyondAscii", "Andr\xE9 <a@example.com>", kOne, "example.com"},
        FromRow{"NameWithNull", std::string_view("A\0B <a@example.com>", 19), kOne, "example.com"},
        FromRow{"QuotedNull", std::string_view("\"A\0@good.example\" <a@example.com>", 33), kOne,
                "example.com"}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    International, FromField,
    ::testing::Values(FromRow{"D_11_ULabel",
                              "a@b\xC3\xBC"
                              "cher.example",
                              kOne, "xn--bcher-kva.example"},
                      FromRow{"D_11_ULabelAndALabelAreOneDomain",
                              "a@B\xC3\x9C"
                              "CHER.example, b@xn--bcher-kva.example",
                              kOne, "xn--bcher-kva.example"},
                      FromRow{"I_04_BrokenALabel", "a@xn--a-\x7F.example", kUnusable, ""},
                      FromRow{"I_04_ALabelThatDoesNotDecode", "a@xn--0000h.example", kUnusable, ""},
                      FromRow{"I_05_InvalidUtf8InDomain",
                              "a@b\xFC"
                              "cher.example",
                              kUnusable, ""},
                      FromRow{"I_05_CutUtf8InDomain", "a@example.b\xC3", kUnusable, ""},
                      FromRow{"I_06_IdeographicDot",
                              "a@good\xE3\x80\x82"
                              "example",
                              kOne, "good.example"},
                      FromRow{"I_12_UnicodeLocalPart", "\xC3\xA9@example.com", kOne, "example.com"},
                      FromRow{"FullwidthAtIsNoAt", "a\xEF\xBC\xA0good.example <b@evil.example>",
                              kOne, "evil.example"},
                      FromRow{"NoBreakSpaceIsNoSpace", "a@good.example\xC2\xA0 b@evil.example",
                              kUnusable, ""}),
    row_name);

TEST(AuthorDomain, SaysWhyAFieldIsUnusableWithoutQuotingLocalParts) {
  EXPECT_EQ(author_of("a@[192.0.2.1]").problem, "an address literal is no domain");
  EXPECT_EQ(author_of("secret b@example.com").problem, "an address without a sound local part");
  EXPECT_EQ(author_of("secret@a.example <secret@b.example>").problem,
            "an '@' of another domain in a display name without quotes");
}

// ---- Several fields -----------------------------------------------------------------------------

Author author_of_fields(const std::vector<HeaderField>& fields) { return author_domains(fields); }

TEST(AuthorDomain, D_02_NoFromField) {
  const Author author = author_of_fields({{"Subject", " x"}});
  EXPECT_EQ(author.kind, FromKind::None);
  EXPECT_THAT(author.domains, IsEmpty());
  EXPECT_EQ(author_of_fields({}), Author{});
}

TEST(AuthorDomain, D_14_TheNameIsReadInAnyCaseAndWithWhiteSpaceBeforeTheColon) {
  for (const char* field_name : {"From", "FROM", "from", "From ", "From \t"}) {
    const Author author = author_of_fields({{field_name, " a@example.com"}});
    EXPECT_EQ(author.kind, FromKind::One) << field_name;
  }
}

TEST(AuthorDomain, D_15_OtherFieldsAreNeverTheAuthor) {
  for (const char* field_name : {"Sender", "Resent-From", "X-From", "From-", "Fro", "Reply-To"}) {
    const Author author = author_of_fields({{field_name, " a@example.com"}});
    EXPECT_EQ(author.kind, FromKind::None) << field_name;
  }
}

TEST(AuthorDomain, D_16_TwoFieldsAreSeveralFieldsAndGiveAllTheirDomains) {
  const Author author = author_of_fields(
      {{"From", " a@one.example"}, {"Subject", " x"}, {"from ", " b@two.example"}});
  EXPECT_EQ(author.kind, FromKind::SeveralFields);
  EXPECT_THAT(names_of(author), ElementsAre("one.example", "two.example"));
  EXPECT_FALSE(author.truncated);
}

TEST(AuthorDomain, D_16_TwoEqualFieldsAreStillTwo) {
  const Author author = author_of_fields({{"From", " a@example.com"}, {"From", " a@example.com"}});
  EXPECT_EQ(author.kind, FromKind::SeveralFields);
  EXPECT_THAT(names_of(author), ElementsAre("example.com"));
}

TEST(AuthorDomain, D_16_AnUnreadableFieldBesideAnotherMakesTheEvaluationIncomplete) {
  const Author author =
      author_of_fields({{"From", " a@evil.example"}, {"From", " b@good.example>"}});
  EXPECT_EQ(author.kind, FromKind::SeveralFields);
  EXPECT_THAT(names_of(author), ElementsAre("evil.example"));
  EXPECT_TRUE(author.truncated);
  EXPECT_FALSE(author.problem.empty());
}

TEST(AuthorDomain, D_16_AnEmptyFieldBesideAnotherCountsToo) {
  const Author author = author_of_fields({{"From", ""}, {"From", " a@example.com"}});
  EXPECT_EQ(author.kind, FromKind::SeveralFields);
}

// ---- Limits -------------------------------------------------------------------------------------

std::string addresses(std::size_t count, std::string_view domain_end) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) {
    list += "a@d" + std::to_string(i) + std::string(domain_end) + ",";
  }
  return list;
}

TEST(AuthorDomain, D_06_AsManyDomainsAsAreEvaluated) {
  const Author author = author_of(addresses(kMaxAuthorDomains, ".example"));
  EXPECT_THAT(author.domains, SizeIs(kMaxAuthorDomains));
  EXPECT_FALSE(author.truncated);
}

TEST(AuthorDomain, D_06_OneDomainTooMany) {
  const Author author = author_of(addresses(kMaxAuthorDomains + 1, ".example"));
  EXPECT_EQ(author.kind, FromKind::SeveralDomains);
  EXPECT_THAT(author.domains, SizeIs(kMaxAuthorDomains));
  EXPECT_TRUE(author.truncated);
}

TEST(AuthorDomain, D_06_TooManyDomainsInSeveralFields) {
  std::vector<HeaderField> fields(3, {"From", addresses(3, ".example")});
  EXPECT_FALSE(author_of_fields(fields).truncated);
  fields.push_back({"From", addresses(3, ".other.example")});
  const Author author = author_of_fields(fields);
  EXPECT_THAT(author.domains, SizeIs(kMaxAuthorDomains));
  EXPECT_TRUE(author.truncated);
}

TEST(AuthorDomain, Q_01_HugeFieldsAreReadInLinearTimeAndBoundedMemory) {
  constexpr std::size_t kSize = 200'000;
  const auto repeated = [](std::string_view piece) {
    std::string text;
    while (text.size() < kSize) text += piece;
    return text;
  };
  for (const std::string_view piece : {"(",
                                       ")",
                                       "\"",
                                       "\\",
                                       "[",
                                       "<",
                                       ">",
                                       "@",
                                       ",",
                                       ".",
                                       ":",
                                       ";",
                                       "a",
                                       "a ",
                                       "a.",
                                       "a@",
                                       "a@b,",
                                       "<a@b>",
                                       "@a,",
                                       "=?",
                                       "=?a?q?",
                                       "=?a?q?x@",
                                       "a@\xC3\xBC.example,",
                                       "(\\",
                                       "\r\n "}) {
    const Author author = author_of(repeated(piece));
    EXPECT_LE(author.domains.size(), kMaxAuthorDomains);
    EXPECT_LE(author.problem.size(), 200U);
    author_of("<" + repeated(piece));
    author_of("a@" + repeated(piece));
    author_of("a:" + repeated(piece));
  }
}

TEST(AuthorDomain, WhatIsReadIsBoundedForAllFieldsTogether) {
  const std::vector<HeaderField> enough(kMaxDomainsRead, {"From", " a@example.com"});
  EXPECT_FALSE(author_domains(enough).truncated);
  const std::vector<HeaderField> too_many(kMaxDomainsRead + 1, {"From", " a@example.com"});
  EXPECT_TRUE(author_domains(too_many).truncated);
}

TEST(AuthorDomain, MoreAddressesThanAreReadAreIncomplete) {
  for (const char* address : {"a@example.com,", "<@b.example:a@example.com>,"}) {
    std::string list;
    for (std::size_t i = 0; i <= kMaxDomainsRead; ++i) list += address;
    const Author author = author_of(list);
    EXPECT_EQ(author.kind, FromKind::One) << author.problem;
    EXPECT_TRUE(author.truncated);
  }
}

}  // namespace
}  // namespace waarmerk::policy
