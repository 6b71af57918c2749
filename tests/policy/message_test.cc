#include "policy/message.h"

#include <gtest/gtest.h>

namespace waarmerk::policy {
namespace {

TEST(SplitMessage, KeepsOctetsExactly) {
  const auto message =
      split_message("From: a@example.com\r\nSubject:\tx\r\n  y\r\nX :z\r\n\r\nbody\r\n");
  ASSERT_EQ(message.fields.size(), 3U);
  EXPECT_EQ(message.fields[0], (HeaderField{"From", " a@example.com"}));
  EXPECT_EQ(message.fields[1], (HeaderField{"Subject", "\tx\r\n  y"}));
  EXPECT_EQ(message.fields[2], (HeaderField{"X ", "z"}));
  EXPECT_EQ(message.body, "body\r\n");
}

struct Row {
  const char* name;
  std::string text;
  std::size_t fields;
  std::string body;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class SplitMessageTest : public testing::TestWithParam<Row> {};

TEST_P(SplitMessageTest, FindsWhereTheBodyBegins) {
  const auto message = split_message(GetParam().text);
  EXPECT_EQ(message.fields.size(), GetParam().fields);
  EXPECT_EQ(message.body, GetParam().body);
}

INSTANTIATE_TEST_SUITE_P(
    Messages, SplitMessageTest,
    testing::Values(Row{"empty", "", 0, ""}, Row{"only_body", "\r\nx", 0, "x"},
                    Row{"no_body", "A: b\r\n", 1, ""}, Row{"no_line_end", "A: b", 1, ""},
                    Row{"empty_body", "A: b\r\n\r\n", 1, ""},
                    Row{"line_without_colon", "A: b\r\nhello\r\n fold\r\nC: d\r\n\r\nx", 2, "x"},
                    Row{"name_with_space_inside", "A b: c\r\n\r\nx", 0, "x"},
                    Row{"mbox_line", "From a@b Tue Nov 24 06:00:00 2026\r\nA: b\r\n\r\nx", 1, "x"},
                    Row{"bare_lf_is_data", "A: b\nC: d\r\n\r\nx", 1, "x"},
                    Row{"bare_cr_is_data", "A: b\r\rC\r\n\r\nx", 1, "x"},
                    Row{"fold_at_the_end", "A: b\r\n ", 1, ""},
                    Row{"starts_with_fold", " a: b\r\n\r\nx", 0, "x"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(HeaderField, D14_NameMatchesInAnyCaseAndWithSpaceBehind) {
  EXPECT_TRUE((HeaderField{"FROM", ""}.is("From")));
  EXPECT_TRUE((HeaderField{"From \t", ""}.is("From")));
  EXPECT_FALSE((HeaderField{"From-", ""}.is("From")));
}

}  // namespace
}  // namespace waarmerk::policy
