// Reports on their way: every step has one owner, and takes effect once.
#include "reporting/store/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/reports/store/store_fixture.h"

namespace waarmerk::reporting {
namespace {

using namespace std::chrono_literals;
using support::key_of;
using support::kMayDay;
using support::kMorning;
using support::report_of;
using support::run_of;
using support::value_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Lease kMine{.owner = "mx1:100:1", .until = kMorning + 10min};
const Lease kOther{.owner = "mx2:200:2", .until = kMorning + 10min};

class OutboxTest : public support::StoreTest {
 protected:
  /// Stores one message for each of these domains and closes the day.
  void freeze(const std::vector<std::string>& domains) {
    Batch batch;
    for (const std::string& domain : domains) batch.reports.push_back(report_of(domain, 1));
    Database database = open();
    ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
    EXPECT_EQ(value_of(Outbox(database).freeze(kMayDay, kMorning)), domains.size());
  }
};

TEST_P(OutboxTest, AFrozenReportIsClaimedOnce) {
  freeze({"example.org"});
  Database database = open();
  Outbox outbox(database);
  const auto report = value_of(outbox.claim(kMine, kMorning, 0min));
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->key, key_of("example.org"));
  EXPECT_EQ(report->state, ReportState::Frozen);
  EXPECT_EQ(report->frozen, kMorning);
  EXPECT_EQ(value_of(outbox.claim(kOther, kMorning, 0min)), std::nullopt);
}

WAARMERK_ON_BOTH_DATABASES(OutboxTest);

}  // namespace
}  // namespace waarmerk::reporting
