// XmlWriter: escaping, which characters get out, and that elements end in the right order.
#include "base/xml.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <ostream>
#include <random>
#include <string>

#include "tests/support/xml_schema.h"

namespace waarmerk {
namespace {

const std::string kBegin = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root>\n";

std::string document_with(std::string_view text) {
  XmlWriter xml("root");
  xml.leaf("leaf", text).finish();
  return xml.text();
}

struct TextCase {
  std::string name;
  std::string text;
  std::string want;
};

std::ostream& operator<<(std::ostream& out, const TextCase& row) { return out << row.name; }

class XmlText : public testing::TestWithParam<TextCase> {};

TEST_P(XmlText, IsWrittenAs) {
  EXPECT_EQ(document_with(GetParam().text),
            kBegin + "  <leaf>" + GetParam().want + "</leaf>\n</root>\n");
}

const std::string kReplaced = "\xEF\xBF\xBD";

INSTANTIATE_TEST_SUITE_P(
    Rows, XmlText,
    testing::Values(TextCase{"empty", "", ""}, TextCase{"plain", "example.com", "example.com"},
                    TextCase{"A18_markup", "<a b=\"c\">&'", "&lt;a b=&quot;c&quot;&gt;&amp;'"},
                    TextCase{"A18_end_of_cdata", "]]>", "]]&gt;"},
                    TextCase{"A18_reference", "&#60;", "&amp;#60;"},
                    TextCase{"A18_line_ends", "a\r\nb\tc", "a&#13;\nb\tc"},
                    TextCase{"A18_nul_inside", std::string("a\0b", 3), "a" + kReplaced + "b"},
                    TextCase{"A18_escape", "\x1b[2J", kReplaced + "[2J"},
                    TextCase{"A18_del_is_a_character", "\x7f", "\x7f"},
                    TextCase{"two_octets", "\xc3\xa9", "\xc3\xa9"},
                    TextCase{"last_before_surrogates", "\xed\x9f\xbf", "\xed\x9f\xbf"},
                    TextCase{"A18_surrogate", "\xed\xa0\x80", kReplaced + kReplaced + kReplaced},
                    TextCase{"A18_last_of_basic_plane", "\xef\xbf\xbf", kReplaced},
                    TextCase{"A18_last_but_one_of_basic_plane", "\xef\xbf\xbe", kReplaced},
                    TextCase{"replacement_itself", kReplaced, kReplaced},
                    TextCase{"first_beyond_basic_plane", "\xf0\x90\x80\x80", "\xf0\x90\x80\x80"},
                    TextCase{"last_code_point", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
                    TextCase{"A18_beyond_the_last_code_point", "\xf4\x90\x80\x80",
                             kReplaced + kReplaced + kReplaced + kReplaced},
                    TextCase{"A18_overlong", "\xc0\xaf", kReplaced + kReplaced},
                    TextCase{"A18_cut_before_markup", "\xe2\x82<", kReplaced + kReplaced + "&lt;"}),
    [](const auto& row) { return row.param.name; });

TEST(XmlWriter, NestsElements) {
  XmlWriter xml("root", "urn:a\"b");
  xml.begin("outer").leaf("n", -5).begin("inner").end().end().leaf("last", "x").finish();
  EXPECT_EQ(xml.text(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root xmlns=\"urn:a&quot;b\">\n"
            "  <outer>\n    <n>-5</n>\n    <inner>\n    </inner>\n  </outer>\n  <last>x</last>\n"
            "</root>\n");
}

TEST(XmlWriter, WritesTheLargestNumbers) {
  EXPECT_EQ(document_with("18446744073709551615"), [] {
    XmlWriter xml("root");
    xml.leaf("leaf", std::numeric_limits<std::uint64_t>::max()).finish();
    return xml.text();
  }());
}

TEST(XmlWriter, EndsWhatIsOpenAndNothingElse) {
  XmlWriter xml("root");
  xml.end().end().begin("a").begin("b").finish();
  EXPECT_EQ(xml.text(), kBegin + "  <a>\n    <b>\n    </b>\n  </a>\n</root>\n");
  const std::string complete = xml.text();
  xml.begin("c").leaf("d", "e").end().finish();
  EXPECT_EQ(xml.text(), complete);
}

TEST(XmlWriter, ForgetsWhatWasPassedOn) {
  XmlWriter xml("root");
  std::string passed;
  for (const char* text : {"one", "two"}) {
    xml.begin("a").leaf("b", text).end();
    passed += xml.text();
    xml.forget();
  }
  xml.finish();
  passed += xml.text();
  EXPECT_EQ(passed, kBegin +
                        "  <a>\n    <b>one</b>\n  </a>\n  <a>\n    <b>two</b>\n  </a>\n"
                        "</root>\n");
}

TEST(XmlWriter, A_18_AnyOctetsGiveAWellFormedDocument) {
  std::mt19937 random(20260501);
  for (int round = 0; round < 2'000; ++round) {
    std::string text(random() % 60, '\0');
    // Markup and the first octets of long sequences more often than chance would have them.
    constexpr std::string_view kOften = "<>&\"]\xe2\xed\xef\xf0\xf4\xbf\x80\r\n";
    for (char& c : text) {
      c = random() % 2 == 0 ? static_cast<char>(random()) : kOften[random() % kOften.size()];
    }
    const auto read = support::read_xml(document_with(text));
    ASSERT_TRUE(read.has_value()) << "round " << round;
    EXPECT_EQ(read->children.size(), 1U);
  }
}

TEST(XmlWriter, A_18_WhatIsNotWellFormedIsSeen) {
  EXPECT_TRUE(support::read_xml("<a>&lt;</a>").has_value());
  for (const char* broken : {"", "<a>", "<a></b>", "<a>&lt</a>", "<a>\x01</a>", "<a>\xff</a>",
                             "<a/><a/>", "<a>]]></a>"}) {
    EXPECT_FALSE(support::read_xml(broken).has_value()) << broken;
  }
}

}  // namespace
}  // namespace waarmerk
