// The settings that a subcommand works with.
#pragma once

#include <iosfwd>
#include <string>

#include "cli/outcome.h"
#include "policy/configuration.h"
#include "policy/settings.h"

namespace waarmerk::cli {

/// Where the settings are on a machine that the packages were installed on.
inline constexpr const char* kUsualConfig = "/etc/waarmerk/waarmerk.toml";

/// A configuration with all that is to be said of it. Failure: EX_NOINPUT for a file that cannot be
/// read, EX_CONFIG for one whose syntax is wrong.
[[nodiscard]] Outcome<policy::Configuration> read_configuration_file(const std::string& file);

/// The settings of a file; of no file, the defaults. Tests in it that fail are said on `err`: the
/// daemon would not take such a file. Failure: as above, or every error in it.
[[nodiscard]] Outcome<policy::Settings> load_settings(const std::string& file, std::ostream& err);

/// The same for a command that verifies mail. `list` describes this host's public suffix list;
/// empty: there is none, and settings that need it are an error, as at a start of the daemon. What
/// the settings are warned of is said on `err`.
[[nodiscard]] Outcome<policy::Settings> load_verifying_settings(const std::string& file,
                                                                const std::string& list,
                                                                std::ostream& err);

/// The settings of a file; of no file, those of the usual one if it is there and can be read, else
/// the defaults.
[[nodiscard]] Outcome<policy::Settings> load_usual_settings(const std::string& file);

}  // namespace waarmerk::cli
