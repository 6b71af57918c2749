// Reports on their way: every step has one owner, and takes effect once.
#include "reporting/store/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <set>
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
  ReportState state_of(std::int64_t report) {
    const std::string word = text("SELECT state FROM reports WHERE id = " + std::to_string(report));
    return kReportStateWords.find(word).value();
  }
};

StoredDocument document_of(unsigned part) {
  return {.part = part,
          .parts = 2,
          .report_id = "abc" + std::to_string(part),
          .file_name = "mx!example.org!1!2!abc.xml.gz",
          .octets = std::string("\x1f\x8b\0\xff gzip", 9),
          .rows = 7};
}

TEST_P(OutboxTest, AFrozenReportIsClaimedOnce) {
  freeze({"example.org"});
  Database database = open();
  Outbox outbox(database);
  const auto report = value_of(outbox.claim(kMine, kMorning, 0min));
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->key, key_of("example.org"));
  EXPECT_EQ(report->state, ReportState::Frozen);
  EXPECT_EQ(report->frozen, kMorning);
  EXPECT_FALSE(value_of(outbox.claim(kOther, kMorning, 0min)).has_value());
}

TEST_P(OutboxTest, WhatIsCollectingIsNotClaimed) {
  Database database = open();
  Outbox outbox(database);
  EXPECT_FALSE(value_of(outbox.claim(kMine, kMorning, 0min)).has_value());
  const Batch batch{.reports = {report_of("example.org", 1)}};
  ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  EXPECT_FALSE(value_of(outbox.claim(kMine, kMorning, 0min)).has_value());
  EXPECT_EQ(value_of(outbox.freeze(kMayDay - std::chrono::days(1), kMorning)), 0U);
  EXPECT_FALSE(value_of(outbox.claim(kMine, kMorning, 0min)).has_value());
  EXPECT_EQ(value_of(outbox.freeze(kMayDay, kMorning)), 1U);
  EXPECT_EQ(value_of(outbox.freeze(kMayDay, kMorning)), 0U);
  EXPECT_TRUE(value_of(outbox.claim(kMine, kMorning, 0min)).has_value());
}

TEST_P(OutboxTest, AReportGoesThroughItsStatesOnce) {
  freeze({"example.org"});
  Database database = open();
  Outbox outbox(database);
  const std::int64_t report = value_of(outbox.claim(kMine, kMorning, 0min))->id;
  const std::string& me = kMine.owner;
  EXPECT_FALSE(outbox.store_submitted(report, me).has_value());
  const auto rendered = outbox.store_rendered(report, me, {document_of(1), document_of(2)},
                                              {"b@example.org", "a@example.org"});
  ASSERT_TRUE(rendered.has_value()) << to_string(rendered.error());
  EXPECT_FALSE(outbox.store_rendered(report, me, {document_of(3)}, {}).has_value());
  EXPECT_EQ(state_of(report), ReportState::Rendered);
  const StoredDocument second = value_of(outbox.document(report, 2));
  EXPECT_EQ(second.octets, document_of(2).octets);
  EXPECT_EQ(second.report_id, "abc2");
  EXPECT_EQ(second.parts, 2U);
  EXPECT_EQ(second.rows, 7U);
  EXPECT_FALSE(outbox.document(report, 3).has_value());
  EXPECT_THAT(value_of(outbox.deliveries(report)), SizeIs(4));

  EXPECT_TRUE(outbox.store_submitted(report, me).has_value());
  EXPECT_FALSE(outbox.store_submitted(report, me).has_value());
  EXPECT_EQ(state_of(report), ReportState::Submitted);
  EXPECT_TRUE(outbox.finish(report, me, "sent to 2 addresses").has_value());
  EXPECT_FALSE(outbox.finish(report, me, "again").has_value());
  EXPECT_EQ(state_of(report), ReportState::Done);
  EXPECT_EQ(value_of(outbox.list(kMayDay)).front().outcome, "sent to 2 addresses");
  EXPECT_FALSE(outbox.document(report, 1).has_value());
  EXPECT_THAT(value_of(outbox.deliveries(report)), SizeIs(4));
  EXPECT_FALSE(value_of(outbox.claim(kOther, kMorning + 24h, 0min)).has_value());
}

