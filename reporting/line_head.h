// The beginning of a log line as the writer spells it: enough to tell lines apart without parsing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace waarmerk::reporting {

/// Which message a line is about. The views are into the line.
struct LineHead {
  std::uint64_t seq = 0;
  std::string_view node;
  std::string_view run;
  std::string_view queue_id;

  bool operator==(const LineHead&) const = default;
};

/// The head of a record's line. nullopt for every line that does not begin exactly as the writer
/// begins one, or whose texts hold an escape: only parsing tells what that is. So a head that is
/// returned is what a parser reads. Looks at the first few hundred octets. Pure.
[[nodiscard]] std::optional<LineHead> head_of(std::string_view line);

}  // namespace waarmerk::reporting
