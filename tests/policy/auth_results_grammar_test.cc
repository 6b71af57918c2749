#include "policy/auth_results_grammar.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace waarmerk::policy {
namespace {

const auto kName = [](const auto& info) { return info.param.name; };

/// A body as "kind:raw" with '~' before what is spaced and '|' between segments.
std::string lexed(std::string_view body) {
  AuthResultsLexer lexer(body);
  std::string out;
  for (;;) {
    const auto segment = lexer.next();
    if (!segment) return "error: " + segment.error().text;
    for (const Lexeme& lexeme : *segment) {
      out += lexeme.spaced ? "~[" : "[";
      out += std::string(lexeme.raw) + "]";
    }
    if (lexer.done()) return out;
    out += "|";
  }
}

TEST(AuthResultsLexer, CutsWordsAtSpecials) {
  EXPECT_EQ(lexed("a.b=c/d"), "[a][.][b][=][c][/][d]");
  EXPECT_EQ(lexed("a;b ; c;"), "[a]|[b]|~[c]|");
  EXPECT_EQ(lexed(""), "");
}

TEST(AuthResultsLexer, SkipsCommentsAndFolds) {
  EXPECT_EQ(lexed("(x)a(y (z) \\) ;)b\r\n\tc"), "~[a]~[b]~[c]");
  EXPECT_EQ(lexed("a(\"b)c"), "[a]~[c]");  // a quote means nothing inside a comment
}

TEST(AuthResultsLexer, KeepsQuotedStringsWhole) {
  EXPECT_EQ(lexed("\"a;b(\\\"c\"d"), "[\"a;b(\\\"c\"][d]");
}

TEST(AuthResultsLexer, RefusesWhatIsNotClosed) {
  EXPECT_EQ(lexed("a (b"), "error: a comment that does not end");
  EXPECT_EQ(lexed("a (b (c)"), "error: a comment that does not end");
  EXPECT_EQ(lexed("a (b\\"), "error: a comment that does not end");
  EXPECT_EQ(lexed("a (b) )"), "error: a ')' without '('");
  EXPECT_EQ(lexed("\"a"), "error: a quoted string that does not end");
  EXPECT_EQ(lexed("\"a\\\""), "error: a quoted string that does not end");
}

TEST(AuthResultsLexer, NestsWithoutRecursion) {
  const std::size_t depth = 100'000;
  const std::string open(depth, '(');
  EXPECT_EQ(lexed(open + std::string(depth, ')') + "a"), "~[a]");
  EXPECT_EQ(lexed(open + std::string(depth - 1, ')')), "error: a comment that does not end");
}

struct ShapeCase {
  std::string name;
  std::string text;
  bool value;
  bool address;
};

std::ostream& operator<<(std::ostream& out, const ShapeCase& c) { return out << c.name; }

class Shape : public testing::TestWithParam<ShapeCase> {};

TEST_P(Shape, IsValueOrAddress) {
  const ShapeCase& c = GetParam();
  AuthResultsLexer lexer(c.text);
  const auto segment = lexer.next();
  ASSERT_TRUE(segment) << c.text;
  EXPECT_EQ(is_value(*segment), c.value) << c.text;
  EXPECT_EQ(is_address(*segment), c.address) << c.text;
}

const ShapeCase kShapes[] = {
    {"Nothing", "", false, false},
    {"Token", "rsa-sha256", true, false},
    {"Domain", "example.com", true, false},
    {"DotsAnywhere", ".a..b.", true, false},
    {"Quoted", "\"a b\"", true, false},
    {"TwoQuoted", "\"a\"\"b\"", false, false},
    {"TwoTokens", "a b", false, false},
    {"Slash", "a/b", false, false},
    {"AtDomain", "@example.com", false, true},
    {"AtSingleLabel", "@localhost", false, false},
    {"AtUnderscore", "@_a.example.com", false, false},
    {"AtHyphenAtEnd", "@example-.com", false, false},
    {"AtEmptyLabel", "@example..com", false, false},
    {"AtUtf8Domain",
     "@b\xC3\xBC"
     "cher.example",
     false, true},
    {"LocalPart", "a.b@example.com", false, true},
    {"LocalPartWithAtoms", "a=b/c?d+e@example.com", false, true},
    {"LocalPartTwoDots", "a..b@example.com", false, false},
    {"LocalPartDotAtEnd", "a.@example.com", false, false},
    {"LocalPartDotFirst", ".a@example.com", false, false},
    {"QuotedLocalPart", "\"a b\"@example.com", false, true},
    {"QuotedAndAtoms", "\"a\".b.\"c\"@example.com", false, true},
    {"QuotedBesideAtom", "\"a\"b@example.com", false, false},
    {"AtomBesideQuoted", "a\"b\"@example.com", false, false},
    {"SpaceBeforeAt", "a (b) @example.com", false, true},
    {"SpaceInLocalPart", "a b@example.com", false, false},
    {"SpaceAfterAt", "a@ example.com", false, false},
    {"SpaceInDomain", "a@example .com", false, false},
    {"TwoAts", "a@b@example.com", false, false},
    {"ColonInLocalPart", "a:b@example.com", false, false},
    {"NoDomain", "a@", false, false},
};

INSTANTIATE_TEST_SUITE_P(Table, Shape, testing::ValuesIn(kShapes), kName);

struct IdCase {
  std::string name;
  std::string body;
  std::string text;
  unsigned version;
  bool strict;
};

std::ostream& operator<<(std::ostream& out, const IdCase& c) { return out << c.name; }

class ReadAuthservId : public testing::TestWithParam<IdCase> {};

TEST_P(ReadAuthservId, GivesTextAndVersion) {
  const IdCase& c = GetParam();
  AuthResultsLexer lexer(c.body);
  const auto segment = lexer.next();
  ASSERT_TRUE(segment);
  const AuthservId id = read_authserv_id(*segment);
  EXPECT_EQ(id.text, c.text);
  EXPECT_EQ(id.version, c.version);
  EXPECT_EQ(id.strict, c.strict);
}

const IdCase kIds[] = {
    {"Plain", "mx.example; none", "mx.example", 1, true},
    {"Version", "mx.example 2; none", "mx.example", 2, true},
    {"VersionWithZeros", "mx.example 001; none", "mx.example", 1, true},
    {"HugeVersion", "mx.example 99999999999999999999; none", "mx.example", 4294967295U, true},
    {"Quoted", "\"mx.\\example\" (c) 1; none", "mx.example", 1, true},
    {"Comments", "(a (b)) mx.example (c); none", "mx.example", 1, true},
    {"WordBehind", "mx.example x; none", "mx.example", 1, false},
    {"TwoVersions", "mx.example 1 2; none", "mx.example", 1, false},
    {"Slash", "mx.example/7; none", "mx.example/7", 1, false},
    {"PartlyQuoted", "\"mx\".example; none", "mx.example", 1, false},
    {"ResultInstead", "spf=pass; none", "", 1, false},
    {"Nothing", "", "", 1, false},
};

INSTANTIATE_TEST_SUITE_P(Table, ReadAuthservId, testing::ValuesIn(kIds), kName);

}  // namespace
}  // namespace waarmerk::policy
