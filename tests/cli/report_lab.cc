#include "tests/cli/report_lab.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/clock.h"
#include "reporting/store/counts.h"
#include "reporting/store/schema.h"
#include "tests/support/dns_values.h"

namespace waarmerk::cli {

std::chrono::sys_days closed_day() {
  return std::chrono::floor<std::chrono::days>(SystemClock().now()) - std::chrono::days(2);
}

reporting::BatchReport report_about(const std::string& domain, const std::string& rua,
                                    std::uint64_t messages) {
  const std::string record = "v=DMARC1; p=none" + (rua.empty() ? "" : "; rua=" + rua);
  const reporting::ReportRow row{
      .source_ip = IpAddress::parse("192.0.2.1").value(),
      .spf_aligned = true,
      .header_from = domain,
      .envelope_from = domain,
      .spf = reporting::ReportedSpf{.domain = domain, .result = policy::SpfResult::Pass}};
  return {.key = {.policy = {.domain = test::name(domain),
                             .record = policy::dmarc::parse_record(record).value()},
                  .day = closed_day()},
          .rows = {{.row = row, .messages = {messages, messages}}}};
}

ReportLab::ReportLab(std::string store)
    : store_(store.empty() ? (folder_.path() / "reports.db").string() : std::move(store)) {}

void ReportLab::count(std::vector<reporting::BatchReport> reports) {
  auto database = reporting::open_store(store_);
  ASSERT_TRUE(database) << to_string(database.error());
  const WallTime now = SystemClock().now();
  const reporting::RunProgress run{.node = "mx1",
                                   .run = "run-" + std::to_string(++runs_),
                                   .seen = reporting::SeenNumbers({{1, 10}}),
                                   .newest = now - std::chrono::hours(1)};
  const auto stored = reporting::store_batch(
      *database, {.runs = {run}, .files = {}, .reports = std::move(reports)}, now);
  ASSERT_TRUE(stored) << to_string(stored.error());
}

void ReportLab::forget_leases() const {
  auto database = reporting::open_store(store_);
  ASSERT_TRUE(database) << to_string(database.error());
  ASSERT_TRUE(database->execute("UPDATE reports SET lease_until = 0 WHERE owner IS NOT NULL"));
}

std::int64_t ReportLab::number(const std::string& sql) const {
  auto database = reporting::open_store(store_);
  if (!database) return -1;
  std::int64_t found = -1;
  const auto read = database->query(
      sql, {}, {reporting::SqlType::Integer},
      [&found](const reporting::SqlRow& row) { found = reporting::number_of(row[0]); });
  EXPECT_TRUE(read) << to_string(read.error());
  return found;
}

void ReportLab::configure(std::uint16_t port, const std::string& lines) {
  config_ = folder_.write(
      "waarmerk.toml",
      "mode = \"monitor\"\n[report]\nstore = \"" + store_ +
          "\"\nemail = \"dmarc@mx.example.net\"\nsmtp = \"127.0.0.1:" + std::to_string(port) +
          "\"\nsmtp_tls = \"none\"\nspread_minutes = 0\n" + lines);
}

pid_t ReportLab::start_sending() const {
  const std::string program = std::string(WAARMERK_BINARY_DIR) + "/cli/waarmerk";
  const std::string zone = folder_.write("zone", "");
  const std::string output = (folder_.path() / "output").string();
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  const std::array<const char*, 8> arguments{program.c_str(), "report", "send",       "--config",
                                             config_.c_str(), "--dns",  zone.c_str(), nullptr};
  ::execv(program.c_str(), const_cast<char* const*>(arguments.data()));
  ::_exit(127);
}

}  // namespace waarmerk::cli
