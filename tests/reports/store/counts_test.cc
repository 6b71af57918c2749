// Batches that collectors store: as a whole or not at all, each line once, whoever else does it
// too.
#include "reporting/store/counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "tests/reports/store/store_fixture.h"

namespace waarmerk::reporting {
namespace {

using support::key_of;
using support::kMayDay;
using support::kMorning;
using support::report_of;
using support::row_of;
using support::run_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CountsTest : public support::StoreTest {
 protected:
  /// All rows of all reports, by report.
  std::vector<CountedRow> rows(std::int64_t report = 1) {
    Database database = open();
    std::vector<CountedRow> found;
    const auto read =
        Outbox(database).each_row(report, [&found](const CountedRow& row) -> Result<void> {
          found.push_back(row);
          return {};
        });
    EXPECT_TRUE(read.has_value());
    return found;
  }
  std::vector<StoredReport> reports() {
    Database database = open();
    return support::value_of(Outbox(database).list(std::chrono::sys_days{}));
  }
};

TEST_P(CountsTest, ABatchIsReadBackAsItWasStored) {
  Database database = open();
  const Batch batch{.runs = {run_of("mx1", 0, 5)},
                    .files = {{"/var/log/waarmerk/a.jsonl", "8:1:77", 1234}},
                    .reports = {{key_of("example.org"), {{support::full_row(), {5, 4}}}}}};
  ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  EXPECT_THAT(rows(), ElementsAre(CountedRow{support::full_row(), {5, 4}}));
  ASSERT_EQ(reports().size(), 1U);
  EXPECT_EQ(reports()[0].key, key_of("example.org"));
  EXPECT_EQ(reports()[0].state, ReportState::Collecting);
  EXPECT_EQ(reports()[0].messages, (MessageCount{5, 4}));
  EXPECT_EQ(*load_run(database, "mx1", "run-1"), run_of("mx1", 1, 5));
  EXPECT_EQ(**load_file(database, "/var/log/waarmerk/a.jsonl"), batch.files[0]);
}

TEST_P(CountsTest, WhatWasNotStoredIsNotThere) {
  Database database = open();
  EXPECT_EQ(load_run(database, "mx1", "run-1")->version, 0);
  EXPECT_THAT(load_run(database, "mx1", "run-1")->seen.ranges(), IsEmpty());
  EXPECT_EQ(*load_file(database, "/nowhere"), std::nullopt);
}

TEST_P(CountsTest, EqualRowsAreSummedUpWithinABatchAndOverBatches) {
  Database database = open();
  Batch batch{.reports = {report_of("example.org", 2)}};
  batch.reports[0].rows.push_back({row_of(1), {10, 3}});
  ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  std::vector<MessageCount> counts;
  for (const CountedRow& row : rows()) counts.push_back(row.messages);
  EXPECT_THAT(counts, testing::UnorderedElementsAre(MessageCount{2, 2}, MessageCount{22, 8}));
  EXPECT_EQ(reports()[0].messages, (MessageCount{24, 10}));
}

WAARMERK_ON_BOTH_DATABASES(CountsTest);

}  // namespace
}  // namespace waarmerk::reporting
