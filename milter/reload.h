// New settings in a running daemon.
#pragma once

#include <string>

#include "base/result.h"
#include "milter/daemon_log.h"
#include "milter/service.h"
#include "policy/configuration.h"
#include "policy/rules/list_files.h"
#include "reporting/log_storage.h"

namespace waarmerk::milter {

/// A configuration as it was read, or why it was not.
struct ReadConfig {
  Result<std::string> text;
  std::string file_name;
  /// Reads the files that it names.
  policy::FileReader read_file = {};
};

/// Says errors and warnings of a configuration, one line each. Thread-safe.
void say_findings(const policy::Configuration& configuration, DaemonLog& log);

/// Takes the configuration, and opens the log anew. Any fault in it, that it could not be read, or
/// that the daemon could not run with it, is said and leaves everything as it was: the settings in
/// force and the log file that is open. What only a new start can change is said as well. `trial`
/// is where the new log is tried. True if it was taken. Thread-safe as `trial` is.
bool reload(Service& service, const ReadConfig& config, reporting::LogStorage& trial);

}  // namespace waarmerk::milter
