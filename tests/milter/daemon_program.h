// The daemon as it is installed: the program itself with a configuration file, as a shell starts
// it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/milter/milter_process.h"
#include "tests/milter/running_daemon.h"

namespace waarmerk::support {

/// A RunningDaemon with a folder and a configuration; started by start(), and again after its end.
class DaemonProgram {
 public:
  /// A configuration with this socket, the log in the folder, and lines at the end of [milter] and
  /// of [dns].
  [[nodiscard]] std::string config(std::string_view socket, std::string_view milter = {},
                                   std::string_view dns = {}) const;
  /// Writes the configuration file; a running daemon reads it again for SIGUSR1.
  void configure(const std::string& config) const;
  /// Runs the program until it says that it is ready; false if it has ended instead.
  bool start();

  /// A path in the daemon's folder.
  [[nodiscard]] std::string file(std::string_view name) const { return folder_.file(name); }
  [[nodiscard]] pid_t pid() const { return daemon_->pid(); }
  void signal(int number) const { daemon_->signal(number); }
  [[nodiscard]] bool has_ended() const { return daemon_->has_ended(); }
  /// The exit status, or -1 if a signal ended it or it did not end within ten seconds.
  int wait_for_end();
  /// What it wrote to standard error.
  [[nodiscard]] std::string said() const;
  /// The lines of the aggregate log so far.
  [[nodiscard]] std::vector<std::string> log_lines() const { return folder_.log_lines(); }

 private:
  TemporaryFolder folder_;
  std::optional<RunningDaemon> daemon_;
};

}  // namespace waarmerk::support
