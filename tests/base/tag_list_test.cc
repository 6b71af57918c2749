#include "base/tag_list.h"

#include <gtest/gtest.h>

namespace waarmerk {
namespace {

TEST(TagList, ReadsTagsInOrder) {
  const auto list = TagList::parse(" v=1; a = rsa-sha256 ;\r\n\tb=ab\r\n cd; x_1=;");
  ASSERT_TRUE(list) << list.error().text;
  ASSERT_EQ(list->tags().size(), 4U);
  EXPECT_EQ(list->find("a"), "rsa-sha256");
  EXPECT_EQ(list->find("b"), "ab\r\n cd");
  EXPECT_EQ(list->find("x_1"), "");
  EXPECT_EQ(list->find("A"), std::nullopt) << "tag names are case-sensitive";
}

TEST(TagList, TakesUtf8Values) {
  EXPECT_EQ(TagList::parse("d=b\xC3\xBC"
                           "cher.example")
                ->find("d"),
            "b\xC3\xBC"
            "cher.example");
}

struct Row {
  const char* name;
  std::string text;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class BadTagList : public testing::TestWithParam<Row> {};

TEST_P(BadTagList, K02_IsRefused) { EXPECT_FALSE(TagList::parse(GetParam().text)); }

INSTANTIATE_TEST_SUITE_P(
    K02, BadTagList,
    testing::Values(Row{"duplicate", "a=1; a=1"}, Row{"no_equals", "a=1; garbage"},
                    Row{"empty_tag", "a=1;; b=2"}, Row{"leading_semicolon", ";a=1"},
                    Row{"two_final_semicolons", "a=1;;"}, Row{"digit_first", "1a=1"},
                    Row{"space_in_name", "a b=1"}, Row{"empty_name", "=1"}, Row{"empty", ""},
                    Row{"nul", std::string("a=1\0", 4)},
                    Row{"control",
                        "a=1\x01"
                        "2"},
                    Row{"bare_lf", "a=1\n b=2"}, Row{"bare_cr", "a=1\r2"},
                    Row{"fold_without_space", "a=1\r\nb"}),
    [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace waarmerk
