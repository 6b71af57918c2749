#include "reporting/store/retention.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "reporting/report.h"
#include "reporting/store/stored_report.h"

namespace waarmerk::reporting {
namespace {

/// Moves the first day whose mail is taken forward, never back.
Result<void> raise_horizon(Database& database, const std::string& first_day) {
  return database.transaction([&]() -> Result<void> {
    const auto changed = database.execute(
        "UPDATE horizon SET first_day = :day WHERE first_day < :day2", {first_day, first_day});
    if (!changed) return std::unexpected(changed.error());
    const auto made = database.execute(
        "INSERT INTO horizon (first_day) SELECT :day WHERE NOT EXISTS (SELECT 1 FROM horizon)",
        {first_day});
    if (!made) return std::unexpected(made.error());
    return {};
  });
}

/// Runs a statement that removes a bounded number, until it finds no more.
Result<std::uint64_t> remove_all(Database& database, std::string_view sql, const SqlValue& limit) {
  std::uint64_t removed = 0;
  while (true) {
    std::int64_t changed = 0;
    const auto done = database.transaction([&]() -> Result<void> {
      const auto deleted = database.execute(sql, {limit});
      if (!deleted) return std::unexpected(deleted.error());
      changed = *deleted;
      return {};
    });
    if (!done) return std::unexpected(done.error());
    if (changed <= 0) return removed;
    removed += static_cast<std::uint64_t>(changed);
  }
}

}  // namespace

Result<Expired> expire(Database& database, WallTime now, unsigned retention_days) {
  const std::chrono::days kept(std::max(retention_days, 1U));
  const std::chrono::sys_days first_day = std::chrono::floor<std::chrono::days>(now) - kept;
  const WallTime midnight(first_day);
  if (auto raised = raise_horizon(database, day_text(first_day)); !raised) {
    return std::unexpected(raised.error());
  }
  const auto reports = remove_all(
      database,
      "DELETE FROM reports WHERE id IN "
      "(SELECT id FROM reports WHERE state = 'done' AND day < :day ORDER BY id LIMIT 20)",
      day_text(first_day));
  if (!reports) return std::unexpected(reports.error());
  const auto runs =
      remove_all(database, "DELETE FROM runs WHERE newest < :midnight", stored_time(midnight));
  if (!runs) return std::unexpected(runs.error());
  const auto files =
      remove_all(database, "DELETE FROM files WHERE read_at < :midnight", stored_time(midnight));
  if (!files) return std::unexpected(files.error());
  return Expired{*reports, *runs, *files};
}

}  // namespace waarmerk::reporting
