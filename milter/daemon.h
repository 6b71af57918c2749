// The daemon put together: what is opened in which order, and what happens at the end.
#pragma once

#include <string>
#include <vector>

#include "milter/daemon_log.h"
#include "policy/configuration.h"
#include "policy/rules/list_files.h"
#include "policy/settings.h"

namespace waarmerk::milter {

/// How the daemon was called.
struct DaemonOptions {
  std::string config_file;
  /// Reads it, and what it names, again for a reload.
  policy::FileReader read_file;
  Echo echo = Echo::None;
};

/// Makes the directory of the log, and the file of today, as the user of the settings, which have
/// passed check_names(). Errors, if a start cannot have them; empty when nothing is wrong. Before
/// the first thread.
[[nodiscard]] std::vector<policy::Finding> prepare_log(const policy::Settings& settings);

/// `configuration` is usable, prepare_log() was done for it, and block_signals() first. Opens the
/// socket, gives up rights, says what the configuration deserves, serves until a signal stops it,
/// and waits for the messages that are at work then. Returns an exit code of sysexits(3) when it
/// could not begin; otherwise the process ends in here, with 0 after a stop. Foreground; called
/// once, before the first thread.
[[nodiscard]] int run_daemon(policy::Configuration configuration, const DaemonOptions& options);

}  // namespace waarmerk::milter
