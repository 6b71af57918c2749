#include "cli/time_span.h"

#include "cli/moment.h"

namespace waarmerk::cli {

Result<reporting::TimeSpan> time_span(const std::string& since, const std::string& until,
                                      WallTime now) {
  const auto begin = moment_of_option("--since", since, now);
  if (!begin) return std::unexpected(begin.error());
  const auto end = moment_of_option("--until", until, now);
  if (!end) return std::unexpected(end.error());
  if (*begin && *end && *begin >= *end) return fail("not after --since", "--until");
  return reporting::TimeSpan{.since = *begin, .until = *end};
}

}  // namespace waarmerk::cli
