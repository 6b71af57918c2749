#include "reporting/store/outbox.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "reporting/store/stored_report.h"
#include "reporting/store/stored_text.h"

namespace waarmerk::reporting {
namespace {

using std::chrono::days;

/// Nodes that wrote nothing for so long are taken for gone.
constexpr days kNodeMemory{7};

/// What a change of one report came to: it was the owner's, or it was not.
Result<void> one_changed(const Result<std::int64_t>& changed, std::int64_t report) {
  if (!changed) return std::unexpected(changed.error());
  if (*changed == 1) return {};
  return fail("the report is not held by this sender, or it is not in the state for this step",
              "report " + std::to_string(report));
}

Result<void> nothing(const Result<std::int64_t>& changed) {
  if (!changed) return std::unexpected(changed.error());
  return {};
}

std::chrono::sys_days last_day_over(WallTime newest, WallTime now) {
  // A node whose clock is ahead does not close a day that is not over.
  return std::chrono::floor<days>(std::min(newest, now)) - days(1);
}

/// The reports that may be taken now, those that wait longest first.
Result<std::vector<std::int64_t>> candidates(Database& database, WallTime now,
                                             std::chrono::minutes spread) {
  const std::chrono::microseconds span = std::max(spread, std::chrono::minutes(0));
  std::vector<std::int64_t> ids;
  const auto read = database.query(
      "SELECT id FROM reports WHERE state IN ('frozen', 'rendered', 'submitted') "
      "AND not_before <= :now AND frozen_at + :spread * turn / 65536 <= :now2 "
      "AND (owner IS NULL OR lease_until < :now3) ORDER BY not_before, id LIMIT 20",
      {stored_time(now), std::int64_t{span.count()}, stored_time(now), stored_time(now)},
      {SqlType::Integer}, [&ids](const SqlRow& row) { ids.push_back(number_of(row[0])); });
  if (!read) return std::unexpected(read.error());
  return ids;
}

/// True if it became ours: of several that try, only one changes the row.
Result<bool> take(Database& database, std::int64_t report, const Lease& lease, WallTime now) {
  const auto changed = database.execute(
      "UPDATE reports SET owner = :owner, lease_until = :until WHERE id = :id "
      "AND state IN ('frozen', 'rendered', 'submitted') AND not_before <= :now "
      "AND (owner IS NULL OR lease_until < :now2)",
      {stored_text(lease.owner), stored_time(lease.until), report, stored_time(now),
       stored_time(now)});
  if (!changed) return std::unexpected(changed.error());
  return *changed == 1;
}

}  // namespace

Result<std::optional<std::chrono::sys_days>> Outbox::last_closed_day(WallTime now) {
  using Day = std::optional<std::chrono::sys_days>;
  Day of_present;  // the earliest of the nodes that were heard of
  Day of_gone;     // the latest of the others
  const auto read = database_.query("SELECT MAX(newest) FROM runs GROUP BY node", {},
                                    {SqlType::Integer}, [&](const SqlRow& row) {
                                      const WallTime newest = time_from(row[0]);
                                      const auto day = last_day_over(newest, now);
                                      if (newest >= now - kNodeMemory) {
                                        of_present = std::min(of_present.value_or(day), day);
                                      } else {
                                        of_gone = std::max(of_gone.value_or(day), day);
                                      }
                                    });
  if (!read) return std::unexpected(read.error());
  return of_present ? of_present : of_gone;
}

Result<std::uint64_t> Outbox::freeze(std::chrono::sys_days day, WallTime now) {
  std::uint64_t frozen = 0;
  const auto done = database_.transaction([&]() -> Result<void> {
    const auto changed = database_.execute(
        "UPDATE reports SET state = 'frozen', frozen_at = :now, not_before = :now2 "
        "WHERE state = 'collecting' AND day <= :day",
        {stored_time(now), stored_time(now), day_text(day)});
    if (changed) frozen = static_cast<std::uint64_t>(std::max<std::int64_t>(*changed, 0));
    return nothing(changed);
  });
  if (!done) return std::unexpected(done.error());
  return frozen;
}

Result<std::optional<StoredReport>> Outbox::claim(const Lease& lease, WallTime now,
                                                  std::chrono::minutes spread) {
  // Others may take every candidate first; then there are fewer.
  constexpr int kMaxTries = 20;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    const auto ids = candidates(database_, now, spread);
    if (!ids) return std::unexpected(ids.error());
    if (ids->empty()) break;
    for (const std::int64_t id : *ids) {
      const auto taken = take(database_, id, lease, now);
      if (!taken) return std::unexpected(taken.error());
      if (!*taken) continue;
      auto reports = read_reports(database_, "WHERE id = :id", {id});
      if (!reports) return std::unexpected(reports.error());
      if (reports->size() == 1) return std::move(reports->front());
    }
  }
  return std::nullopt;
}

Result<void> Outbox::renew(std::int64_t report, const Lease& lease) {
  return one_changed(
      database_.execute("UPDATE reports SET lease_until = :until "
                        "WHERE id = :id AND owner = :owner AND state <> 'done'",
                        {stored_time(lease.until), report, stored_text(lease.owner)}),
      report);
}

Result<void> Outbox::release(std::int64_t report, const std::string& owner, WallTime due,
                             Delayed delayed) {
  return one_changed(
      database_.execute("UPDATE reports SET owner = NULL, lease_until = NULL, not_before = :due, "
                        "delays = delays + :delayed WHERE id = :id AND owner = :owner",
                        {stored_time(due), std::int64_t{delayed == Delayed::Yes ? 1 : 0}, report,
                         stored_text(owner)}),
      report);
}

Result<void> Outbox::store_submitted(std::int64_t report, const std::string& owner) {
  return one_changed(database_.execute("UPDATE reports SET state = 'submitted' WHERE id = :id "
                                       "AND owner = :owner AND state = 'rendered'",
                                       {report, stored_text(owner)}),
                     report);
}

Result<void> Outbox::finish(std::int64_t report, const std::string& owner,
                            const std::string& outcome) {
  return database_.transaction([&]() -> Result<void> {
    auto done = one_changed(
        database_.execute("UPDATE reports SET state = 'done', outcome = :outcome, owner = NULL, "
                          "lease_until = NULL WHERE id = :id AND owner = :owner "
                          "AND state IN ('frozen', 'rendered', 'submitted')",
                          {stored_text(outcome), report, stored_text(owner)}),
        report);
    if (!done) return done;
    return nothing(database_.execute("DELETE FROM documents WHERE report = :id", {report}));
  });
}

Result<bool> Outbox::had_pass_since(const DomainName& policy_domain, std::chrono::sys_days first) {
  bool had_pass = false;
  const auto read = database_.query(
      "SELECT 1 FROM reports WHERE policy_domain = :domain AND day >= :first "
      "AND passed_messages > 0 LIMIT 1",
      {stored_name(policy_domain), day_text(first)}, {SqlType::Integer},
      [&had_pass](const SqlRow&) { had_pass = true; });
  if (!read) return std::unexpected(read.error());
  return had_pass;
}

Result<std::vector<StoredReport>> Outbox::list(std::chrono::sys_days first) {
  return read_reports(database_,
                      "WHERE day >= :first ORDER BY day, policy_domain, policy_hash, generation",
                      {day_text(first)});
}

}  // namespace waarmerk::reporting
