// The lines of files into a replay: of our own log and of OpenDMARC's history, told apart by what
// they hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "reporting/log_reader.h"
#include "reporting/opendmarc_history.h"
#include "reporting/record.h"
#include "reporting/replay.h"

namespace waarmerk::reporting {

/// Messages that count: those that ended in [since, until). What is not given is no limit.
struct TimeSpan {
  std::optional<WallTime> since;
  std::optional<WallTime> until;

  [[nodiscard]] bool contains(WallTime time) const {
    return (!since || time >= *since) && (!until || time < *until);
  }
};

/// Takes the lines of one file after the other. A file is of the kind of the first line that looks
/// like one: `{` begins a line of the log, "job " a message of a history. Lines of the other kind
/// are damage. One thread.
class ReplayInput {
 public:
  /// `replay` must outlive this object.
  ReplayInput(Replay& replay, const TimeSpan& span) : replay_(replay), span_(span) {}

  /// Takes a line. Returns what is wrong with it, and with the message of a history that it ends;
  /// then reading may go on.
  [[nodiscard]] std::vector<Error> take(const LogLine& line);
  /// The end of the last file. Returns the same.
  [[nodiscard]] std::optional<Error> finish();

  /// Messages that came from a history file.
  [[nodiscard]] std::uint64_t history_messages() const { return history_messages_; }

 private:
  enum class Kind : std::uint8_t { Unknown, Log, History };

  void determine_kind(std::string_view text);
  std::optional<Error> take_known(const LogLine& line);
  std::optional<Error> take_record(const LogLine& line);
  std::optional<Error> take_history(const LogLine& line);
  std::optional<Error> count(std::optional<Result<HistoryMessage>> message);

  Replay& replay_;
  TimeSpan span_;
  RecordParser parser_;
  HistoryReader history_;
  Kind kind_ = Kind::Unknown;
  std::string file_;
  /// Where the message of the history begins that is being read.
  std::string history_place_;
  std::uint64_t history_messages_ = 0;
};

}  // namespace waarmerk::reporting
