// `waarmerk replay`: what a candidate policy would have done with the mail of a log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.h"
#include "cli/progress.h"
#include "reporting/replay.h"
#include "reporting/replay_input.h"

namespace waarmerk::cli {

enum class ReplayFormat : std::uint8_t { Text, Json, Csv };

/// The command line.
struct ReplayOptions {
  /// The settings that are tried.
  std::string candidate_file;
  /// The settings under which the log was written; empty: the defaults.
  std::string current_file;
  /// Files, directories and "-".
  std::vector<std::string> logs;
  /// As parse_moment() takes them; empty: no limit. `until` itself does not count any more.
  std::string since;
  std::string until;
  /// "action" or "would"; empty: as basis_for() says.
  std::string compare;
  /// Rows of each table; 0: all.
  std::size_t top = 0;
  ReplayFormat format = ReplayFormat::Text;
  Progress::Shown progress = Progress::Shown::No;
};

/// Decides the logged mail again under the candidate and prints what changes. Lines that cannot be
/// read are counted, the first few said with their place. Returns the exit status: 0; EX_USAGE,
/// EX_CONFIG or EX_NOINPUT (the settings too) for what was asked; EX_DATAERR when no line of the
/// files can be read.
[[nodiscard]] int replay(const ReplayOptions& options, const Streams& streams);

}  // namespace waarmerk::cli
