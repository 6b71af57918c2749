// One message in the aggregate log: everything that was known of it, and what was decided. The
// format is a public contract, version 1; docs/log-format.md describes it for the people who read
// it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "policy/facts.h"
#include "policy/settings.h"
#include "policy/verdict.h"

namespace waarmerk::reporting {

/// Version of the line format, its member "v". A reader refuses every other one.
inline constexpr std::uint64_t kLogVersion = 1;
/// A line has at most so many octets, its newline included.
inline constexpr std::size_t kMaxLine = std::size_t{64} * 1024;
/// A text has at most so many octets; what is beyond is cut at a whole character.
inline constexpr std::size_t kMaxText = 1024;
/// At most so many signatures of a message are written.
inline constexpr std::size_t kMaxSignatures = 100;

/// Where the time of a message went.
struct Timings {
  /// From MAIL to the end of the message: the sender and the mail server.
  std::chrono::microseconds receive{0};
  /// Waiting for the DNS and verifying, after the end of the message.
  std::chrono::microseconds gather{0};
  /// The decision.
  std::chrono::microseconds evaluate{0};

  bool operator==(const Timings&) const = default;
};

/// One line for one message.
struct Record {
  /// The host that wrote it, and its process: start time and pid. Both from the settings and the
  /// daemon; with `seq` they name the record.
  std::string node;
  std::string run;
  /// Counts the records of a run from 1, in the order of the file; a gap is a lost line.
  std::uint64_t seq = 0;
  policy::Mode mode = policy::Mode::Enforce;
  policy::Engine engine = policy::Engine::Native;
  policy::Facts facts;
  policy::Verdict verdict;
  Timings timings;
  /// The members that hold less than was known, e.g. "dkim[].reason" or "dns[]": a text was
  /// shortened or held octets that are no UTF-8, or entries of a list were left out.
  std::vector<std::string> cut;

  bool operator==(const Record&) const = default;
};

/// One line that corrects an earlier one of the same run: what was decided there could not be done.
struct Amendment {
  std::string node;
  std::string run;
  /// The record that is amended.
  std::uint64_t amends = 0;
  WallTime time{};
  /// What went wrong, one sentence.
  std::string problem;

  bool operator==(const Amendment&) const = default;
};

using LogEntry = std::variant<Record, Amendment>;

/// The record as one JSON line without its newline; printable ASCII, shorter than kMaxLine.
/// What does not fit is left out in the order of docs/log-format.md and named in "cut".
/// `parse_record(write_record(r)) == r` for every r that is not cut, and
/// `write_record(parse_record(line)) == line` for every line written here. Pure; thread-safe. A-60,
///
[[nodiscard]] std::string write_record(const Record& record);

/// Puts `seq` into a line that write_record made of a record with seq 0: the result is the line of
/// the same record with that seq. So a line can be written before its number is known.
[[nodiscard]] std::string with_seq(std::string line, std::uint64_t seq);

/// Adds the members of the record's line to the object that is open in `json`: the log object
/// exactly, cuts included, to which the caller adds members of its own.
void write_record_members(JsonWriter& json, const Record& record);

/// The amendment as one JSON line without its newline.
[[nodiscard]] std::string write_amendment(const Amendment& amendment);

/// Reads lines of the log. Members that are unknown are ignored, so that later programs can add
/// some; a known member that is missing or has the wrong type or an unknown word is an error, and
/// so is another version. Linear time; never throws on input. Keeps memory from line to line; one
/// thread.
class RecordParser {
 public:
  RecordParser();
  ~RecordParser();
  RecordParser(RecordParser&&) noexcept;
  RecordParser& operator=(RecordParser&&) noexcept;

  /// The record or amendment that `line` holds. Error: `where` is the path of the member.
  [[nodiscard]] Result<LogEntry> parse(std::string_view line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The record in one line; a line that amends is an error. For many lines a RecordParser is faster.
[[nodiscard]] Result<Record> parse_record(std::string_view line);

}  // namespace waarmerk::reporting
