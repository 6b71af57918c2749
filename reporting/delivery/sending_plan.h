// Whether a report goes out, and to whom: what the sender does, and what `--dry-run` shows.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "dns/lookup.h"
#include "policy/settings.h"
#include "reporting/delivery/destinations.h"
#include "reporting/store/outbox.h"

namespace waarmerk::reporting {

/// What is known of a report before it is written.
struct SendingPlan {
  /// Why nobody gets it, whatever the DNS says; empty: nothing stands against it.
  std::string objection;
  /// Empty if there is an objection.
  std::vector<Destination> destinations;

  /// Those that may get it, in order.
  [[nodiscard]] std::vector<std::string> addresses() const;
  /// Whether the DNS has still to answer for one of them.
  [[nodiscard]] bool is_open() const;
  /// Why nobody gets it, in one phrase; empty if somebody does.
  [[nodiscard]] std::string why_nobody() const;
};

/// By the settings first, then by what was counted, then by the DNS: asks no more than it needs.
/// Waits at most until `deadline`. Changes nothing in the store. Error: the store failed.
/// ..A-58
[[nodiscard]] Result<SendingPlan> plan_sending(const StoredReport& report, Outbox& outbox,
                                               const policy::Settings& settings,
                                               dns::Lookup& lookup, Instant deadline);

/// The last day whose end is `grace` ago: it is closed, whoever has not been heard of.
[[nodiscard]] std::chrono::sys_days last_day_by_grace(WallTime now, std::chrono::minutes grace);

}  // namespace waarmerk::reporting
