// The tables and their versions; the views that scripts read.
#include "reporting/store/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "reporting/store/schema_steps.h"
#include "tests/reports/store/store_fixture.h"

namespace waarmerk::reporting {
namespace {

using support::kMayDay;
using support::kMorning;
using support::value_of;
using testing::ElementsAre;
using testing::HasSubstr;

class SchemaTest : public support::StoreTest {};

constexpr std::array<std::string_view, 1> kOneMore = {
    "ALTER TABLE files ADD COLUMN remark {text} NOT NULL DEFAULT 'none'"};
constexpr std::array<std::string_view, 2> kBroken = {"CREATE TABLE half ({id})", "NONSENSE"};

TEST_P(SchemaTest, AnOlderStoreIsBroughtForward) {
  Database database = value_of(Database::open(store()));
  const std::array<SchemaStep, 1> old = {first_tables()};
  ASSERT_TRUE(migrate(database, old).has_value());
  ASSERT_TRUE(store_batch(database, {.files = {{"/log", "8:1", 5}}}, kMorning).has_value());
  const std::array<SchemaStep, 2> steps = {first_tables(), kOneMore};
  const auto done = migrate(database, steps);
  ASSERT_TRUE(done.has_value()) << to_string(done.error());
  ASSERT_TRUE(migrate(database, steps).has_value()) << "there is nothing to do";
  std::string remark;
  ASSERT_TRUE(database.query("SELECT remark FROM files WHERE octets = 5", {}, {SqlType::Text},
                             [&remark](const SqlRow& row) { remark = text_of(row[0]); }));
  EXPECT_EQ(remark, "none");
}

TEST_P(SchemaTest, ANewerStoreIsLeftAlone) {
  Database database = value_of(Database::open(store()));
  const std::array<SchemaStep, 2> steps = {first_tables(), kOneMore};
  ASSERT_TRUE(migrate(database, steps).has_value());
  const auto opened = open_store(store());
  ASSERT_FALSE(opened.has_value());
  EXPECT_THAT(opened.error().text, HasSubstr("version 2"));
  EXPECT_THAT(opened.error().text, HasSubstr("newer"));
}

TEST_P(SchemaTest, AStepThatFailsLeavesNothing) {
  static_cast<void>(open());
  Database database = value_of(Database::open(store()));
  const std::array<SchemaStep, 2> steps = {first_tables(), kBroken};
  EXPECT_FALSE(migrate(database, steps).has_value());
  EXPECT_FALSE(database.execute("SELECT COUNT(*) FROM half").has_value());
  EXPECT_TRUE(open_store(store()).has_value()) << "still version 1";
}

TEST_P(SchemaTest, SeveralProgramsBeginAtOnce) {
  std::vector<std::thread> programs;
  std::atomic<int> opened = 0;
  for (int i = 0; i < 6; ++i) {
    programs.emplace_back([&] {
      const auto database = open_store(store());
      EXPECT_TRUE(database.has_value()) << to_string(database.error());
      opened += database.has_value() ? 1 : 0;
    });
  }
  for (std::thread& program : programs) program.join();
  EXPECT_EQ(opened, 6);
  EXPECT_EQ(number("SELECT COUNT(*) FROM store_version WHERE version = 1"), 1);
}

/// What docs/store.md promises, with the same names and numbers on both databases.
class ViewsTest : public support::StoreTest {
 protected:
  void fill() {
    Database database = open();
    BatchReport report = support::report_of("example.org", 2);
    report.rows[0].messages = {10, 9};
    ReportRow failed = support::row_of(0);
    failed.spf_aligned = false;
    failed.disposition = ReportDisposition::Quarantine;
    report.rows.push_back({failed, {3, 3}});
    failed.disposition = ReportDisposition::Reject;
    failed.source_ip = IpAddress::parse("2001:db8::1").value();
    report.rows.push_back({failed, {4, 4}});
    ReportRow is_signed = support::full_row();
    report.rows.push_back({is_signed, {5, 5}});
    const Batch batch{.reports = {report, support::report_of("example.net", 1)}};
    ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
    Outbox outbox(database);
    ASSERT_TRUE(outbox.freeze(kMayDay, kMorning).has_value());
    ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  }
  /// Texts and numbers of the first row of an answer.
  std::vector<SqlValue> first_row(const std::string& sql, const std::vector<SqlType>& columns) {
    std::vector<SqlValue> values;
    const auto asked = open().query(sql, {}, columns, [&values](const SqlRow& row) {
      if (values.empty()) values = row;
    });
    EXPECT_TRUE(asked.has_value()) << to_string(asked.error());
    return values;
  }
};

SqlValue n(std::int64_t value) { return value; }
SqlValue t(const char* value) { return std::string(value); }

TEST_P(ViewsTest, ReportRows) {
  fill();
  using enum SqlType;
  EXPECT_THAT(
      first_row("SELECT day, policy_domain, generation, state, record, p, sp, np, source_ip, "
                "disposition, dkim_aligned, spf_aligned, header_from, envelope_from, dkim, "
                "spf_domain, spf_result, reasons, messages, ordinary_messages FROM report_rows "
                "WHERE source_ip = '10.0.0.0' AND disposition = 'pass' "
                "AND policy_domain = 'example.org' ORDER BY report",
                {Text, Text, Integer, Text, Text, Text, Text, Text, Text,    Text,
                 Text, Text, Text,    Text, Text, Text, Text, Text, Integer, Integer}),
      ElementsAre(t("2026-05-01"), t("example.org"), n(0), t("frozen"),
                  t("v=DMARC1; p=quarantine; rua=mailto:d@example.org"), t("quarantine"),
                  SqlValue(), SqlValue(), t("10.0.0.0"), t("pass"), t("fail"), t("pass"),
                  t("example.org"), t("example.org"), t("[]"), t("example.org"), t("pass"), t("[]"),
                  n(10), n(9)));
}

TEST_P(ViewsTest, DailyDomains) {
  fill();
  using enum SqlType;
  EXPECT_THAT(first_row("SELECT day, policy_domain, messages, passed, failed, dkim_aligned, "
                        "spf_aligned, quarantined, rejected, sources FROM daily_domains "
                        "WHERE policy_domain = 'example.org'",
                        {Text, Text, Integer, Integer, Integer, Integer, Integer, Integer, Integer,
                         Integer}),
              ElementsAre(t("2026-05-01"), t("example.org"), n(46), n(32), n(14), n(10), n(22),
                          n(16), n(8), n(4)));
}

TEST_P(ViewsTest, DailySources) {
  fill();
  using enum SqlType;
  EXPECT_THAT(
      first_row("SELECT day, policy_domain, source_ip, messages, passed, failed, quarantined, "
                "rejected FROM daily_sources WHERE policy_domain = 'example.org' "
                "ORDER BY messages DESC",
                {Text, Text, Text, Integer, Integer, Integer, Integer, Integer}),
      ElementsAre(t("2026-05-01"), t("example.org"), t("10.0.0.0"), n(26), n(20), n(6), n(6),
                  n(0)));
}

TEST_P(ViewsTest, ReportsStatus) {
  fill();
  Database database = open();
  Outbox outbox(database);
  const auto lease = Lease{"mx1:1", kMorning + std::chrono::minutes(5)};
  const auto claimed = value_of(outbox.claim(lease, kMorning, std::chrono::minutes(0)));
  const std::vector<StoredDocument> documents = {{.report_id = "a"}};
  ASSERT_TRUE(
      outbox.store_rendered(claimed->id, "mx1:1", documents, {"a@b.example", "c@d.example"}));
  ASSERT_TRUE(outbox.store_delivery(
      claimed->id, "mx1:1",
      {.part = 1, .address = "a@b.example", .state = DeliveryState::Submitted}, kMorning));
  ASSERT_TRUE(outbox.store_delivery(
      claimed->id, "mx1:1", {.part = 1, .address = "c@d.example", .state = DeliveryState::Failed},
      kMorning));
  using enum SqlType;
  const std::int64_t seconds = kMorning.time_since_epoch().count() / 1'000'000;
  EXPECT_THAT(
      first_row("SELECT report, day, generation, state, frozen_at, not_before, delays, owner, "
                "lease_until, deliveries, submitted, failed, outcome FROM reports_status "
                "WHERE report = " +
                    std::to_string(claimed->id),
                {Integer, Text, Integer, Text, Integer, Integer, Integer, Text, Integer, Integer,
                 Integer, Integer, Text}),
      ElementsAre(n(claimed->id), t("2026-05-01"), n(0), t("rendered"), n(seconds), n(seconds),
                  n(0), t("mx1:1"), n(seconds + 300), n(2), n(1), n(1), t("")));
  EXPECT_THAT(first_row("SELECT messages, ordinary_messages, policy_domain FROM reports_status "
                        "WHERE state = 'collecting' AND policy_domain = 'example.org'",
                        {Integer, Integer, Text}),
              ElementsAre(n(23), n(22), t("example.org")));
}

WAARMERK_ON_BOTH_DATABASES(SchemaTest);
WAARMERK_ON_BOTH_DATABASES(ViewsTest);

}  // namespace
}  // namespace waarmerk::reporting
