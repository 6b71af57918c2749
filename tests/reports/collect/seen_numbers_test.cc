// Sets of numbers as ranges: in any order, with gaps, at both ends of what fits.
#include "reporting/collect/seen_numbers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <ostream>
#include <random>
#include <set>
#include <string>

namespace waarmerk::reporting {

void PrintTo(const SeenNumbers::Range& range, std::ostream* out) {
  *out << range.first << "-" << range.last;
}

namespace {

using Ranges = std::vector<SeenNumbers::Range>;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();

SeenNumbers seen(const std::vector<std::uint64_t>& numbers) {
  SeenNumbers all;
  for (const std::uint64_t number : numbers) all.add(number);
  return all;
}

struct AddCase {
  std::string name;
  std::vector<std::uint64_t> numbers;
  Ranges expected;
  std::uint64_t missing;
};

class AddedNumbers : public testing::TestWithParam<AddCase> {};

TEST_P(AddedNumbers, AreKeptAsRanges) {
  const SeenNumbers all = seen(GetParam().numbers);
  EXPECT_EQ(all.ranges(), GetParam().expected);
  EXPECT_EQ(all.missing(), GetParam().missing);
  EXPECT_EQ(SeenNumbers(all.ranges()), all) << "read back from the store";
}

INSTANTIATE_TEST_SUITE_P(
    SeenNumbers, AddedNumbers,
    testing::ValuesIn(std::vector<AddCase>{
        {"none", {}, {}, 0},
        {"in_order", {1, 2, 3}, {{1, 3}}, 0},
        {"backwards", {3, 2, 1}, {{1, 3}}, 0},
        {"a_gap", {1, 2, 5}, {{1, 2}, {5, 5}}, 2},
        {"a_gap_that_closes", {1, 2, 5, 4, 3}, {{1, 5}}, 0},
        {"older_file_later", {10, 11, 1, 2}, {{1, 2}, {10, 11}}, 7},
        {"between_two_and_touching_neither", {1, 9, 5}, {{1, 1}, {5, 5}, {9, 9}}, 6},
        {"not_from_the_first", {7, 8}, {{7, 8}}, 0},
        {"the_last_of_all", {kLast, kLast - 1}, {{kLast - 1, kLast}}, 0},
        {"both_ends", {1, kLast}, {{1, 1}, {kLast, kLast}}, kLast - 2},
        {"behind_the_last_there_is_nothing", {kLast, 0}, {{kLast, kLast}}, 0},
    }),
    [](const auto& row) { return row.param.name; });

TEST(SeenNumbers, TakeANumberOnce) {
  SeenNumbers all = seen({1, 2, 5});
  EXPECT_FALSE(all.add(1));
  EXPECT_FALSE(all.add(2));
  EXPECT_FALSE(all.add(5));
  EXPECT_FALSE(all.add(0)) << "no line has it";
  EXPECT_TRUE(all.add(4));
  EXPECT_FALSE(all.add(4));
  EXPECT_TRUE(all.add(3));
  EXPECT_FALSE(all.add(3));
  EXPECT_TRUE(all.add(kLast));
  EXPECT_FALSE(all.add(kLast));
}

TEST(SeenNumbers, NameTheGaps) {
  EXPECT_THAT(seen({4, 5}).gaps(), IsEmpty());
  EXPECT_THAT(seen({1, 2, 5, 9}).gaps(),
              ElementsAre(Ranges::value_type{3, 4}, Ranges::value_type{6, 8}));
}

TEST(SeenNumbers, TakeRangesAsTheyCome) {
  EXPECT_EQ(SeenNumbers({{5, 9}, {1, 2}, {3, 3}, {7, 12}}).ranges(), (Ranges{{1, 3}, {5, 12}}));
  EXPECT_EQ(SeenNumbers({{1, kLast}, {5, 9}}).ranges(), (Ranges{{1, kLast}}));
  EXPECT_EQ(SeenNumbers({{0, 9}, {9, 1}, {0, 0}}).ranges(), Ranges{}) << "empty, or with 0";
  EXPECT_EQ(SeenNumbers({{kLast, kLast}, {2, kLast - 1}}).ranges(), (Ranges{{2, kLast}}));
}

TEST(SeenNumbers, AgreeWithASetWhateverTheOrder) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    SeenNumbers all;
    std::set<std::uint64_t> expected;
    for (int i = 0; i < 60; ++i) {
      const std::uint64_t number = 1 + random() % 40;
      EXPECT_EQ(all.add(number), expected.insert(number).second);
    }
    std::set<std::uint64_t> held;
    for (const auto& [first, last] : all.ranges()) {
      for (std::uint64_t number = first; number <= last; ++number) held.insert(number);
    }
    EXPECT_EQ(held, expected);
    EXPECT_EQ(all.missing(), *expected.rbegin() - *expected.begin() + 1 - expected.size());
  }
}

}  // namespace
}  // namespace waarmerk::reporting
