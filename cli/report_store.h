// The store of reports, opened for a subcommand.
#pragma once

#include "cli/outcome.h"
#include "policy/settings.h"
#include "reporting/store/database.h"

namespace waarmerk::cli {

/// report.store of the settings. A file that is not there is not made: nothing was collected.
/// EX_NOINPUT then; EX_CONFIG for what is no store; EX_TEMPFAIL if it cannot be opened now.
[[nodiscard]] Outcome<reporting::Database> open_collected(const policy::Settings& settings);

}  // namespace waarmerk::cli
