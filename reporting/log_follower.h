// The end of a log that is being written: what is there, and what comes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "reporting/line_buffer.h"
#include "reporting/log_reader.h"

namespace waarmerk::reporting {

/// Reads the newest file of a log directory and goes on with the next one when it appears, at
/// midnight or after a rotation; no line is lost or given twice. One thread. A-62
class LogFollower {
 public:
  /// Begins with whole lines that stand in the last `octets` of the newest file. Error: the
  /// directory cannot be read.
  [[nodiscard]] static Result<std::unique_ptr<LogFollower>> open(std::string directory,
                                                                 std::uint64_t octets);
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;

  /// The next line, or what is wrong; nullopt when there is none at present.
  [[nodiscard]] std::optional<Result<LogLine>> next();
  /// Returns when something in the directory changed, or after `patience`.
  void wait(std::chrono::milliseconds patience);

 private:
  explicit LogFollower(std::string directory);
  Result<void> open_newest(std::uint64_t octets);
  /// True when lines may be there that were not.
  Result<bool> read_on();
  [[nodiscard]] bool has_successor() const;

  std::string directory_;
  /// Tells of changes; -1 where the system has none of it to give: then patience alone counts.
  int notifier_;
  std::string path_;
  std::optional<LogInput> input_;
  LineBuffer buffer_;
  /// Reading began inside the file: the first piece is the end of a line, and no number is known.
  bool begins_inside_ = false;
};

}  // namespace waarmerk::reporting
