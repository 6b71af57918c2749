// Points in time as a postmaster types them.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace waarmerk::cli {

/// Reads RFC 3339 ("2026-05-01T12:00:00Z", with a fraction and with an offset), a day
/// ("2026-05-01", its beginning in UTC), or how long ago: "90s", "30m", "2h", "3d", "2w". Error:
/// none of these, or a day or hour that does not exist. Pure.
[[nodiscard]] Result<WallTime> parse_moment(std::string_view text, WallTime now);

/// The value of an option that takes a moment; nullopt for an empty one. Error: that of
/// parse_moment(), with `option` as place. Pure.
[[nodiscard]] Result<std::optional<WallTime>> moment_of_option(std::string_view option,
                                                               std::string_view text, WallTime now);

}  // namespace waarmerk::cli
