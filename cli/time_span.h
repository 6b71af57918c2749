// The span of time that a postmaster asks for.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "reporting/replay_input.h"

namespace waarmerk::cli {

/// From `since` on and before `until`, both as parse_moment() takes them; empty: no limit. Error:
/// one is no moment, with its option as place, or the end does not come after the beginning. Pure.
[[nodiscard]] Result<reporting::TimeSpan> time_span(const std::string& since,
                                                    const std::string& until, WallTime now);

}  // namespace waarmerk::cli
