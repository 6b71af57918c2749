// The configuration file: TOML text in, a Configuration out.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/configuration.h"
#include "policy/rules/list_files.h"
#include "policy/settings.h"

namespace waarmerk::policy {

/// A configuration is short; this keeps a wrong path (a device, a mailbox) from filling the memory.
inline constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20U;
/// So many faults of one file are listed; the rest is counted.
inline constexpr std::size_t kMaxFindings = 100;

/// Reads a configuration. `file_name` is only used in error places ("waarmerk.toml:12"). The error
/// is one of syntax, or a duplicate key, and stands alone, since nothing after it can be trusted.
/// All other faults are findings, all at once: unknown keys and sections with the nearest known
/// one, wrong types, values out of range, bad items of lists, a missing `mode`, and what
/// contradictions() and check_rules() find. Pure but for `read_file`: by that it reads the files
/// that rules name; without it such a rule is a fault. Tests are read and not run: see
/// failing_tests().
[[nodiscard]] Result<Configuration> read_configuration(std::string_view text,
                                                       std::string_view file_name,
                                                       const FileReader& read_file = {});

/// Its settings, or every error in it, in the order of the file.
[[nodiscard]] std::expected<Settings, std::vector<Error>> usable_settings(
    Configuration configuration);

/// The settings of a configuration for which nobody wants to know more; or every error in it, in
/// the order of the file.
[[nodiscard]] std::expected<Settings, std::vector<Error>> parse_config(
    std::string_view text, std::string_view file_name, const FileReader& read_file = {});

}  // namespace waarmerk::policy
