// The aggregate log as the daemon writes it: one line per message, in files of one UTC day.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "base/result.h"
#include "reporting/log_storage.h"
#include "reporting/record.h"

namespace waarmerk::reporting {

/// Who writes: with a seq it names a record.
struct LogOrigin {
  std::string node;
  std::string run;
};

struct LogOptions {
  /// Must exist; the log does not make it.
  std::string directory;
  /// The log is synced to the disk when so much time lies between two lines; 0: never.
  std::chrono::seconds sync{0};
};

struct LogCounters {
  std::uint64_t written = 0;
  std::uint64_t lost = 0;
  std::uint64_t failed_syncs = 0;

  bool operator==(const LogCounters&) const = default;
};

/// Appends lines to `DIRECTORY/aggregate-YYYY-MM-DD.jsonl`, each by one write. A line that could
/// not be written whole is lost to the log, never to the caller: it is handed to `LostLine`,
/// counted, and the file is opened again by its name for the next line. Where a file ends in a
/// piece of a line, the next one begins with a newline, so that the piece damages nothing else. A
/// file that was deleted is opened again as well. What was appended survives the end of the
/// process, not of the power. Thread-safe. A-60..A-63
class LogFile {
 public:
  /// Takes a whole line, without newline, that is not in the log, and why. Called outside the lock,
  /// by the thread that appended.
  using LostLine = std::function<void(std::string_view line, const Error& why)>;
  /// Takes how many lines were lost in a row, when a line was written again. Called like LostLine.
  using Recovery = std::function<void(std::uint64_t lost)>;

  /// Opens nothing yet. `storage` must outlive this object.
  LogFile(LogOrigin origin, LogOptions options, LogStorage& storage, LostLine lost_line,
          Recovery recovery = {});

  /// Appends `record` with our node and run and the next seq, and returns that seq: 1 for the
  /// first. The file is that of the UTC day of the record's time; a record that comes from just
  /// before midnight when the new day's file is open already goes into that one, so that the lines
  /// of a run stand in the order of seq.
  std::uint64_t append(Record record);

  /// Appends a line that says what could not be done of what record `seq` says.
  void amend(std::uint64_t seq, WallTime time, std::string_view problem);

  /// Closes the file: the next line opens it again by its name, in `options.directory`. For log
  /// rotation and changed settings. Lines in flight are not lost.
  void reopen(LogOptions options);

  /// Writes what is in the system's buffers to the disk, now; appending goes on meanwhile.
  void sync();

  /// Does `work` between two lines: who has a line to append waits until it is done. For an end of
  /// the process that cuts no line in two. `work` may only read counters.
  void between_lines(const std::function<void()>& work);

  [[nodiscard]] LogCounters counters() const;

 private:
  struct State {
    LogOptions options;
    std::uint64_t last_seq = 0;
    /// The day that `stream` belongs to.
    std::chrono::sys_days day;
    /// Shared with a sync under way; null when no file is open.
    std::shared_ptr<LogStream> stream;
    /// The file ended in a piece of a line when it was opened.
    bool needs_newline = false;
    /// Lines lost since the last one that was written.
    std::uint64_t lost_in_a_row = 0;
    /// The time of the line behind which the log was last synced.
    WallTime synced{};
  };

  /// What became of one line.
  struct Outcome {
    /// Error: it is not in the log, at least not whole.
    Result<void> written;
    /// How many before it were not; 0 unless it was written.
    std::uint64_t lost_before = 0;
  };

  /// Opens the file for a line of that day, if it is not open.
  Result<void> prepare(State& state, std::chrono::sys_days day);
  /// Writes one line that ends in a newline.
  Outcome put(State& state, std::chrono::sys_days day, std::string_view line);
  /// The same, without counting.
  Result<void> try_to_put(State& state, std::chrono::sys_days day, std::string_view line);
  /// Counts the line, gives it away if it was lost, and says if it was the first after lost ones.
  void account(std::string_view line, const Outcome& outcome);
  /// Syncs if the options say that it is time.
  void sync_when_due(WallTime now);

  const LogOrigin origin_;
  LogStorage& storage_;
  const LostLine lost_line_;
  const Recovery recovery_;
  Guarded<State> state_;
  std::atomic<std::uint64_t> written_ = 0;
  std::atomic<std::uint64_t> lost_ = 0;
  std::atomic<std::uint64_t> failed_syncs_ = 0;
};

/// "aggregate-2026-05-01.jsonl".
[[nodiscard]] std::string log_file_name(std::chrono::sys_days day);

}  // namespace waarmerk::reporting
