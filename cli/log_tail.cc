#include "cli/log_tail.h"

#include <sysexits.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "base/text.h"
#include "cli/log_row.h"
#include "reporting/log_follower.h"

namespace waarmerk::cli {
namespace {

/// Makes what is printed of the lines of the log.
class LinePrinter {
 public:
  LinePrinter(LogFilter filter, Output output, std::ostream& err)
      : filter_(std::move(filter)), output_(output), err_(err) {}

  /// nullopt for a line that is not wanted, or that is damaged.
  std::optional<std::string> print(const Result<reporting::LogLine>& line) {
    if (!line) return say(line.error());
    const auto entry = parser_.parse(line->text);
    if (!entry) return say({to_string(entry.error()), place_of(*line)});
    return std::visit(
        Overloaded{
            [&](const reporting::Record& record) {
              return filter_.wants(record) ? formed(record, line->text) : std::nullopt;
            },
            [&](const reporting::Amendment& amendment) { return formed(amendment, line->text); }},
        *entry);
  }

 private:
  std::optional<std::string> say(const Error& error) {
    err_ << printable(to_string(error), 1000) << "\n";
    return std::nullopt;
  }
  std::optional<std::string> formed(const reporting::Record& record, std::string_view line) const {
    return output_ == Output::Json ? std::string(line) : record_line(record);
  }
  std::optional<std::string> formed(const reporting::Amendment& amendment,
                                    std::string_view line) const {
    return output_ == Output::Json ? std::string(line) : amendment_line(amendment);
  }

  LogFilter filter_;
  Output output_;
  std::ostream& err_;
  reporting::RecordParser parser_;
};

Outcome<std::unique_ptr<reporting::LogFollower>> open_follower(const TailOptions& options) {
  const auto places = find_log(options.log);
  if (!places) return std::unexpected(places.error());
  if (places->size() != 1) return failure(EX_USAGE, {"expected one directory", "--log"});
  auto follower = reporting::LogFollower::open(
      places->front(), std::min(options.lines, kMaxTail) * reporting::kMaxLine);
  if (!follower) return failure(EX_NOINPUT, follower.error());
  return std::move(*follower);
}

/// What is there at first: only the last lines are printed.
void print_last(std::size_t count, reporting::LogFollower& log, LinePrinter& printer,
                std::ostream& out) {
  std::deque<std::string> last;
  while (const auto line = log.next()) {
    auto printed = printer.print(*line);
    if (!printed) continue;
    last.push_back(std::move(*printed));
    if (last.size() > count) last.pop_front();
  }
  for (const std::string& line : last) out << line << "\n";
}

void follow(reporting::LogFollower& log, LinePrinter& printer, std::ostream& out,
            const std::function<bool()>& should_end) {
  while (out.flush() && !should_end()) {
    log.wait(std::chrono::seconds(1));
    while (const auto line = log.next()) {
      if (const auto printed = printer.print(*line)) out << *printed << "\n";
    }
  }
}

}  // namespace

int log_tail(const TailOptions& options, Output output, const Streams& streams,
             const std::function<bool()>& should_end) {
  auto filter = LogFilter::parse(options.filter, SystemClock().now());
  if (!filter) return complain({EX_USAGE, {filter.error()}}, streams);
  const auto log = open_follower(options);
  if (!log) return complain(log.error(), streams);
  LinePrinter printer(std::move(*filter), output, streams.err);
  print_last(options.lines, **log, printer, streams.out);
  switch (options.follow) {
    case Follow::No:
      break;
    case Follow::Yes:
      follow(**log, printer, streams.out, should_end);
      break;
  }
  return finish(streams);
}

}  // namespace waarmerk::cli
