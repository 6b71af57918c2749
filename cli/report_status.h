// `waarmerk report status` and `waarmerk report expire`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "cli/output.h"

namespace waarmerk::cli {

/// What the command line said.
struct StatusOptions {
  /// Empty: the usual settings.
  std::string config_file;
  /// Of the terminal; nullopt: nothing is cut.
  std::optional<std::size_t> width;
};

/// Prints how many reports of each day are in which state, which of them wait and for what, and how
/// far each mail server has been heard of. Changes nothing. Returns the exit status: 0, EX_CONFIG,
/// EX_NOINPUT when nothing was ever collected, or EX_TEMPFAIL when the store failed.
[[nodiscard]] int report_status(const StatusOptions& options, Output output,
                                const Streams& streams);

/// Removes what is older than report.retention_days and prints how much it was. Returns as
/// report_status() does.
[[nodiscard]] int report_expire(const std::string& config_file, Output output,
                                const Streams& streams);

}  // namespace waarmerk::cli
