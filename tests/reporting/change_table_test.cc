#include "reporting/change_table.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace waarmerk::reporting {
namespace {

using policy::ActionKind;

constexpr Change kRejected{ActionKind::Accept, ActionKind::Reject};
constexpr Change kTagged{ActionKind::Accept, ActionKind::Tag};

TEST(ChangeMatrix, CountsWhatGoesWhere) {
  ChangeMatrix matrix;
  matrix.add(kRejected);
  matrix.add(kRejected);
  matrix.add({ActionKind::Defer, ActionKind::Defer});
  EXPECT_EQ(matrix.at(kRejected), 2U);
  EXPECT_EQ(matrix.at({ActionKind::Reject, ActionKind::Accept}), 0U) << "it has a direction";
  EXPECT_EQ(matrix.at({ActionKind::Defer, ActionKind::Defer}), 1U);
  EXPECT_EQ(matrix.changed(), 2U);
}

TEST(ChangeTable, TheHeaviestComesFirst) {
  ChangeTable table;
  table.add("b.example", kTagged, "1");
  table.add("c.example", kRejected, "2");
  table.add("a.example", kTagged, "3");
  table.add("c.example", kRejected, "4");
  const auto rows = table.rows();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0], (ChangeTable::Row{"c.example", kRejected, {2, {"2", "4"}}}));
  EXPECT_EQ(rows[1].key, "a.example") << "equal ones by name";
  EXPECT_EQ(rows[2].key, "b.example");
  EXPECT_EQ(table.others(), 0U);
}

TEST(ChangeTable, OneKeyHasARowForEachChange) {
  ChangeTable table;
  table.add("a.example", kTagged, "1");
  table.add("a.example", kRejected, "2");
  EXPECT_EQ(table.rows().size(), 2U);
}

TEST(ChangeTable, KeepsTheFirstSamples) {
  ChangeTable table;
  for (const char* id : {"1", "2", "3", "4", "5"}) table.add("a.example", kTagged, id);
  const auto rows = table.rows();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().tally, (Tally{5, {"1", "2", "3"}}));
}

TEST(ChangeTable, HostileTextsAreMadePrintableAndShort) {
  ChangeTable table;
  table.add("\x1b[2J\n" + std::string(10'000, 'x'), kTagged, std::string(10'000, '\x07'));
  const auto rows = table.rows();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows.front().key.starts_with("?[2J?xxx"));
  EXPECT_LE(rows.front().key.size(), ChangeTable::kMaxKey);
  ASSERT_EQ(rows.front().tally.samples.size(), 1U);
  EXPECT_LE(rows.front().tally.samples.front().size(), 64U);
  EXPECT_EQ(rows.front().tally.samples.front().find('\x07'), std::string::npos);
}

TEST(ChangeTable, TakesNoMoreKeysThanItsBound) {
  ChangeTable table;
  for (std::size_t i = 0; i < ChangeTable::kMaxKeys + 10; ++i) {
    table.add("site" + std::to_string(i), kTagged, "1");
  }
  table.add("site0", kRejected, "2");
  EXPECT_EQ(table.others(), 10U);
  const auto rows = table.rows();
  EXPECT_EQ(rows.size(), ChangeTable::kMaxKeys + 1) << "a key that is known still counts";
}

}  // namespace
}  // namespace waarmerk::reporting
