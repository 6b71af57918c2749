// The daemon as it is installed, in a process of its own: what it says, how it ends, and how large
// its files may grow.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/process_state.h"

namespace waarmerk::support {

/// Runs the program from its own file; ended by force with this object at the latest. What it says
/// comes through a pipe, which a limit of file sizes does not touch.
class RunningDaemon {
 public:
  /// `max_file_size`: octets beyond which no file of the daemon grows.
  explicit RunningDaemon(const std::string& config_file,
                         std::optional<std::uint64_t> max_file_size = std::nullopt);
  ~RunningDaemon();
  RunningDaemon(const RunningDaemon&) = delete;
  RunningDaemon& operator=(const RunningDaemon&) = delete;
  RunningDaemon(RunningDaemon&&) = delete;
  RunningDaemon& operator=(RunningDaemon&&) = delete;

  /// True as soon as it is ready for mail; false if it ends before that.
  [[nodiscard]] bool wait_until_ready() { return wait_until_said("info: ready"); }
  /// True as soon as `times` of its lines contain `text`; false if it ends before that, or after a
  /// minute.
  [[nodiscard]] bool wait_until_said(std::string_view text, std::size_t times = 1);
  /// Its lines so far that contain `text`.
  [[nodiscard]] std::vector<std::string> lines_with(std::string_view text) const;

  [[nodiscard]] pid_t pid() const { return child_; }
  [[nodiscard]] bool has_ended() const { return support::has_ended(child_); }
  void signal(int number) const;
  /// Another limit for files, while it runs.
  void limit_files(std::uint64_t max_file_size) const;
  /// The exit status; -1 if a signal ended it or it runs on for a minute.
  int wait_for_end();

 private:
  [[nodiscard]] std::size_t count_with(std::string_view text) const;
  void listen(int pipe);

  pid_t child_ = -1;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  bool fell_silent_ = false;
  std::thread listener_;
};

}  // namespace waarmerk::support
