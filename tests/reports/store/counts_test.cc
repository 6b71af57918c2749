// Batches that collectors store: as a whole or not at all, each line once, whoever else does it
// too.
#include "reporting/store/counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "tests/reports/store/store_fixture.h"
#include "tests/support/wait_for.h"

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

/// All rows of a report of many are placed, whatever their number is divided into.
TEST_P(CountsTest, RowsOfManyReportsGoIntoTheirReports) {
  Database database = open();
  Batch batch;
  for (unsigned i = 0; i < 7; ++i) {
    batch.reports.push_back(report_of("d" + std::to_string(i) + ".example", 1 + 13 * i));
  }
  ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  for (const StoredReport& report : reports()) {
    EXPECT_EQ(rows(report.id).size(), report.messages.all) << report.key.policy.domain.text();
  }
  EXPECT_EQ(number("SELECT COUNT(*) FROM counted_rows"), 7 + 13 * 21);
}

/// Domain, discovery, text and day name a report; nothing else does.
TEST_P(CountsTest, EachPolicyAndDayHasItsReport) {
  Database database = open();
  Batch batch{.reports = {report_of("example.org", 1), report_of("example.org", 1),
                          report_of("example.org", 1, kMayDay + std::chrono::days(1)),
                          report_of("example.net", 1), report_of("example.org", 1)}};
  batch.reports[1].key.policy.discovery = policy::DiscoveryMethod::Psl;
  batch.reports[4].key.policy.record = policy::dmarc::parse_record("v=DMARC1; p=none").value();
  ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  EXPECT_THAT(reports(), testing::SizeIs(5));
  ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  EXPECT_THAT(reports(), testing::SizeIs(5));
}

TEST_P(CountsTest, WhoReadAnOlderVersionOfARunStoresNothing) {
  Database database = open();
  const Batch first{.runs = {run_of("mx1", 0, 5)}, .reports = {report_of("example.org", 1)}};
  ASSERT_TRUE(store_batch(database, first, kMorning).has_value());
  const Batch stale{.runs = {run_of("mx1", 0, 9)},
                    .files = {{"/log", "8:1", 10}},
                    .reports = {report_of("example.net", 3)}};
  const auto refused = store_batch(database, stale, kMorning);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(to_string(refused.error()), HasSubstr("mx1 run-1: another collector"));
  EXPECT_EQ(*load_run(database, "mx1", "run-1"), run_of("mx1", 1, 5));
  EXPECT_EQ(*load_file(database, "/log"), std::nullopt);
  EXPECT_EQ(number("SELECT COUNT(*) FROM reports"), 1);
  const Batch fresh{.runs = {run_of("mx1", 1, 9)}, .reports = {report_of("example.net", 3)}};
  EXPECT_TRUE(store_batch(database, fresh, kMorning).has_value());
  EXPECT_EQ(*load_run(database, "mx1", "run-1"), run_of("mx1", 2, 9));
}

TEST_P(CountsTest, MailForAFrozenReportGoesIntoTheNextGeneration) {
  Database database = open();
  Outbox outbox(database);
  const Batch batch{.reports = {report_of("example.org", 2)}};
  for (unsigned generation = 0; generation < 3; ++generation) {
    ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
    ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
    EXPECT_EQ(*outbox.freeze(kMayDay, kMorning), 1U);
  }
  std::vector<unsigned> generations;
  for (const StoredReport& report : reports()) {
    generations.push_back(report.generation);
    EXPECT_EQ(report.messages.all, 4U);
    EXPECT_THAT(rows(report.id), testing::SizeIs(2));
  }
  EXPECT_THAT(generations, ElementsAre(0U, 1U, 2U));
}

/// Two collectors store many batches into the same reports, which they name in opposite order.
TEST_P(CountsTest, TwoCollectorsAtOnceLoseNothing) {
  constexpr unsigned kBatches = 20;
  static_cast<void>(open());
  const auto collect = [this](const std::string& node, bool backwards) {
    Database database = open();
    for (unsigned i = 0; i < kBatches; ++i) {
      Batch batch{.runs = {run_of(node, i, i + 1)},
                  .reports = {report_of("a.example", 3), report_of("b.example", 3),
                              report_of("c.example", 3)}};
      if (backwards) std::ranges::reverse(batch.reports);
      const auto stored = store_batch(database, batch, kMorning);
      EXPECT_TRUE(stored.has_value()) << to_string(stored.error());
    }
  };
  std::thread other([&collect] { collect("mx2", true); });
  collect("mx1", false);
  other.join();
  for (const StoredReport& report : reports()) {
    EXPECT_EQ(report.generation, 0U);
    EXPECT_EQ(report.messages.all, 2 * kBatches * 3);
  }
  EXPECT_THAT(reports(), testing::SizeIs(3));
  EXPECT_EQ(number("SELECT CAST(SUM(messages) AS BIGINT) FROM counted_rows"), 2 * kBatches * 9);
}

