// Which messages of the log are wanted.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "reporting/log_input.h"
#include "reporting/record.h"

namespace waarmerk::cli {

/// The filters as they were typed; an empty one lets everything through.
struct FilterOptions {
  /// An author domain, exactly; "*.x" is every name below x.
  std::string domain;
  /// A client address, a network, or a domain that was authenticated for the message: by a passing
  /// signature or an SPF pass of MAIL FROM; "*.x" as above.
  std::string source;
  /// A DMARC result: "pass", "fail", ...
  std::string verdict;
  /// What was done: "accept", "tag", "hold", "reject" or "defer".
  std::string action;
  /// As parse_moment() takes them; `until` itself is no longer wanted.
  std::string since;
  std::string until;
};

/// What the filters ask of a record; a value.
class LogFilter {
 public:
  /// Error: what is wrong with a filter, with its option ("--source") as place.
  [[nodiscard]] static Result<LogFilter> parse(const FilterOptions& options, WallTime now);

  /// True if every filter lets the record through.
  [[nodiscard]] bool wants(const reporting::Record& record) const;
  /// The days that wanted records can be of.
  [[nodiscard]] reporting::DayRange days() const;

 private:
  using Condition = std::function<bool(const reporting::Record&)>;
  std::vector<Condition> conditions_;
  std::optional<WallTime> since_;
  std::optional<WallTime> until_;
};

}  // namespace waarmerk::cli
