// What a reader finds in the files of the aggregate log.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "tests/milter/load.h"

namespace waarmerk::support {

/// The lines of one or more files, as reporting::LogLines reads them.
struct LogContent {
  /// How many records each message has, by message_name().
  std::map<std::string, unsigned> records;
  /// Lines that are none of ours.
  std::size_t damaged = 0;
  /// Files that end in a piece of a line.
  std::size_t unfinished = 0;

  /// Adds the lines of a file.
  void add(std::string_view octets);
  /// All records together.
  [[nodiscard]] std::size_t total() const;
  /// Answered messages that do not have exactly one record.
  [[nodiscard]] std::size_t missing_or_twice(const LoadOutcome& load) const;
};

/// The content of all files of a folder whose names contain "aggregate".
[[nodiscard]] LogContent read_logs(const std::filesystem::path& folder);

}  // namespace waarmerk::support
