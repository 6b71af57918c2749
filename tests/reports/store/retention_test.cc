// What is old goes, what is not done stays, and nothing that went is counted again.
#include "reporting/store/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reports/store/store_fixture.h"

namespace waarmerk::reporting {
namespace {

using std::chrono::days;
using support::kMayDay;
using support::kMorning;
using support::report_of;
using support::run_of;
using support::value_of;

class RetentionTest : public support::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    Database database = open();
    RunProgress late = run_of("mx1", 0, 9);
    late.run = "run-2";
    late.newest = kMayDay + days(1);
    const Batch batch{.runs = {run_of("mx1", 0, 5), late},
                      .files = {{"/log", "8:1", 10}},
                      .reports = {report_of("done.example", 3), report_of("waits.example", 3),
                                  report_of("done.example", 3, kMayDay + days(1))}};
    ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
    Outbox outbox(database);
    ASSERT_TRUE(outbox.freeze(kMayDay + days(1), kMorning).has_value());
    const Lease lease{"me", kMorning + days(1)};
    while (const auto report = value_of(outbox.claim(lease, kMorning, std::chrono::minutes(0)))) {
      if (report->key.policy.domain.text() == "waits.example") continue;
      const std::vector<StoredDocument> documents = {{.report_id = "a"}};
      ASSERT_TRUE(outbox.store_rendered(report->id, "me", documents, {"a@b.example"}));
      ASSERT_TRUE(outbox.finish(report->id, "me", "sent").has_value());
    }
  }
};

TEST_P(RetentionTest, TheLastDayThatIsKeptIsKept) {
  Database database = open();
  EXPECT_EQ(value_of(expire(database, kMayDay + days(90), 90)), Expired());
  EXPECT_EQ(number("SELECT COUNT(*) FROM reports"), 3);
  EXPECT_EQ(number("SELECT COUNT(*) FROM counted_rows"), 9);
}

TEST_P(RetentionTest, WhatIsOlderIsRemovedUnlessItIsNotDone) {
  Database database = open();
  EXPECT_EQ(value_of(expire(database, kMayDay + days(91), 90)), (Expired{1, 1, 0}));
  EXPECT_EQ(number("SELECT COUNT(*) FROM reports"), 2);
  EXPECT_EQ(number("SELECT COUNT(*) FROM counted_rows"), 6);
  EXPECT_EQ(number("SELECT COUNT(*) FROM deliveries"), 1);
  EXPECT_EQ(text("SELECT run FROM runs"), "run-2");
  EXPECT_EQ(value_of(expire(database, kMayDay + days(400), 90)), (Expired{1, 1, 1}));
  EXPECT_EQ(text("SELECT policy_domain FROM reports"), "waits.example");
  EXPECT_EQ(text("SELECT state FROM reports"), "frozen");
}

TEST_P(RetentionTest, NothingIsRemovedAtOnceWhateverTheSetting) {
  Database database = open();
  EXPECT_EQ(value_of(expire(database, kMayDay + days(1), 0)), Expired());
}

/// A log file that was kept longer than the store's memory of it is read again.
TEST_P(RetentionTest, WhatWasRemovedIsNotCountedAgain) {
  Database database = open();
  ASSERT_TRUE(expire(database, kMayDay + days(91), 90).has_value());
  EXPECT_EQ(load_run(database, "mx1", "run-1")->version, 0);
  const Batch again{
      .runs = {run_of("mx1", 0, 5)},
      .reports = {report_of("done.example", 3), report_of("done.example", 3, kMayDay + days(1))}};
  ASSERT_TRUE(store_batch(database, again, kMorning).has_value());
  EXPECT_EQ(number("SELECT COUNT(*) FROM reports WHERE state = 'collecting'"), 1);
  EXPECT_EQ(text("SELECT day FROM reports WHERE state = 'collecting'"), "2026-05-02");
  // An older `now`, as of a clock that was set back, takes nothing back.
  ASSERT_TRUE(expire(database, kMorning, 90).has_value());
  EXPECT_EQ(text("SELECT first_day FROM horizon"), "2026-05-02");
  EXPECT_EQ(number("SELECT COUNT(*) FROM horizon"), 1);
}

WAARMERK_ON_BOTH_DATABASES(RetentionTest);

}  // namespace
}  // namespace waarmerk::reporting