TEST_P(OutboxTest, ADeliveryIsStoredAsItIs) {
  freeze({"example.org"});
  Database database = open();
  Outbox outbox(database);
  const std::int64_t report = value_of(outbox.claim(kMine, kMorning, 0min))->id;
  ASSERT_TRUE(outbox.store_rendered(report, kMine.owner, {document_of(1)}, {"a@b.example"}));
  const StoredDelivery submitted{.part = 1,
                                 .address = "a@b.example",
                                 .state = DeliveryState::Submitted,
                                 .attempts = 3,
                                 .due = kMorning + 1h,
                                 .reply = "250 2.0.0 Ok: \xff"};
  ASSERT_TRUE(outbox.store_delivery(report, kMine.owner, submitted, kMorning).has_value());
  const auto found = value_of(outbox.deliveries(report));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].state, DeliveryState::Submitted);
  EXPECT_EQ(found[0].attempts, 3U);
  EXPECT_EQ(found[0].due, kMorning + 1h);
  EXPECT_EQ(found[0].reply, submitted.reply);
  EXPECT_EQ(value_of(outbox.submitted_since(kMorning)), 1U);
  EXPECT_EQ(value_of(outbox.submitted_since(kMorning + 1us)), 0U);
  EXPECT_FALSE(
      outbox.store_delivery(report, kMine.owner, {.part = 2, .address = "a@b.example"}, kMorning));
  EXPECT_FALSE(
      outbox.store_delivery(report, kMine.owner, {.part = 1, .address = "x@b.example"}, kMorning));
}

/// Whoever lost a report changes nothing in it any more, whatever step he is at.
TEST_P(OutboxTest, ALostLeaseIsNoLease) {
  freeze({"example.org"});
  Database database = open();
  Outbox outbox(database);
  const std::int64_t report = value_of(outbox.claim(kMine, kMorning, 0min))->id;
  ASSERT_TRUE(outbox.renew(report, kMine).has_value());
  EXPECT_FALSE(value_of(outbox.claim(kOther, kMine.until, 0min)).has_value()) << "not yet over";
  const Lease later{.owner = kOther.owner, .until = kMine.until + 10min};
  const auto taken = value_of(outbox.claim(later, kMine.until + 1us, 0min));
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->id, report);

  EXPECT_FALSE(outbox.renew(report, kMine).has_value());
  EXPECT_FALSE(outbox.store_rendered(report, kMine.owner, {document_of(1)}, {"a@b.example"}));
  EXPECT_FALSE(outbox.release(report, kMine.owner, kMorning, Outbox::Delayed::Yes).has_value());
  EXPECT_FALSE(outbox.finish(report, kMine.owner, "no").has_value());
  EXPECT_EQ(state_of(report), ReportState::Frozen);
  EXPECT_EQ(number("SELECT COUNT(*) FROM documents"), 0);
  ASSERT_TRUE(outbox.store_rendered(report, kOther.owner, {document_of(1)}, {"a@b.example"}));
  EXPECT_FALSE(outbox.store_delivery(
      report, kMine.owner, {.part = 1, .address = "a@b.example", .state = DeliveryState::Submitted},
      kMorning));
  EXPECT_EQ(value_of(outbox.deliveries(report))[0].state, DeliveryState::Pending);
  EXPECT_FALSE(outbox.store_submitted(report, kMine.owner).has_value());
}

TEST_P(OutboxTest, AReleasedReportIsDueAgainWhenItWasSaid) {
  freeze({"example.org"});
  Database database = open();
  Outbox outbox(database);
  const std::int64_t report = value_of(outbox.claim(kMine, kMorning, 0min))->id;
  ASSERT_TRUE(outbox.release(report, kMine.owner, kMorning + 1h, Outbox::Delayed::Yes));
  EXPECT_FALSE(value_of(outbox.claim(kOther, kMorning + 59min, 0min)).has_value());
  const auto again = value_of(outbox.claim(kOther, kMorning + 1h, 0min));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->delays, 1U);
  ASSERT_TRUE(outbox.release(report, kOther.owner, kMorning, Outbox::Delayed::No));
  EXPECT_EQ(value_of(outbox.claim(kMine, kMorning + 2h, 0min))->delays, 1U);
}

