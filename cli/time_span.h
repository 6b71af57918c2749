// Times as a postmaster types them.
#pragma once

#include <string>

#include "base/result.h"
#include "reporting/replay_input.h"

namespace waarmerk::cli {

/// The span from --since to --until, in UTC: "2026-05-01" or "2026-05-01T12:30:00Z"; empty: no
/// limit. A day is included whole, a time of day ends the span as `until`. Error: another form, a
/// day that does not exist, or an end before the beginning. Pure.
[[nodiscard]] Result<reporting::TimeSpan> time_span(const std::string& since,
                                                    const std::string& until);

}  // namespace waarmerk::cli
