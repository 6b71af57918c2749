// What a configuration file can say and this host cannot do.
#pragma once

#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "policy/settings.h"
#include "reporting/log_storage.h"

namespace waarmerk::milter {

/// What in the settings names something that is not there: the socket cannot be read, user or group
/// are unknown, the log has no directory. Empty when all is right. Errors begin with the setting
/// and have no place. Thread-safe.
[[nodiscard]] std::vector<Error> check_names(const policy::Settings& settings);

/// Whether the daemon can run with these settings: check_names(), and, with good names, whether
/// `storage` opens the log file of the day of `now`, which makes an empty one if there is none. The
/// same for a start, `--check` and a reload. Thread-safe as `storage` is.
[[nodiscard]] std::vector<Error> check_settings(const policy::Settings& settings,
                                                reporting::LogStorage& storage, WallTime now);

}  // namespace waarmerk::milter