/// The same run by two collectors: every line is counted by one of them.
TEST_P(CountsTest, OfTwoCollectorsOfOneRunOneCounts) {
  constexpr std::int64_t kRounds = 20;
  static_cast<void>(open());
  std::atomic<int> stored = 0;
  const auto collect = [&] {
    Database database = open();
    for (std::int64_t version = 0; version < kRounds; ++version) {
      const Batch batch{.runs = {run_of("mx1", version, 1)},
                        .reports = {report_of("example.org", 1)}};
      if (store_batch(database, batch, kMorning)) ++stored;
    }
  };
  std::thread other(collect);
  collect();
  other.join();
  const std::int64_t version = number("SELECT version FROM runs");
  EXPECT_EQ(version, stored);
  EXPECT_EQ(number("SELECT messages FROM reports"), version);
}

/// Freezing while mail is counted: every message is in a report, and no frozen one changes.
TEST_P(CountsTest, FreezingMeanwhileLosesNothing) {
  constexpr unsigned kBatches = 20;
  static_cast<void>(open());
  std::thread collector([this] {
    Database database = open();
    for (unsigned i = 0; i < kBatches; ++i) {
      const auto stored =
          store_batch(database, {.reports = {report_of("example.org", 2)}}, kMorning);
      EXPECT_TRUE(stored.has_value()) << to_string(stored.error());
    }
  });
  Database database = open();
  Outbox outbox(database);
  for (unsigned i = 0; i < kBatches; ++i) EXPECT_TRUE(outbox.freeze(kMayDay, kMorning).has_value());
  collector.join();
  std::uint64_t messages = 0;
  for (const StoredReport& report : reports()) {
    messages += report.messages.all;
    std::uint64_t counted = 0;
    for (const CountedRow& row : rows(report.id)) counted += row.messages.all;
    EXPECT_EQ(counted, report.messages.all);
  }
  EXPECT_EQ(messages, kBatches * 2);
}

/// A child holds its transaction open after the rows were stored and is killed there.
TEST_P(CountsTest, KilledInTheMiddleABatchLeavesNothing) {
  static_cast<void>(open());
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = support::in_child([&] {
    Database database = open();
    static_cast<void>(database.transaction([&]() -> Result<void> {
      static_cast<void>(database.execute(
          "INSERT INTO runs (node, run, version, seen, newest) VALUES ('mx1', 'r', 1, '[]', 0)"));
      static_cast<void>(database.execute(
          "INSERT INTO files (path, identity, octets, read_at) VALUES ('/log', '1', 1, 0)"));
      static_cast<void>(::write(pipe[1], "x", 1));
      while (true) ::pause();
    }));
  });
  char ready = 0;
  EXPECT_EQ(::read(pipe[0], &ready, 1), 1);
  EXPECT_TRUE(support::kill_child(child));
  for (const int end : pipe) ::close(end);
  EXPECT_EQ(number("SELECT COUNT(*) FROM runs"), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM files"), 0);
  Database database = open();
  const Batch batch{.runs = {run_of("mx1", 0, 1)}, .reports = {report_of("example.org", 1)}};
  EXPECT_TRUE(store_batch(database, batch, kMorning).has_value());
}

/// The same with the collector's own batches, at whatever moment: what is there is whole.
TEST_P(CountsTest, KilledAtAnyMomentBatchesAreWhole) {
  static_cast<void>(open());
  for (int round = 0; round < 3; ++round) {
    const pid_t child = support::in_child([&] {
      Database database = open();
      for (std::int64_t version = load_run(database, "mx1", "run-1")->version;; ++version) {
        const Batch batch{.runs = {run_of("mx1", version, 1)},
                          .reports = {report_of("a.example", 40), report_of("b.example", 40)}};
        if (!store_batch(database, batch, kMorning)) return;
      }
    });
    Database database = open();
    const auto before = load_run(database, "mx1", "run-1")->version;
    EXPECT_TRUE(support::wait_for(
        [&] { return load_run(database, "mx1", "run-1")->version >= before + 2; }));
    EXPECT_TRUE(support::kill_child(child));
    // PostgreSQL notices only when it next looks that its client is gone.
    const std::int64_t version = load_run(database, "mx1", "run-1")->version;
    const std::int64_t whole = number("SELECT version * 80 FROM runs");
    EXPECT_GE(version, before + 2);
    EXPECT_EQ(number("SELECT CAST(SUM(messages) AS BIGINT) FROM reports"), whole);
    EXPECT_EQ(number("SELECT CAST(SUM(messages) AS BIGINT) FROM counted_rows"), whole);
  }
}

WAARMERK_ON_BOTH_DATABASES(CountsTest);

}  // namespace
}  // namespace waarmerk::reporting
