// Stores to test with, each on SQLite and on a real PostgreSQL.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "reporting/store/counts.h"
#include "reporting/store/database.h"
#include "reporting/store/outbox.h"
#include "reporting/store/schema.h"
#include "tests/support/scratch_folder.h"

namespace waarmerk::support {

inline constexpr std::chrono::sys_days kMayDay = std::chrono::year(2026) / 5 / 1;
/// Six in the morning of the day after.
inline constexpr WallTime kMorning = kMayDay + std::chrono::hours(30);

/// A store that is new for each test: `store()` names it for Database::open. Skips the test, with
/// the reason, where there is no PostgreSQL.
class StoreTest : public testing::TestWithParam<reporting::SqlDialect> {
 protected:
  void SetUp() override;

  [[nodiscard]] const std::string& store() const { return store_; }
  /// An opened store with its tables; another connection each time.
  [[nodiscard]] reporting::Database open() const;
  /// The first number of a query's answer.
  [[nodiscard]] std::int64_t number(const std::string& sql) const;
  /// The first text of it.
  [[nodiscard]] std::string text(const std::string& sql) const;

  const ScratchFolder& folder() const { return folder_; }

 private:
  ScratchFolder folder_;
  std::string store_;
};

/// "sqlite" or "postgresql", for the names of tests.
[[nodiscard]] std::string dialect_name(
    const testing::TestParamInfo<reporting::SqlDialect>& parameter);

#define WAARMERK_ON_BOTH_DATABASES(suite)                                                  \
  INSTANTIATE_TEST_SUITE_P(, suite,                                                        \
                           testing::Values(::waarmerk::reporting::SqlDialect::Sqlite,      \
                                           ::waarmerk::reporting::SqlDialect::Postgresql), \
                           ::waarmerk::support::dialect_name)

/// A policy of "p=quarantine" at that domain.
[[nodiscard]] reporting::PublishedPolicy policy_of(const std::string& domain);
[[nodiscard]] reporting::ReportKey key_of(const std::string& domain,
                                          std::chrono::sys_days day = kMayDay);
/// A row that differs from others by its address, 192.0.2.`number` and so on; it passed by SPF.
[[nodiscard]] reporting::ReportRow row_of(unsigned number);
/// A row with something in every member.
[[nodiscard]] reporting::ReportRow full_row();
/// One message in each of `rows` rows.
[[nodiscard]] reporting::BatchReport report_of(const std::string& domain, unsigned rows,
                                               std::chrono::sys_days day = kMayDay);
/// The run "run-1" of a node, of which so many lines were counted.
[[nodiscard]] reporting::RunProgress run_of(const std::string& node, std::int64_t version,
                                            std::uint64_t lines);

/// Runs `work` in a child; what it throws ends the child, and it never comes back. The parent gets
/// its id.
[[nodiscard]] pid_t in_child(const std::function<void()>& work);
/// SIGKILL, and waits for its end. False if it had ended by itself.
bool kill_child(pid_t child);

/// What a test cannot go on without.
template <typename T>
T value_of(Result<T> result) {
  EXPECT_TRUE(result.has_value()) << to_string(result.error());
  return std::move(result).value();
}

}  // namespace waarmerk::support
