#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

#include "base/words.h"

namespace waarmerk {
namespace {

TEST(Text, ComparesWithoutCase) {
  EXPECT_TRUE(iequals("From", "fROM"));
  EXPECT_FALSE(iequals("From", "Fro"));
  EXPECT_FALSE(iequals("\xC3\x84", "\xC3\xA4")) << "only ASCII letters fold";
  EXPECT_TRUE(istarts_with("MAILTO:x", "mailto:"));
  EXPECT_FALSE(istarts_with("mail", "mailto:"));
}

TEST(Text, TrimsFoldingWhiteSpaceOnly) {
  EXPECT_EQ(trim(" \t\r\n a b \r\n"), "a b");
  EXPECT_EQ(trim("\v a"), "\v a") << "vertical tab is no WSP";
  EXPECT_EQ(trim(" \t"), "");
}

TEST(Text, SplitsIntoAtLeastOnePiece) {
  EXPECT_EQ(split("", ';').size(), 1U);
  EXPECT_EQ(split(";", ';').size(), 2U);
  EXPECT_EQ(split("a;b;", ';'), (std::vector<std::string_view>{"a", "b", ""}));
}

TEST(Text, ParsesNumbersWithinTheirRange) {
  EXPECT_EQ(parse_number("0", 10), 0U);
  EXPECT_EQ(parse_number("010", 10), 10U);
  EXPECT_EQ(parse_number("11", 10), std::nullopt);
  EXPECT_EQ(parse_number("18446744073709551615", UINT64_MAX), UINT64_MAX);
  EXPECT_EQ(parse_number("18446744073709551616", UINT64_MAX), std::nullopt);
  EXPECT_EQ(parse_number("99999999999999999999999999", UINT64_MAX), std::nullopt);
  for (const char* bad : {"", "-1", "+1", " 1", "1 ", "0x1", "1.0"}) {
    EXPECT_EQ(parse_number(bad, 100), std::nullopt) << bad;
  }
}

TEST(Text, KnowsUtf8) {
  for (const char* good :
       {"", "abc", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_valid_utf8(good)) << good;
  }
  const std::array<std::string_view, 9> bad = {"\x80",
                                               "\xC3",
                                               "\xC0\xAF",
                                               "\xE0\x80\x80",
                                               "\xED\xA0\x80",
                                               "\xF0\x80\x80\x80",
                                               "\xF4\x90\x80\x80",
                                               "\xF5\x80\x80\x80",
                                               "\xC3\x28"};
  for (const auto text : bad) EXPECT_FALSE(is_valid_utf8(text));
}

TEST(Text, PrintableHidesNothingDangerous) {
  EXPECT_EQ(printable("a\r\nb\x1b[0m\xC3\xA4\x7f"), "a??b?[0m???");
  EXPECT_EQ(printable("abcdefgh", 5), "ab...");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a?b");
}

TEST(PrintableLines, KeepTheirEndsAndTheirLength) {
  EXPECT_EQ(printable_lines("a\x1b[31m\nb\r\n\n"), "a?[31m\nb?\n\n");
  EXPECT_EQ(printable_lines(""), "");
  EXPECT_EQ(printable_lines("\nx"), "\nx");
  EXPECT_EQ(printable_lines(std::string(500, 'x')), std::string(500, 'x'));
}

TEST(Words, ReadBothWays) {
  enum class Colour { Red, Green, Unnamed };
  constexpr Words<Colour, 2> kWords{{{{Colour::Red, "red"}, {Colour::Green, "green"}}}};
  EXPECT_EQ(kWords.word(Colour::Green), "green");
  EXPECT_EQ(kWords.find("red"), Colour::Red);
  EXPECT_EQ(kWords.find("Red"), std::nullopt);
  EXPECT_EQ(kWords.word(Colour::Unnamed), "");
}

}  // namespace
}  // namespace waarmerk
