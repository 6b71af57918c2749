// The real milter, libmilter and all, in a process of its own: with a zone for its DNS and a folder
// for its log.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <ios>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/settings.h"

namespace waarmerk::support {

/// A folder that goes away with this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The lines of the files of the aggregate log in it.
  [[nodiscard]] std::vector<std::string> log_lines() const;

 private:
  std::filesystem::path path_;
};

/// Forks and serves; ended by force with this object at the latest. libmilter can run only once in
/// a process, which is why each test has its own. Must be made before the test starts a thread.
class MilterProcess {
 public:
  /// Serves on a Unix socket in a folder of its own, unless `settings` name another socket. Returns
  /// when connections are taken.
  explicit MilterProcess(std::string_view zone, policy::Settings settings = {});
  ~MilterProcess();
  MilterProcess(const MilterProcess&) = delete;
  MilterProcess& operator=(const MilterProcess&) = delete;

  /// False if it did not start.
  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] const std::string& socket_path() const { return socket_path_; }
  /// The lines of the aggregate log so far.
  [[nodiscard]] std::vector<std::string> log_lines() const { return folder_.log_lines(); }
  /// How many lines were written since the last call.
  [[nodiscard]] std::size_t new_log_lines();
  /// What the daemon said of itself, one line each.
  [[nodiscard]] std::vector<std::string> daemon_lines() const;

  /// The most memory that it had resident since forget_peak(), and what it has now, in octets; 0 if
  /// that cannot be read.
  [[nodiscard]] std::size_t peak_memory() const;
  [[nodiscard]] std::size_t memory() const;
  void forget_peak() const;

  [[nodiscard]] pid_t pid() const { return child_; }
  /// False once it has ended.
  [[nodiscard]] bool alive() const;
  /// Sends a signal.
  void signal(int number) const;
  /// Waits for the end; returns the exit status, or -1 if a signal ended it.
  int wait_for_end();

 private:
  TemporaryFolder folder_;
  std::string socket_path_;
  pid_t child_ = -1;
  bool started_ = false;
  /// How far new_log_lines() has read each file.
  std::map<std::string, std::streamoff> read_up_to_;
};

}  // namespace waarmerk::support
