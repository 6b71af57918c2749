// The lines of a log, read one after the other past any damage.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "reporting/record.h"

namespace waarmerk::reporting {

/// Walks over the lines of a buffer: `while (auto entry = lines.next())`. Only what ends in a
/// newline is a line: a last piece without one is still being written, or was never finished. Empty
/// lines are passed over. One thread. A-62
class LogLines {
 public:
  /// `buffer` must outlive this object.
  explicit LogLines(std::string_view buffer) : rest_(buffer) {}

  /// The next line: a record, an amendment, or what is wrong with it (then reading goes on behind
  /// it). nullopt at the end.
  [[nodiscard]] std::optional<Result<LogEntry>> next();

  /// The number of the line that next() returned, from 1, and its text.
  [[nodiscard]] std::size_t line_number() const { return line_number_; }
  [[nodiscard]] std::string_view line() const { return line_; }
  /// What is not read yet; at the end, the unfinished piece.
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  std::string_view line_;
  std::size_t line_number_ = 0;
  RecordParser parser_;
};

}  // namespace waarmerk::reporting
