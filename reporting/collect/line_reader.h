// A line of the log, read for what counts in reports and for nothing else: more than twice as fast
// as a whole record.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "reporting/record.h"

namespace waarmerk::reporting {

/// Reads lines of version 1, in any spelling that JSON allows. What it takes is what RecordParser
/// takes, with the same values; what RecordParser refuses for a member that is read here is refused
/// here. Members that are not read are only looked at as far as their ends must be found. Linear
/// time; keeps memory from line to line; one thread.
class LineReader {
 public:
  LineReader();
  ~LineReader();
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;

  /// The record that `line` holds, as far as it is read; nullptr if the line amends another one.
  /// Holds until the next call. It has: node, run, seq; of the facts time, exemption,
  /// oversized_header, internal_error, the client's address, sender and to_report_mailbox of the
  /// envelope, SPF of MAIL FROM, and of each signature result, cause, domain and selector; the
  /// evaluations with the record's text alone; of the decision action, applied and overrides.
  /// Error: `where` is the path of the member.
  [[nodiscard]] Result<const Record*> read(std::string_view line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace waarmerk::reporting