/// Over the time of spreading all become due, one after the other, and none of them later.
TEST_P(OutboxTest, ReportsAreSpread) {
  std::vector<std::string> domains;
  for (int i = 0; i < 40; ++i) domains.push_back("d" + std::to_string(i) + ".example");
  freeze(domains);
  Database database = open();
  Outbox outbox(database);
  const auto claimed_until = [&outbox](WallTime now) {
    std::size_t count = 0;
    while (value_of(outbox.claim({"x", kMorning + 48h}, now, 100min))) ++count;
    return count;
  };
  const std::size_t first = claimed_until(kMorning + 30min);
  const std::size_t second = claimed_until(kMorning + 70min);
  EXPECT_GT(first, 0U);
  EXPECT_GT(second, 0U);
  EXPECT_LT(first + second, 40U);
  EXPECT_EQ(first + second + claimed_until(kMorning + 100min), 40U);
}

/// Several senders at once: every report has one owner.
TEST_P(OutboxTest, NoReportIsClaimedByTwo) {
  constexpr std::size_t kReports = 40;
  std::vector<std::string> domains;
  for (std::size_t i = 0; i < kReports; ++i)
    domains.push_back("d" + std::to_string(i) + ".example");
  freeze(domains);
  std::array<std::vector<std::int64_t>, 3> claimed;
  std::vector<std::thread> senders;
  for (std::size_t sender = 0; sender < claimed.size(); ++sender) {
    senders.emplace_back([this, sender, &claimed] {
      Database database = open();
      Outbox outbox(database);
      const Lease lease{.owner = "sender " + std::to_string(sender), .until = kMorning + 1h};
      while (auto report = value_of(outbox.claim(lease, kMorning, 0min))) {
        claimed[sender].push_back(report->id);
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  std::vector<std::int64_t> all;
  for (const auto& ids : claimed) all.insert(all.end(), ids.begin(), ids.end());
  EXPECT_EQ(all.size(), kReports);
  EXPECT_EQ(std::set<std::int64_t>(all.begin(), all.end()).size(), kReports);
}

TEST_P(OutboxTest, ManyRowsAreReadInPagesInOneOrder) {
  constexpr unsigned kRows = 100'000;
  Database database = open();
  const Batch batch{.reports = {report_of("other.example", 3), report_of("example.org", 1)}};
  ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  // As a collector would have stored them, in less time.
  const auto made = database.execute(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) "
      "INSERT INTO counted_rows (report, hash, source_ip, disposition, dkim_aligned, spf_aligned, "
      "header_from, envelope_from, dkim, reasons, messages, ordinary_messages) "
      "SELECT r.id, CAST(n.i AS TEXT), "
      "'10.' || (n.i / 65536) || '.' || (n.i / 256 % 256) || '.' || (n.i % 256), "
      "'pass', 'pass', 'fail', 'example.org', '', '[]', '[]', 1, 1 "
      "FROM n, reports r WHERE r.policy_domain = 'example.org'");
  ASSERT_TRUE(made.has_value()) << to_string(made.error());
  Outbox outbox(database);
  const std::int64_t report = number("SELECT id FROM reports WHERE policy_domain = 'example.org'");
  std::vector<IpAddress> addresses;
  std::set<IpAddress> different;
  const auto read = outbox.each_row(report, [&](const CountedRow& row) -> Result<void> {
    if (addresses.size() < 5) addresses.push_back(row.row.source_ip);
    different.insert(row.row.source_ip);
    return {};
  });
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(different.size(), kRows);
  std::vector<IpAddress> again;
  const auto stopped = outbox.each_row(report, [&](const CountedRow& row) -> Result<void> {
    again.push_back(row.row.source_ip);
    if (again.size() == 5) return fail("enough");
    return {};
  });
  EXPECT_EQ(stopped, Result<void>(fail("enough")));
  EXPECT_EQ(again, addresses);
}

TEST_P(OutboxTest, ADayIsOverWhenEveryNodeIsPastIt) {
  using Day = std::optional<std::chrono::sys_days>;
  Database database = open();
  Outbox outbox(database);
  const WallTime now = kMayDay + 60h;  // noon of 3 May
  EXPECT_EQ(value_of(outbox.last_closed_day(now)), Day());
  const auto heard = [&database](const std::string& node, WallTime newest) {
    RunProgress run = run_of(node, 0, 1);
    run.newest = newest;
    ASSERT_TRUE(store_batch(database, {.runs = {run}}, kMorning).has_value());
  };
  heard("gone", kMayDay - std::chrono::days(30));
  EXPECT_EQ(value_of(outbox.last_closed_day(now)), Day(kMayDay - std::chrono::days(31)));
  heard("mx1", kMayDay + 50h);
  EXPECT_EQ(value_of(outbox.last_closed_day(now)), Day(kMayDay + std::chrono::days(1)));
  heard("mx2", kMayDay + 24h);
  EXPECT_EQ(value_of(outbox.last_closed_day(now)), Day(kMayDay));
  heard("mx3", kMayDay + 23h);
  EXPECT_EQ(value_of(outbox.last_closed_day(now)), Day(kMayDay - std::chrono::days(1)));
}

/// A node whose clock is ahead does not close the day that is today.
TEST_P(OutboxTest, TodayIsNotOverWhateverANodeSays) {
  Database database = open();
  RunProgress run = run_of("mx1", 0, 1);
  run.newest = kMayDay + std::chrono::days(400);
  ASSERT_TRUE(store_batch(database, {.runs = {run}}, kMorning).has_value());
  EXPECT_EQ(value_of(Outbox(database).last_closed_day(kMorning)),
            std::optional<std::chrono::sys_days>(kMayDay));
}

TEST_P(OutboxTest, KnowsWhichDomainsHadAnAlignedPass) {
  Database database = open();
  Outbox outbox(database);
  BatchReport failed = report_of("fails.example", 1);
  failed.rows[0].row.spf_aligned = false;
  BatchReport signed_only = report_of("signs.example", 1);
  signed_only.rows[0].row.spf_aligned = false;
  signed_only.rows[0].row.dkim_aligned = true;
  const Batch batch{.reports = {failed, signed_only, report_of("passes.example", 1)}};
  ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  const auto had_pass = [&outbox](const char* domain, std::chrono::sys_days first) {
    return value_of(outbox.had_pass_since(DomainName::parse(domain).value(), first));
  };
  EXPECT_TRUE(had_pass("passes.example", kMayDay));
  EXPECT_TRUE(had_pass("signs.example", kMayDay));
  EXPECT_FALSE(had_pass("fails.example", kMayDay));
  EXPECT_FALSE(had_pass("unknown.example", kMayDay));
  EXPECT_FALSE(had_pass("passes.example", kMayDay + std::chrono::days(1)));
}

TEST_P(OutboxTest, ListsByDayAndDomain) {
  Database database = open();
  const auto next = kMayDay + std::chrono::days(1);
  const Batch batch{.reports = {report_of("b.example", 1, next), report_of("b.example", 1),
                                report_of("a.example", 1)}};
  ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  std::vector<ReportKey> keys;
  const auto reports = value_of(Outbox(database).list(kMayDay));
  for (const StoredReport& report : reports) keys.push_back(report.key);
  EXPECT_THAT(keys,
              ElementsAre(key_of("a.example"), key_of("b.example"), key_of("b.example", next)));
  EXPECT_THAT(value_of(Outbox(database).list(next)), SizeIs(1));
}

/// Killed with its lease, a sender leaves the report to another when the lease is over.
TEST_P(OutboxTest, TheReportOfAKilledSenderIsTakenLater) {
  freeze({"example.org"});
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = support::in_child([&] {
    Database database = open();
    static_cast<void>(Outbox(database).claim(kMine, kMorning, 0min));
    static_cast<void>(::write(pipe[1], "x", 1));
    while (true) ::pause();
  });
  char ready = 0;
  EXPECT_EQ(::read(pipe[0], &ready, 1), 1);
  EXPECT_TRUE(support::kill_child(child));
  for (const int end : pipe) ::close(end);
  Database database = open();
  Outbox outbox(database);
  EXPECT_FALSE(value_of(outbox.claim(kOther, kMorning, 0min)).has_value());
  EXPECT_TRUE(value_of(outbox.claim(kOther, kMine.until + 1s, 0min)).has_value());
}

WAARMERK_ON_BOTH_DATABASES(OutboxTest);

}  // namespace
}  // namespace waarmerk::reporting
