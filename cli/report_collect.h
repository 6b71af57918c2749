// `waarmerk report collect`: counts what the log says for the reports to domain owners.
#pragma once

#include <string>

#include "cli/log_places.h"
#include "cli/output.h"
#include "cli/progress.h"

namespace waarmerk::cli {

/// The command line.
struct CollectOptions {
  LogPlaces log;
  /// Lines that cannot be understood are appended to this file as they are; empty: they are not.
  std::string damaged_file;
  Progress::Shown progress = Progress::Shown::No;
};

/// Reads what is new in the log into report.store of the settings and prints what became of it.
/// Damaged and missing lines are said with their place, the first few, and counted. Returns the
/// exit status: 0; EX_CONFIG or EX_NOINPUT for what was asked; EX_DATAERR when there was nothing
/// but damage; EX_TEMPFAIL when the store failed or another collector was there first, and then the
/// next call goes on where this one stopped.
[[nodiscard]] int report_collect(const CollectOptions& options, Output output,
                                 const Streams& streams);

}  // namespace waarmerk::cli
