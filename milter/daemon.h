// The daemon put together: what is opened in which order, and what happens at the end.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "milter/daemon_log.h"
#include "policy/settings.h"

namespace waarmerk::milter {

/// How the daemon was called.
struct DaemonOptions {
  std::string config_file;
  /// Reads it again for a reload.
  std::function<Result<std::string>(const std::string& path)> read_config;
  Echo echo = Echo::None;
};

/// Whether a start with these settings would succeed as far as that can be tried: as the user of
/// the settings, where this process may become it. Makes what a start makes: the directory of the
/// log, and the file of today. Empty when nothing is wrong. Before the first thread.
[[nodiscard]] std::vector<Error> check_start(const policy::Settings& settings);

/// `settings` have passed check_start(). Opens the socket, gives up rights, serves until a signal
/// stops it, and waits for the messages that are at work then. Returns an exit code of sysexits(3)
/// when it could not begin; otherwise the process ends in here, with 0 after a stop. Foreground;
/// called once, before the first thread.
[[nodiscard]] int run_daemon(policy::Settings settings, const DaemonOptions& options);

}  // namespace waarmerk::milter
