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
/// midnight or after a rotation; no line is lost or given twice. Or reads one file, and the one
/// that takes its name. One thread. A-62
class LogFollower {
 public:
  /// Begins with whole lines that stand in the last `octets` of the newest file. Error: the place
  /// cannot be read, is standard input ("-"), or the file is packed: to those nobody adds.
  [[nodiscard]] static Result<std::unique_ptr<LogFollower>> open(std::string place,
                                                                 std::uint64_t octets);
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;

  /// The next line, or what is wrong; nullopt when there is none at present. What keeps it from
  /// reading on is said once, however often it is tried again.
  [[nodiscard]] std::optional<Result<LogLine>> next();
  /// True if the file that is read has lines before those that were asked for.
  [[nodiscard]] bool begins_inside() const { return begins_inside_; }
  /// Returns when something in the directory changed, or after `patience`.
  void wait(std::chrono::milliseconds patience);

 private:
  explicit LogFollower(std::string place);
  Result<bool> try_to_read_on();
  Result<void> open_newest(std::uint64_t octets);
  /// True when lines may be there that were not.
  Result<bool> read_on();
  [[nodiscard]] bool has_successor() const;

  /// A directory or a file.
  std::string place_;
  /// Tells of changes; -1 where the system has none of it to give: then patience alone counts.
  int notifier_;
  std::string path_;
  std::optional<LogInput> input_;
  LineBuffer buffer_;
  /// Reading began inside the file: the first piece is the end of a line, and no number is known.
  bool begins_inside_ = false;
  /// What was said last of why there is nothing to read; empty when reading went on since.
  std::string complaint_;
};

}  // namespace waarmerk::reporting
