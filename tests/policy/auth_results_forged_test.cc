#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "base/text.h"
#include "policy/auth_results.h"

namespace waarmerk::policy {

void PrintTo(const FieldPosition& position, std::ostream* out) {
  *out << '"' << position.name << "\" " << position.index;
}

namespace {

const auto kName = [](const auto& info) { return info.param.name; };

/// "mail.example" written with an umlaut, "mäil.example", in three forms.
const std::string kUtf8Id = "m\xC3\xA4il.example";
const std::string kPunycodeId = "xn--mil-qla.example";

struct BodyCase {
  std::string name;
  std::string body;
};

std::ostream& operator<<(std::ostream& out, const BodyCase& c) { return out << c.name; }

/// A name that only some readers can read may be any.
class EncodedName : public testing::TestWithParam<BodyCase> {};

TEST_P(EncodedName, MayBeOurs_R_14) {
  EXPECT_TRUE(could_be_ours(GetParam().body, {"mail.example"}));
}

INSTANTIATE_TEST_SUITE_P(
    Table, EncodedName,
    testing::Values(BodyCase{"Base64", "=?utf-8?b?bWFpbC5leGFtcGxl?=; dmarc=pass"},
                    BodyCase{"QuotedPrintable", "=?utf-8?q?mail=2Eexample?=; dmarc=pass"},
                    BodyCase{"BehindAComment", " (x) =?utf-8?b?bWFpbA==?=.example; dmarc=pass"}),
    kName);

class OurSpelling : public testing::TestWithParam<BodyCase> {};

TEST_P(OurSpelling, IsRecognised_R_14) {
  EXPECT_TRUE(could_be_ours(GetParam().body, {"other.example", "mail.example", kPunycodeId}));
  EXPECT_FALSE(could_be_ours(GetParam().body, {"mx.another.example"}));
  EXPECT_FALSE(could_be_ours(GetParam().body, {}));
}

const BodyCase kOurs[] = {
    {"Plain", "mail.example; dmarc=pass"},
    {"UpperCase", "MAIL.EXAMPLE; dmarc=pass"},
    {"NoBreakSpaceBefore", "\xC2\xA0mail.example; dmarc=pass"},
    {"IdeographicSpaceAfter", "mail.example\xE3\x80\x80; dmarc=pass"},
    {"FinalDot", "mail.example.; dmarc=pass"},
    {"Quoted", "\"mail.example\"; dmarc=pass"},
    {"QuotedWithEscapes", "\"\\m\\a\\il.example\"; dmarc=pass"},
    {"QuotedWithSpaces", "\" mail.example \"; dmarc=pass"},
    {"QuotedFold", "\"mail.\r\n example\"; dmarc=pass"},
    {"PartlyQuoted", "mail.\"example\"; dmarc=pass"},
    {"CommentBefore", "(x) mail.example ; dmarc=pass"},
    {"NestedComments", "(a(b(c)d)e) mail.example (f); dmarc=pass"},
    {"EscapedParenthesis", "(a \\) b) mail.example; dmarc=pass"},
    {"CommentInside", "mail(x).example; dmarc=pass"},
    {"SpacesInside", "mail . example; dmarc=pass"},
    {"Folded", "\r\n mail.example\r\n ; dmarc=pass"},
    {"Tabs", "\tmail.example\t;\tdmarc=pass"},
    {"Version1", "mail.example 1; dmarc=pass"},
    {"Version2_R_15", "mail.example 2; dmarc=pass"},
    {"HugeVersion", "mail.example 99999999999999999999; dmarc=pass"},
    {"WordBehind", "mail.example x; dmarc=pass"},
    {"WordBefore", "x mail.example; dmarc=pass"},
    {"SlashAndJob", "mail.example/4Xyz; dmarc=pass"},
    {"QuotedSlashAndJob", "\"mail.example/4Xyz\"; dmarc=pass"},
    {"NoResult", "mail.example"},
    {"NoneResult", "mail.example; none"},
    {"TrailingSemicolon", "mail.example; dmarc=pass;"},
    {"UnicodeLabel_I_09", "m\xC3\xA4il.example; dmarc=pass"},
    {"DecomposedUnicode", "ma\xCC\x88il.example; dmarc=pass"},
    {"UnicodeUpperCase", "M\xC3\x84IL.EXAMPLE; dmarc=pass"},
    {"QuotedUnicode", "\"m\xC3\xA4il.example\"; dmarc=pass"},
    {"Punycode", "XN--mil-qla.example; dmarc=pass"},
    {"IdeographicFullStop",
     "mail\xE3\x80\x82"
     "example; dmarc=pass"},
    {"FullWidthLetters", "\xEF\xBD\x8D\xEF\xBD\x81\xEF\xBD\x89\xEF\xBD\x8C.example; dmarc=pass"},
    // Not to be read surely: the name alone is enough.
    {"SemicolonFirst", "; mail.example; dmarc=pass"},
    {"IdBehindResults", "spf=pass smtp.mailfrom=a.example; mail.example; dmarc=pass"},
    {"OpenComment", "mail.example; dmarc=pass (x"},
    {"OpenCommentBefore", "(x mail.example; dmarc=pass"},
    {"StrayParenthesis", "x) mail.example; dmarc=pass"},
    {"OpenQuote", "\"mail.example; dmarc=pass"},
    {"OpenQuoteBehind", "mail.example; dmarc=pass reason=\"x"},
    {"SpelledOddlyAndOpen", "m\\ail(x).\"EXAMPLE\"; dmarc=pass ("},
    {"UnicodeAndOpen", "x (m\xC3\xA4il.example; dmarc=pass"},
    {"Nul", std::string("mail.example\0; dmarc=pass", 25)},
    {"ControlInside", "mail\x01.example; dmarc=pass"},
    {"NoneBesideResult", "mail.example; none; dmarc=pass"},
};

INSTANTIATE_TEST_SUITE_P(Table, OurSpelling, testing::ValuesIn(kOurs), kName);

class OthersField : public testing::TestWithParam<BodyCase> {};

TEST_P(OthersField, IsKept) {
  EXPECT_FALSE(could_be_ours(GetParam().body, {"mail.example", kPunycodeId}));
}

const BodyCase kOthers[] = {
    {"AnotherName", "mx.other.example; dmarc=pass"},
    {"LongerName", "mail.example.net; dmarc=pass"},
    {"NameBelow", "mx.mail.example; dmarc=pass"},
    {"NameAbove", "example; dmarc=pass"},
    {"NoDot", "mailexample; dmarc=pass"},
    {"OurNameAsValue", "mx.other.example; spf=pass smtp.mailfrom=mail.example"},
    {"OurNameInComment", "mx.other.example (for mail.example); spf=pass"},
    {"OurNameInCommentBefore", "(mail.example) mx.other.example; spf=pass"},
    {"OurNameInReason", "mx.other.example; spf=fail reason=\"not mail.example\""},
    {"OurNameInTolerableResult", "mx.other.example; spf=pass smtp.mailfrom=<a@mail.example>;"},
    {"OurNameBehindJob", "mx.other.example/job; spf=pass smtp.mailfrom=a@mail.example"},
    {"OtherUnicodeName", "m\xC3\xB6il.example; dmarc=pass"},
    {"UnreadableWithoutOurName", "mx.other.example; spf=pass (x"},
    {"NoId", "spf=pass smtp.mailfrom=a.example"},
    {"Empty", ""},
    {"OnlySpace", " \t"},
};

INSTANTIATE_TEST_SUITE_P(Table, OthersField, testing::ValuesIn(kOthers), kName);

TEST(CouldBeOurs, TakesOurNameInAnySpelling) {
  EXPECT_TRUE(could_be_ours("mail.example; none", {"Mail.EXAMPLE."}));
  EXPECT_TRUE(could_be_ours(kPunycodeId + "; none", {kUtf8Id}));
  EXPECT_TRUE(could_be_ours("\"Border One\"; none", {"border one"}));
  EXPECT_FALSE(could_be_ours("\"Border Two\"; none", {"border one"}));
}

TEST(CouldBeOurs, DoesNotTakeAnEmptyNameForEverything) {
  EXPECT_FALSE(could_be_ours("mx.other.example; none", {""}));
  EXPECT_FALSE(could_be_ours("mx.other.example (", {"", " "}));
  EXPECT_FALSE(could_be_ours("\"\"; none", {""}));
}

TEST(CouldBeOurs, TakesLongBodies_Q_01) {
  for (const std::string_view piece : {"(", ")", "(x)", "\"", "\\", "a.", "; "}) {
    std::string body;
    while (body.size() < 100'000) body += piece;
    EXPECT_FALSE(could_be_ours(body, {"mail.example"})) << piece;
  }
}

/// Mapping U-labels is dear. A field that would cost more than a bound goes unread.
TEST(CouldBeOurs, MapsOnlySoMuch_Q_01) {
  const auto labels = [](std::size_t size) {
    std::string body = "\"";
    while (body.size() < size) body += "m\xC3\xA4il ";
    return body;
  };
  EXPECT_FALSE(could_be_ours(labels(5'000), {"mail.example"}));
  EXPECT_TRUE(could_be_ours(labels(50'000), {"mail.example"}));
  EXPECT_TRUE(could_be_ours(std::string(50'000, '\xE9') + "; none", {"mail.example"}));
}

using Positions = std::vector<FieldPosition>;

TEST(ForgedFields, ListsFromTheBottomUp_R_18) {
  const std::vector<HeaderField> fields = {
      {"Authentication-Results", " mail.example; dmarc=pass"},
      {"Authentication-Results", " mx.other.example; dmarc=pass"},
      {"From", " a@example.com"},
      {"Authentication-Results", " MAIL.example; spf=pass"},
      {"X-Waarmerk-Action", " quarantine"},
      {"Authentication-Results", "\r\n mail.example\r\n ; spf=pass"},
  };
  EXPECT_EQ(forged_fields(fields, {"mail.example"}), (Positions{{"Authentication-Results", 4},
                                                                {"X-Waarmerk-Action", 1},
                                                                {"Authentication-Results", 3},
                                                                {"Authentication-Results", 1}}));
}

TEST(ForgedFields, CountsAName_InAnyCase_AsOne_R_17) {
  const std::vector<HeaderField> fields = {
      {"authentication-results", " mx.other.example; none"},
      {"AUTHENTICATION-RESULTS", " mail.example; none"},
      {"Authentication-Results", " mail.example; none"},
  };
  EXPECT_EQ(forged_fields(fields, {"mail.example"}),
            (Positions{{"Authentication-Results", 3}, {"AUTHENTICATION-RESULTS", 2}}));
}

TEST(ForgedFields, CountsANameWithSpaceBeforeTheColonForItself_R_17) {
  const std::vector<HeaderField> fields = {
      {"Authentication-Results", " mx.other.example; none"},
      {"Authentication-Results ", " mail.example; none"},
      {"Authentication-Results\t", " mail.example; none"},
      {"authentication-results ", " mail.example; none"},
  };
  EXPECT_EQ(forged_fields(fields, {"mail.example"}), (Positions{{"authentication-results ", 2},
                                                                {"Authentication-Results\t", 1},
                                                                {"Authentication-Results ", 1}}));
}

TEST(ForgedFields, ListsEveryFieldOfOurPrefix) {
  const std::vector<HeaderField> fields = {
      {"X-Waarmerk-Action", " quarantine"}, {"x-waarmerk-action ", ""},       {"X-WAARMERK-", " x"},
      {"X-Waarmerk-Anything", " x"},        {"X-Waarmerk-Action", " reject"},
  };
  EXPECT_EQ(forged_fields(fields, {}), (Positions{{"X-Waarmerk-Action", 2},
                                                  {"X-Waarmerk-Anything", 1},
                                                  {"X-WAARMERK-", 1},
                                                  {"x-waarmerk-action ", 1},
                                                  {"X-Waarmerk-Action", 1}}));
}

TEST(ForgedFields, LeavesLookAlikesAlone) {
  const std::vector<HeaderField> fields = {
      {"ARC-Authentication-Results", " i=1; mail.example; dmarc=pass"},
      {"X-Authentication-Results", " mail.example; dmarc=pass"},
      {"Authentication-Results-Original", " mail.example; dmarc=pass"},
      {"X-Waarmerk", " x"},
      {"Subject", " mail.example; dmarc=pass"},
      {"Authentication-Results", ""},
  };
  EXPECT_EQ(forged_fields(fields, {"mail.example"}), Positions{});
}

TEST(ForgedFields, NamesNoFieldThatIsNotThere_M_22) {
  const std::vector<std::string> names = {"Authentication-Results", "AUTHENTICATION-results",
                                          "Authentication-Results ", "X-Waarmerk-A", "From"};
  std::vector<HeaderField> fields;
  for (std::size_t i = 0; i < 300; ++i) {
    fields.push_back({names[(i * i + i / 7) % names.size()],
                      i % 3 == 0 ? " mail.example; none" : " mx.other.example; none"});
  }
  const auto forged = forged_fields(fields, {"mail.example"});
  EXPECT_GT(forged.size(), 50U);
  for (const FieldPosition& position : forged) {
    const auto seen = std::ranges::count_if(
        fields, [&](const HeaderField& field) { return iequals(field.name, position.name); });
    EXPECT_GE(position.index, 1U);
    EXPECT_LE(position.index, static_cast<unsigned>(seen)) << position.name;
  }
}

TEST(UnwantedFields, AreThoseOfOthersToo_WhereTheSettingsSay_R_16) {
  const std::vector<HeaderField> fields = {
      {"Authentication-Results", " mail.example; dmarc=pass"},
      {"Authentication-Results", " mx.other.example; dmarc=pass"},
      {"Authentication-Results", " Gateway.example; spf=pass smtp.mailfrom=a.example"},
      {"From", " a@example.com"},
      {"Authentication-Results", " gateway.example.; spf=pass smtp.mailfrom=a.example"},
      {"Authentication-Results", " gateway.example (; spf=pass"},
  };
  Settings::Milter settings{.kept_authserv_ids = {"gateway.example"}};
  EXPECT_EQ(unwanted_fields(fields, settings, "mail.example"),
            (Positions{{"Authentication-Results", 1}}))
      << "by default only what could be ours";
  settings.remove_foreign_results = true;
  EXPECT_EQ(unwanted_fields(fields, settings, "mail.example"),
            (Positions{{"Authentication-Results", 5},
                       {"Authentication-Results", 4},
                       {"Authentication-Results", 2},
                       {"Authentication-Results", 1}}))
      << "kept is only what is surely of the gateway";
  settings.more_authserv_ids = {"gateway.example"};
  EXPECT_EQ(unwanted_fields(fields, settings, "mail.example").size(), 5U) << "ours is never kept";
}

/// What was not read may be ours, whatever it says.
TEST(ForgedFields, NamesEveryUnreadField) {
  const std::vector<HeaderField> fields = {
      {"Authentication-Results", " mx.other.example; none"},
      {"X-Waarmerk-Action", " none"},
  };
  const std::vector<std::string> unread = {"authentication-results", "X-Waarmerk-Reason",
                                           "Authentication-Results"};
  EXPECT_EQ(forged_fields(fields, {"mail.example"}, unread),
            (Positions{{"Authentication-Results", 3},
                       {"X-Waarmerk-Reason", 1},
                       {"authentication-results", 2},
                       {"X-Waarmerk-Action", 1}}));
}

TEST(ForgedFields, DeletionInOrderLeavesNoForgedField) {
  std::vector<HeaderField> fields;
  for (int i = 0; i < 200; ++i) {
    const bool ours = i % 3 != 0;
    fields.push_back({i % 2 == 0 ? "Authentication-Results" : "authentication-results",
                      ours ? " mail.example; none" : " mx.other.example; none"});
  }
  for (const FieldPosition& position : forged_fields(fields, {"mail.example"})) {
    // All fields have one name here: the index is the place.
    fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(position.index) - 1);
  }
  EXPECT_EQ(fields.size(), 67U);
  EXPECT_EQ(forged_fields(fields, {"mail.example"}), Positions{});
}

}  // namespace
}  // namespace waarmerk::policy
