// `waarmerk log query` and `waarmerk log top`: messages of the log, listed or counted.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "cli/log_filter.h"
#include "cli/log_places.h"
#include "cli/output.h"
#include "cli/progress.h"

namespace waarmerk::cli {

/// What both commands have in common.
struct LogQuestion {
  LogPlaces log;
  FilterOptions filter;
  /// At most so many messages, or rows.
  std::size_t limit = 100;
  /// Of the terminal; nullopt: nothing is cut.
  std::optional<std::size_t> width;
  /// How far the reading has come, on `streams.err`.
  Progress::Shown progress = Progress::Shown::No;
};

/// At most so many can be asked for: they are kept in memory.
inline constexpr std::size_t kMaxLimit = 1'000'000;

/// Prints the last `limit` messages that the filters want, oldest first, as a table or as one JSON
/// array of log objects; that there were more is said on `streams.err`, and so are damaged lines.
/// Returns the exit status: 0, 1 when there is none, or one of sysexits(3).
[[nodiscard]] int log_query(const LogQuestion& question, Output output, const Streams& streams);

/// Prints how many messages there are of each kind, how many of them failed DMARC, and to how many
/// something was done; the most frequent first. `by` says what is counted: "domains" (author
/// domains), "sources" (client addresses) or "reasons" (the settings and rules that decided).
/// Returns as log_query() does.
[[nodiscard]] int log_top(const std::string& by, const LogQuestion& question, Output output,
                          const Streams& streams);

}  // namespace waarmerk::cli
