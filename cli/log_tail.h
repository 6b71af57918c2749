// `waarmerk log tail`: the newest messages, and those that come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "cli/log_filter.h"
#include "cli/log_places.h"
#include "cli/output.h"

namespace waarmerk::cli {

enum class Follow : std::uint8_t { No, Yes };

/// What the command line said.
struct TailOptions {
  /// One directory or plain file, or the directory of the settings.
  LogPlaces log;
  FilterOptions filter;
  /// How many messages of the newest file are printed at first, at most kMaxTail.
  std::size_t lines = 10;
  Follow follow = Follow::Yes;
};

inline constexpr std::size_t kMaxTail = 10'000;

/// Prints the last messages, one line each, and with Follow::Yes goes on until `should_end` says
/// so (asked at least every second) or the output is gone; Output::Json prints the lines of the log
/// as they are. Damaged lines are said on `streams.err`, of those that were there at first the last
/// hundred. Returns the exit status: 0, with Follow::No 1 when there is none, or one of
/// sysexits(3).
[[nodiscard]] int log_tail(const TailOptions& options, Output output, const Streams& streams,
                           const std::function<bool()>& should_end);

}  // namespace waarmerk::cli
