// The configuration file: TOML text in, Settings out, or every fault in it at once.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/settings.h"

namespace waarmerk::policy {

/// Reads a configuration. `file_name` is only used in error places ("waarmerk.toml:12"). A syntax
/// error is reported alone, since nothing after it can be trusted; all other faults (unknown keys
/// with the nearest known one, wrong types, values out of range, a missing `mode`) are listed
/// together, in the order of the file. Pure: the caller reads the file.
[[nodiscard]] std::expected<Settings, std::vector<Error>> parse_config(std::string_view text,
                                                                       std::string_view file_name);

}  // namespace waarmerk::policy
