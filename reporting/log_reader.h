// The aggregate log as it is read: line by line out of files, directories and standard input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reporting/line_buffer.h"
#include "reporting/log_input.h"
#include "reporting/record.h"
#include "reporting/seen_lines.h"

namespace waarmerk::reporting {

/// A line and where it stands. The views hold until the reader is asked again.
struct LogLine {
  std::string_view text;
  /// The file as it was named; "standard input" for "-".
  std::string_view file;
  /// From 1; empty lines count. 0: not known, since reading did not begin with the file.
  std::uint64_t number = 0;
};

/// "aggregate-2026-05-01.jsonl:12", as errors name a place.
[[nodiscard]] std::string place_of(const LogLine& line);

/// Reads the lines of a log in order: `while (auto line = reader.next())`. Files that gzip packed
/// are known by their content. Only what ends in a newline is a line, but for the end of standard
/// input, to which nobody adds; empty lines are passed over. Where a packed file is followed by the
/// plain one of the same name, lines of the first are passed over in the second: while one is made
/// of the other, both hold them. Needs memory for a block and a line, and for SeenLines, however
/// large the files are. One thread. A-62
class LogReader {
 public:
  /// `places` are files, directories (see log_files_at) and "-". Of directories only files are read
  /// that can hold records of `days`. Error: a place that does not exist or may not be read.
  [[nodiscard]] static Result<LogReader> open(const std::vector<std::string>& places,
                                              const DayRange& days = {});

  /// The next line; or what is wrong: a line of more than kMaxLine octets, or a file that cannot be
  /// read (any further). Then reading goes on behind it. nullopt at the end.
  [[nodiscard]] std::optional<Result<LogLine>> next();

  /// Of each file read so far that ends in a piece without newline: that it was passed over. Such a
  /// line is being written, or was never finished.
  [[nodiscard]] const std::vector<Error>& unfinished() const { return unfinished_; }

  /// For a progress bar: octets of the files as they lie on the disk, read so far and in all.
  /// There is no total when a place is no regular file.
  [[nodiscard]] std::uint64_t bytes_read() const;
  [[nodiscard]] std::optional<std::uint64_t> bytes_total() const { return bytes_total_; }
  /// The files, in the order of reading.
  [[nodiscard]] const std::vector<std::string>& files() const { return files_; }

 private:
  explicit LogReader(std::vector<std::string> files);
  /// Opens the next file or reads a block of the open one.
  Result<void> read_on();
  void end_file();
  void close_file();
  /// True if the line stood in the packed form of this file; remembers it for the plain form.
  bool was_given(std::string_view line);

  std::vector<std::string> files_;
  std::vector<Error> unfinished_;
  std::optional<std::uint64_t> bytes_total_;
  /// Of the files that are closed.
  std::uint64_t bytes_before_ = 0;
  /// Index of the file that is read or comes next.
  std::size_t file_ = 0;
  std::string name_;
  std::optional<LogInput> input_;
  LineBuffer buffer_;
  /// Of the packed form of the file that is read, or comes next.
  SeenLines seen_;
};

/// A line with what it holds.
struct PlacedEntry {
  LogEntry entry;
  LogLine line;
};

/// Reads the records and amendments of a log, past any damage. One thread.
class EntryReader {
 public:
  explicit EntryReader(LogReader lines) : lines_(std::move(lines)) {}

  /// The next entry, or what is wrong with the line or file ("FILE:LINE: ..."), which callers say
  /// and pass over. nullopt at the end.
  [[nodiscard]] std::optional<Result<PlacedEntry>> next();

  /// Entries read, and errors given out.
  [[nodiscard]] std::uint64_t entries() const { return entries_; }
  [[nodiscard]] std::uint64_t damaged() const { return damaged_; }
  [[nodiscard]] const LogReader& lines() const { return lines_; }

 private:
  Result<PlacedEntry> parse(const Result<LogLine>& line);

  LogReader lines_;
  RecordParser parser_;
  std::uint64_t entries_ = 0;
  std::uint64_t damaged_ = 0;
};

}  // namespace waarmerk::reporting
