// A file of the log as a collector reads it: from where it stopped the last time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "reporting/collect/batch.h"
#include "reporting/line_buffer.h"
#include "reporting/log_input.h"
#include "reporting/log_reader.h"

namespace waarmerk::reporting {

/// The lines of one file that were not read before. A plain file is read behind the lines that were
/// read when `known` was made, if it is the same file and not shorter now; a packed one is read as
/// a whole or, if it is the same, not at all. Only what ends in a newline is a line. One thread.
class LogSource {
 public:
  /// `path` is absolute, or "-" for standard input.
  [[nodiscard]] static Result<LogSource> open(const std::string& path,
                                              const std::optional<FileProgress>& known);

  /// The next line; or what is wrong: a line that is too long, after which reading goes on, or a
  /// file that cannot be read any further, after which there is nothing more. nullopt at the end.
  [[nodiscard]] std::optional<Result<LogLine>> next();
  /// The line that next() gave out as it is said, "FILE:LINE".
  [[nodiscard]] std::string place() const;

  /// How far lines were given out, to be stored with what they were counted as; nullopt for what
  /// cannot be read again, as a pipe. A packed file only counts when it was read to its end.
  [[nodiscard]] std::optional<FileProgress> progress() const;
  /// Octets of the file that are behind us, for a progress bar.
  [[nodiscard]] std::uint64_t octets_behind() const;

 private:
  LogSource(std::string path, LogInput input) : path_(std::move(path)), input_(std::move(input)) {}
  Result<void> begin_behind(const FileProgress& known);
  Result<void> read_on();

  std::string path_;
  LogInput input_;
  std::optional<FileIdentity> identity_;
  LineBuffer buffer_;
  /// Octets that were read before.
  std::uint64_t begin_ = 0;
  /// Of the line that next() gave out, counted from where reading began.
  std::uint64_t line_ = 0;
  bool at_end_ = false;
  bool has_failed_ = false;
};

}  // namespace waarmerk::reporting
