#include "tests/reports/store/store_fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "policy/dmarc/record.h"
#include "tests/support/postgres.h"

namespace waarmerk::support {

using namespace reporting;

void StoreTest::SetUp() {
  if (GetParam() == SqlDialect::Sqlite) {
    store_ = (folder_.path() / "reports.db").string();
    return;
  }
  const Postgres& postgres = Postgres::shared();
  if (!postgres.missing().empty()) GTEST_SKIP() << postgres.missing();
  static std::atomic<int> databases = 0;
  const std::string name = "store_" + std::to_string(++databases);
  Database server = value_of(Database::open(postgres.url("postgres")));
  const auto made = server.execute("CREATE DATABASE " + name);
  ASSERT_TRUE(made.has_value()) << to_string(made.error());
  store_ = postgres.url(name);
}

Database StoreTest::open() const { return value_of(open_store(store_)); }

std::int64_t StoreTest::number(const std::string& sql) const {
  std::int64_t number = -1;
  const auto asked = open().query(sql, {}, {SqlType::Integer},
                                  [&number](const SqlRow& row) { number = number_of(row[0]); });
  EXPECT_TRUE(asked.has_value()) << to_string(asked.error());
  return number;
}

std::string StoreTest::text(const std::string& sql) const {
  std::string text;
  const auto asked = open().query(sql, {}, {SqlType::Text},
                                  [&text](const SqlRow& row) { text = text_of(row[0]); });
  EXPECT_TRUE(asked.has_value()) << to_string(asked.error());
  return text;
}

pid_t in_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  EXPECT_GE(child, 0);
  if (child != 0) return child;
  // Not back into the tests, nor to the end of what the parent began.
  [&work]() noexcept { work(); }();
  ::_exit(0);
}

bool kill_child(pid_t child) {
  ::kill(child, SIGKILL);
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
         WTERMSIG(status) == SIGKILL;
}

std::string dialect_name(const testing::TestParamInfo<SqlDialect>& parameter) {
  return parameter.param == SqlDialect::Sqlite ? "sqlite" : "postgresql";
}

PublishedPolicy policy_of(const std::string& domain) {
  return {
      .domain = DomainName::parse(domain).value(),
      .record =
          policy::dmarc::parse_record("v=DMARC1; p=quarantine; rua=mailto:d@" + domain).value()};
}

ReportKey key_of(const std::string& domain, std::chrono::sys_days day) {
  return {.policy = policy_of(domain), .day = day};
}

ReportRow row_of(unsigned number) {
  const std::array<std::uint8_t, 4> octets = {10, static_cast<std::uint8_t>(number >> 16U),
                                              static_cast<std::uint8_t>(number >> 8U),
                                              static_cast<std::uint8_t>(number)};
  return {.source_ip = IpAddress::v4(octets),
          .disposition = ReportDisposition::Pass,
          .spf_aligned = true,
          .header_from = "example.org",
          .envelope_from = "example.org",
          .spf = ReportedSpf{.domain = "example.org", .result = policy::SpfResult::Pass}};
}

ReportRow full_row() {
  return {.source_ip = IpAddress::parse("2001:db8::25").value(),
          .disposition = ReportDisposition::Quarantine,
          .dkim_aligned = true,
          .reasons = {{policy::Override::Type::MailingList, "a list: \"fans\""},
                      {policy::Override::Type::Other, ""}},
          .header_from = "news.example.org",
          .envelope_from = "bounces.example.net",
          .dkim = {{"example.org", "s1", policy::DkimResult::Pass, ""},
                   {"example.net", "s2", policy::DkimResult::TempError, "key_unavailable"}},
          .spf = ReportedSpf{"bounces.example.net", policy::SpfResult::PermError, "two records"}};
}

BatchReport report_of(const std::string& domain, unsigned rows, std::chrono::sys_days day) {
  BatchReport report{.key = key_of(domain, day)};
  for (unsigned i = 0; i < rows; ++i) report.rows.push_back({row_of(i), {1, 1}});
  return report;
}

RunProgress run_of(const std::string& node, std::int64_t version, std::uint64_t lines) {
  return {.node = node,
          .run = "run-1",
          .version = version,
          .seen = SeenNumbers({{1, lines}}),
          .newest = kMayDay + std::chrono::hours(12)};
}

}  // namespace waarmerk::support
