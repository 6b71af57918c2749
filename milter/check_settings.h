// What a configuration file can say and this host cannot do.
#pragma once

#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "policy/configuration.h"
#include "policy/rules/list_files.h"
#include "policy/settings.h"
#include "reporting/log_storage.h"

namespace waarmerk::milter {

/// What in the configuration names something that is not there: the socket cannot be read, user or
/// group are unknown, the log has no directory, there is no public suffix list. Warns of options
/// of a Unix socket beside another one, and of a socket on every address; notes which public suffix
/// list is used. Empty when all is right and there is nothing to note. Nothing is opened but that
/// list. Thread-safe.
[[nodiscard]] std::vector<policy::Finding> check_names(const policy::Configuration& configuration);

/// Reads a configuration, and by `read_file` the files that it names, and adds check_names() and
/// the tests that fail: all that a start, a reload and `--check` find in a file without trying
/// anything. Error as read_configuration(). Thread-safe as `read_file` is.
[[nodiscard]] Result<policy::Configuration> load_configuration(
    std::string_view text, std::string_view file_name, const policy::FileReader& read_file = {});

/// Whether `storage` opens the log file of the day of `now`, which makes an empty one if there is
/// none. Empty when it does. Thread-safe as `storage` is.
[[nodiscard]] std::vector<policy::Finding> try_log(const policy::Settings& settings,
                                                   reporting::LogStorage& storage, WallTime now);

}  // namespace waarmerk::milter
