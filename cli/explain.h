// `waarmerk explain`: the story of messages that are in the log.
#pragma once

#include <cstdint>
#include <string>

#include "cli/log_places.h"
#include "cli/output.h"

namespace waarmerk::cli {

/// Whether today's DNS is asked beside, and the message judged with it.
enum class CompareDns : std::uint8_t { No, WithNow };

/// What the command line said.
struct ExplainOptions {
  /// A queue id, a line of the log, or "-" for lines on standard input.
  std::string what;
  LogPlaces log;
  /// Only messages that ended since then, as parse_moment() takes it; empty: all.
  std::string since;
  CompareDns compare = CompareDns::No;
  /// Today's DNS from a zone file; empty: the resolvers of the settings.
  std::string zone_file;
};

/// Tells every message that is meant, oldest file first, as sentences or as one JSON array. Damaged
/// lines are said on `streams.err` and passed. Returns the exit status: 0, 1 when there is no such
/// message, or one of sysexits(3).
[[nodiscard]] int explain(const ExplainOptions& options, Output output, const Streams& streams);

}  // namespace waarmerk::cli
