// What `waarmerk report send` would do.
#pragma once

#include <iosfwd>

#include "base/clock.h"
#include "base/result.h"
#include "cli/output.h"
#include "dns/lookup.h"
#include "policy/settings.h"
#include "reporting/store/outbox.h"

namespace waarmerk::cli {

struct DryRunParts {
  reporting::Outbox& outbox;
  dns::Lookup& lookup;
  const Clock& clock;
};

/// Prints every report that is closed, or would be closed now, and is not done: its numbers, its
/// addresses with why each would get it or not, and the mail of it that waits. Reads only. Error:
/// the store failed.
[[nodiscard]] Result<void> print_dry_run(const DryRunParts& parts, const policy::Settings& settings,
                                         Output output, std::ostream& out);

}  // namespace waarmerk::cli
