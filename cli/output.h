// How the subcommands answer.
#pragma once

#include <cstdint>
#include <iosfwd>

namespace waarmerk::cli {

enum class Output : std::uint8_t { Text, Json };

/// Where the answer and the errors go.
struct Streams {
  std::ostream& out;
  std::ostream& err;
};

/// How a search that found nothing ends, as grep(1) does.
inline constexpr int kNothingFound = 1;

/// Ends the answer. Returns the exit status: 0, or one of sysexits(3) after an error on
/// `streams.err` when the answer could not be written.
[[nodiscard]] int finish(const Streams& streams);

}  // namespace waarmerk::cli
