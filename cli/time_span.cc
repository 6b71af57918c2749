#include "cli/time_span.h"

#include <optional>

#include "cli/moment.h"

namespace waarmerk::cli {
namespace {

Result<std::optional<WallTime>> limit(const std::string& text, const char* option, WallTime now) {
  if (text.empty()) return std::nullopt;
  const auto moment = parse_moment(text, now);
  if (!moment) return fail(moment.error().text, option);
  return *moment;
}

}  // namespace

Result<reporting::TimeSpan> time_span(const std::string& since, const std::string& until,
                                      WallTime now) {
  const auto begin = limit(since, "--since", now);
  if (!begin) return std::unexpected(begin.error());
  const auto end = limit(until, "--until", now);
  if (!end) return std::unexpected(end.error());
  if (*begin && *end && *begin >= *end) return fail("not after --since", "--until");
  return reporting::TimeSpan{.since = *begin, .until = *end};
}

}  // namespace waarmerk::cli
