// Tokens of address fields, written as one letter each.
#include "policy/address_lexer.h"

#include <array>
#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace waarmerk::policy {
namespace {

using Kind = AddressToken::Kind;

/// A atom, Q quoted, E encoded-word, L literal, X bad; the single characters stand for themselves.
char letter(Kind kind) {
  switch (kind) {
    case Kind::End:
      return '$';
    case Kind::Atom:
      return 'A';
    case Kind::Quoted:
      return 'Q';
    case Kind::EncodedWord:
      return 'E';
    case Kind::Literal:
      return 'L';
    case Kind::Dot:
      return '.';
    case Kind::At:
      return '@';
    case Kind::Comma:
      return ',';
    case Kind::Colon:
      return ':';
    case Kind::Semicolon:
      return ';';
    case Kind::Less:
      return '<';
    case Kind::Greater:
      return '>';
    case Kind::Bad:
      return 'X';
  }
  return '?';
}

std::string shape(std::string_view text) {
  AddressLexer lexer(text);
  std::string letters;
  for (;;) {
    const AddressToken token = lexer.next();
    letters += letter(token.kind);
    if (token.kind == Kind::End || token.kind == Kind::Bad) return letters;
  }
}

struct ShapeRow {
  std::string_view name;
  std::string_view text;
  std::string_view want;

  friend std::ostream& operator<<(std::ostream& out, const ShapeRow& row) {
    return out << row.name;
  }
};

class AddressShape : public ::testing::TestWithParam<ShapeRow> {};

TEST_P(AddressShape, IsCutIntoTokens) { EXPECT_EQ(shape(GetParam().text), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    Rows, AddressShape,
    ::testing::Values(
        ShapeRow{"Nothing", "", "$"}, ShapeRow{"WhiteSpace", " \t\r\n ", "$"},
        ShapeRow{"Address", "a.b@example.com", "A.A@A.A$"},
        ShapeRow{"Specials", "<>,:;@.", "<>,:;@.$"}, ShapeRow{"Folded", "a\r\n b", "AA$"},
        ShapeRow{"BeyondAscii", "\xC3\xA9\xFF", "A$"},
        ShapeRow{"NullOctet", std::string_view("a\0b", 3), "A$"},
        ShapeRow{"Quoted", R"("a@b, <c>" x)", "QA$"}, ShapeRow{"QuotedQuote", R"("a\"@b")", "Q$"},
        ShapeRow{"QuotedOpen", R"(x "a@b)", "AX"},
        ShapeRow{"QuotedEndsInBackslash", R"("a\")", "X"}, ShapeRow{"Comment", "a(@,<)b", "AA$"},
        ShapeRow{"NestedComment", "((a)(b(c)))x", "A$"},
        ShapeRow{"EscapedParenthesis", R"((a\)b\()x)", "A$"},
        ShapeRow{"QuoteInComment", R"((")x)", "A$"}, ShapeRow{"CommentOpen", "a(b(c)", "AX"},
        ShapeRow{"CommentTooOftenClosed", "(a))b", "X"},
        ShapeRow{"Literal", "a@[192.0.2.1]", "A@L$"},
        ShapeRow{"LiteralOpen", "a@[192.0.2.1", "A@X"},
        ShapeRow{"LiteralWithAt", "[a@b.example]", "X"}, ShapeRow{"LiteralClose", "a]", "AX"},
        ShapeRow{"Backslash", R"(a\@b)", "AX"},
        ShapeRow{"D_12_EncodedWord", "=?utf-8?q?a=40b?=", "A$"},
        ShapeRow{"D_12_EncodedWordWithAt", "=?utf-8?q?a@b.example?=", "E$"},
        ShapeRow{"D_12_EncodedWordWithBracket", "=?utf-8?q?a@b<c?=", "A@A<A$"},
        ShapeRow{"D_12_EncodedWordOpen", "=?utf-8?q?a@b", "A@A$"},
        ShapeRow{"D_12_EncodedWordWithSpace", "=?utf-8?q?a@ b?=", "A@A$"},
        ShapeRow{"D_12_EncodedWordWithoutCharset", "=??q?a@b?=", "A@A$"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(AddressLexer, KeepsTheOctetsOfATokenAndNamesAFault) {
  AddressLexer lexer(R"( "a b" [x] ()");
  EXPECT_EQ(lexer.next().text, R"("a b")");
  EXPECT_EQ(lexer.next().text, "[x]");
  EXPECT_EQ(lexer.next().text, "a comment that does not end");
  EXPECT_EQ(lexer.next().kind, Kind::End);
}

TEST(AddressLexer, DeepCommentsAreCountedNotRecursedInto) {
  const std::size_t depth = 500'000;
  EXPECT_EQ(shape(std::string(depth, '(') + std::string(depth, ')') + "a"), "A$");
  EXPECT_EQ(shape(std::string(depth, '(')), "X");
}

}  // namespace
}  // namespace waarmerk::policy
