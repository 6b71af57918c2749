// What is removed from the store in the end.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/result.h"
#include "reporting/store/database.h"

namespace waarmerk::reporting {

/// How much `expire` removed.
struct Expired {
  std::uint64_t reports = 0;
  std::uint64_t runs = 0;
  std::uint64_t files = 0;

  bool operator==(const Expired&) const = default;
};

/// Removes what is older than `retention_days` (report.retention_days; 0 counts as 1): reports that
/// are done, with their rows and deliveries; runs whose newest line, and files whose last reading
/// is so old. A report that is not done is kept, however old. From then on mail of those days is
/// not taken any more, so that a log file that is read again is not counted again. In steps of
/// bounded size, each a transaction: an error leaves the steps before it done.
[[nodiscard]] Result<Expired> expire(Database& database, WallTime now, unsigned retention_days);

}  // namespace waarmerk::reporting
