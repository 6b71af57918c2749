// JsonWriter: escaping, commas, numbers, and that nothing else than printable ASCII gets out.
#include "base/json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>
#include <random>
#include <string>
#include <string_view>

#include "base/text.h"

namespace waarmerk {
namespace {

struct StringCase {
  std::string name;
  std::string text;
  std::string want;
};

std::ostream& operator<<(std::ostream& out, const StringCase& row) { return out << row.name; }

class JsonString : public testing::TestWithParam<StringCase> {};

TEST_P(JsonString, IsWrittenAs) {
  JsonWriter json;
  json.string(GetParam().text);
  EXPECT_EQ(json.text(), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, JsonString,
    testing::Values(StringCase{"empty", "", R"("")"},
                    StringCase{"plain", "example.com", R"("example.com")"},
                    StringCase{"A61_quote_and_backslash", R"(a"b\c)", R"("a\"b\\c")"},
                    StringCase{"A61_line_ends", "a\r\nb\tc", R"("a\r\nb\tc")"},
                    StringCase{"A61_nul_inside", std::string("a\0b", 3), R"("a\u0000b")"},
                    StringCase{"A61_escape_and_del", "\x1b[2J\x7f", R"("\u001b[2J\u007f")"},
                    StringCase{"two_octets", "\xc3\xa9", R"("\u00e9")"},
                    StringCase{"c1_control", "\xc2\x85", R"("\u0085")"},
                    StringCase{"line_separator", "\xe2\x80\xa8", R"("\u2028")"},
                    StringCase{"last_of_basic_plane", "\xef\xbf\xbf", R"("\uffff")"},
                    StringCase{"first_beyond_basic_plane", "\xf0\x90\x80\x80", R"("\ud800\udc00")"},
                    StringCase{"last_code_point", "\xf4\x8f\xbf\xbf", R"("\udbff\udfff")"},
                    StringCase{"A61_lone_octet",
                               "a\xff"
                               "b",
                               R"("a\ufffdb")"},
                    StringCase{"A61_overlong_slash", "\xc0\xaf", R"("\ufffd\ufffd")"},
                    StringCase{"A61_surrogate", "\xed\xa0\x80", R"("\ufffd\ufffd\ufffd")"},
                    StringCase{"A61_cut_sequence_at_the_end", "ok\xe2\x82", R"("ok\ufffd\ufffd")"},
                    StringCase{"A61_cut_sequence_before_a_quote", "\xe2\x82\"",
                               R"("\ufffd\ufffd\"")"}),
    [](const auto& row) { return row.param.name; });

TEST(JsonWriter, PutsCommasBetweenMembersAndElements) {
  JsonWriter json;
  json.object_begin().field("a", 1).field("b", "x").key("c").array_begin();
  json.number(1).object_begin().object_end().array_begin().array_end().null().boolean(false);
  json.array_end().field("d", true).object_end();
  EXPECT_EQ(json.text(), R"({"a":1,"b":"x","c":[1,{},[],null,false],"d":true})");
}

TEST(JsonWriter, WritesTheLimitsOfIntegers) {
  JsonWriter json;
  json.array_begin();
  json.number(std::numeric_limits<std::uint64_t>::max());
  json.number(std::numeric_limits<std::int64_t>::min());
  json.number(std::uint8_t{7}).number(std::uint16_t{0}).array_end();
  EXPECT_EQ(json.text(), "[18446744073709551615,-9223372036854775808,7,0]");
}

TEST(JsonWriter, TakesAPointerForAText) {
  const char* const text = "pointer";
  JsonWriter json;
  json.object_begin().field("a", text).object_end();
  EXPECT_EQ(json.text(), R"({"a":"pointer"})");
}

TEST(JsonWriter, AddsTheMembersOfAWrittenObject) {
  JsonWriter json;
  json.object_begin().members(R"({"a":1,"b":[2]})").members("{}").field("c", 3).object_end();
  EXPECT_EQ(json.text(), R"({"a":1,"b":[2],"c":3})");
}

TEST(JsonWriter, IsAsNewAfterTake) {
  JsonWriter json(64);
  json.array_begin().number(1).array_end();
  EXPECT_EQ(json.take(), "[1]");
  json.array_begin().array_end();
  EXPECT_EQ(json.text(), "[]");
}

/// Octets that are often special, so that chance meets them.
std::string hostile_text(std::mt19937& random) {
  using namespace std::string_view_literals;
  constexpr auto kAlphabet = "\"\\/\0\n\r\x1f\x7f\x80\xbf\xc2\xe2\x80\xa8\xf0\x9f\xff a{}[]:,"sv;
  std::string text(random() % 24, '\0');
  for (char& c : text) c = kAlphabet[random() % kAlphabet.size()];
  return text;
}

TEST(JsonWriter, WritesOnlyPrintableAsciiThatAnotherParserReads) {
  std::mt19937 random(8259);
  for (int round = 0; round < 5000; ++round) {
    const std::string text = hostile_text(random);
    JsonWriter json;
    json.string(text);
    ASSERT_TRUE(std::ranges::none_of(json.text(), [](char c) {
      return is_control(c) || !is_ascii(c);
    })) << json.text();
    const auto read = nlohmann::json::parse(json.text(), nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(read.is_string()) << json.text();
    if (is_valid_utf8(text)) {
      ASSERT_EQ(read.get<std::string>(), text);
    }
  }
}

}  // namespace
}  // namespace waarmerk
