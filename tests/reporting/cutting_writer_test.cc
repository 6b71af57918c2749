// CuttingWriter: where texts and lists end, and how that is named.
#include "reporting/cutting_writer.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace waarmerk::reporting {
namespace {

constexpr std::size_t kAnySize = 10'000;

struct TextCase {
  std::string name;
  std::string text;
  std::string want;
  bool is_cut;
};
std::ostream& operator<<(std::ostream& out, const TextCase& row) { return out << row.name; }

class CutText : public testing::TestWithParam<TextCase> {};

TEST_P(CutText, WithinEightOctets) {
  const TextCase& row = GetParam();
  CuttingWriter out(8, kAnySize);
  out.text("a", row.text);
  out.cut({});
  EXPECT_EQ(out.finish(), "{\"a\":" + row.want + ",\"cut\":" + (row.is_cut ? "[\"a\"]}" : "[]}"));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, CutText,
    testing::Values(
        TextCase{"empty", "", R"("")", false},
        TextCase{"as_long_as_allowed", "12345678", R"("12345678")", false},
        TextCase{"one_octet_too_long", "123456789", R"("12345678")", true},
        TextCase{"escapes_count_as_one", "\n\n\n\n\n\n\n\n", R"("\n\n\n\n\n\n\n\n")", false},
        TextCase{"A61_ends_at_a_whole_character", "1234567\xc3\xa9", R"("1234567")", true},
        TextCase{"whole_character_fits", "123456\xc3\xa9", R"("123456\u00e9")", false},
        TextCase{"A61_ill_formed", "a\xff", R"("a\ufffd")", true},
        TextCase{"A61_replacements_count_as_three", "\xff\xff\xff", R"("\ufffd\ufffd")", true}),
    [](const auto& row) { return row.param.name; });

TEST(CuttingWriter, NamesTheMembersByTheirPathsOnce) {
  const std::string text = "123456789";
  CuttingWriter out(8, kAnySize);
  out.object("client", [&] {
    out.object("tls", [&] { out.text("cipher", text); });
    out.text("helo", text);
  });
  out.objects("dkim", std::vector{1, 2}, 5, [&](int number) {
    out.number("bits", number);
    out.text("reason", text);
  });
  out.objects("walks", std::vector{1}, 5, [&](int) {
    out.objects("steps", std::vector{1, 2, 3}, 1, [&](int) { out.texts("rua", {text}, 1); });
  });
  out.cut({});
  const std::string line = out.finish();
  EXPECT_TRUE(line.ends_with(R"("cut":["client.tls.cipher","client.helo","dkim[].reason",)"
                             R"("walks[].steps[]","walks[].steps[].rua[]"]})"))
      << line;
}

TEST(CuttingWriter, KeepsTheFirstEntriesOfAList) {
  CuttingWriter out(8, kAnySize);
  out.texts("few", {"a", "b"}, 2);
  out.texts("many", {"a", "b", "c"}, 2);
  out.domains("domains", {DomainName::parse("a.example").value()}, 0);
  out.cut({});
  EXPECT_EQ(out.finish(),
            R"({"few":["a","b"],"many":["a","b"],"domains":[],"cut":["many[]","domains[]"]})");
}

TEST(CuttingWriter, PutsEarlierCutsFirstAndNoneTwice) {
  CuttingWriter out(2, kAnySize);
  out.text("a", "123");
  out.text("b", "123");
  out.cut({"x", "b"});
  EXPECT_EQ(out.finish(), R"({"a":"12","b":"12","cut":["x","b","a"]})");
}

TEST(CuttingWriter, NeverCutsADomainName) {
  CuttingWriter out(4, kAnySize);
  out.domain("a", DomainName::parse("mail.example.com").value());
  out.domain("b", DomainName::from_octets("\xff.example").value());
  out.domain("c", std::nullopt);
  out.cut({});
  EXPECT_EQ(out.finish(), R"({"a":"mail.example.com","b":"\\255.example","c":null,"cut":[]})");
}

TEST(CuttingWriter, EndsListsWhenTheOutputIsTooLongAnyway) {
  CuttingWriter out(8, 100);
  out.objects("a", std::vector<int>(1000, 7), 1000, [&](int number) { out.number("n", number); });
  out.texts("b", std::vector<std::string>(1000, "text"), 1000);
  const std::string line = out.finish();
  EXPECT_GT(line.size(), 100U);
  EXPECT_LT(line.size(), 130U);
}

TEST(CuttingWriter, WritesAnEmptyWordAsNull) {
  CuttingWriter out(8, kAnySize);
  out.word("a", "");
  out.word("b", "pass");
  EXPECT_EQ(out.finish(), R"({"a":null,"b":"pass"})");
}

}  // namespace
}  // namespace waarmerk::reporting
