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

/// What is printed of a line; nullopt for one that is not wanted. Error: what is to be said of it.
using Printed = Result<std::optional<std::string>>;

/// Makes what is printed of the lines of the log.
class LinePrinter {
 public:
  LinePrinter(LogFilter filter, Output output) : filter_(std::move(filter)), output_(output) {}

  Printed print(const Result<reporting::LogLine>& line) {
    if (!line) return std::unexpected(line.error());
    const auto entry = parser_.parse(line->text);
    if (!entry) return fail(to_string(entry.error()), place_of(*line));
    return std::visit(
        Overloaded{
            [&](const reporting::Record& record) {
              return filter_.wants(record) ? formed(record, line->text) : std::nullopt;
            },
            [&](const reporting::Amendment& amendment) { return formed(amendment, line->text); }},
        *entry);
  }

 private:
  std::optional<std::string> formed(const reporting::Record& record, std::string_view line) const {
    return output_ == Output::Json ? std::string(line) : record_line(record);
  }
  std::optional<std::string> formed(const reporting::Amendment& amendment,
                                    std::string_view line) const {
    return output_ == Output::Json ? std::string(line) : amendment_line(amendment);
  }

  LogFilter filter_;
  Output output_;
  reporting::RecordParser parser_;
};

/// The directory or file to follow.
Outcome<std::string> find_place(const LogPlaces& log) {
  const auto places = find_log(log);
  if (!places) return std::unexpected(places.error());
  if (places->size() != 1) return failure(EX_USAGE, {"expected one directory", "--log"});
  const std::string& place = places->front();
  if (place == "-") {
    return failure(EX_USAGE, {"nothing comes after the end of standard input; expected a directory "
                              "or a file (log query reads standard input)",
                              "--log"});
  }
  if (reporting::is_packed(place)) {
    return failure(EX_USAGE, {"is packed, so nobody adds to it; expected a directory or a plain "
                              "file (log query reads packed ones)",
                              place});
  }
  return place;
}

/// The last of some texts, at most so many.
class Newest {
 public:
  explicit Newest(std::size_t limit) : limit_(limit) {}
  void add(std::string text) {
    texts_.push_back(std::move(text));
    if (texts_.size() > limit_) texts_.pop_front();
  }
  [[nodiscard]] std::size_t size() const { return texts_.size(); }
  void print(std::ostream& out) const {
    for (const std::string& text : texts_) out << text << "\n";
  }

 private:
  std::size_t limit_;
  std::deque<std::string> texts_;
};

std::string complaint(const Error& error) { return printable(to_string(error), 1000); }

/// A log that was read to its end, and what is to be printed of it.
struct End {
  std::unique_ptr<reporting::LogFollower> log;
  Newest lines;
  /// Of damage among those lines.
  Newest complaints;
};

/// Reads the last `octets`.
Outcome<End> read_end(const std::string& place, std::uint64_t octets, std::size_t count,
                      LinePrinter& printer) {
  constexpr std::size_t kMaxComplaints = 100;
  auto log = reporting::LogFollower::open(place, octets);
  if (!log) return failure(EX_NOINPUT, log.error());
  End end{std::move(*log), Newest(count), Newest(kMaxComplaints)};
  while (const auto line = end.log->next()) {
    auto printed = printer.print(*line);
    if (!printed) {
      end.complaints.add(complaint(printed.error()));
    } else if (*printed) {
      end.lines.add(std::move(**printed));
    }
  }
  return end;
}

/// Reads from ever further back until there are `count` lines or the file has no more: what is
/// wanted may be rare. In all that is less than three times the file.
Outcome<End> read_far_enough(const std::string& place, std::size_t count, LinePrinter& printer) {
  constexpr std::uint64_t kUsualLine = 4096;
  std::uint64_t octets = count == 0 ? 0 : reporting::kMaxLine + count * kUsualLine;
  for (;;) {
    auto end = read_end(place, octets, count, printer);
    if (!end || end->lines.size() >= count || !end->log->begins_inside()) return end;
    octets *= 4;
  }
}

void follow(reporting::LogFollower& log, LinePrinter& printer, const Streams& streams,
            const std::function<bool()>& should_end) {
  while (streams.out.flush() && !should_end()) {
    log.wait(std::chrono::seconds(1));
    while (const auto line = log.next()) {
      const auto printed = printer.print(*line);
      if (!printed) {
        streams.err << complaint(printed.error()) << "\n";
      } else if (*printed) {
        streams.out << **printed << "\n";
      }
    }
  }
}

}  // namespace

int log_tail(const TailOptions& options, Output output, const Streams& streams,
             const std::function<bool()>& should_end) {
  auto filter = LogFilter::parse(options.filter, SystemClock().now());
  if (!filter) return complain({EX_USAGE, {filter.error()}}, streams);
  const auto place = find_place(options.log);
  if (!place) return complain(place.error(), streams);
  LinePrinter printer(std::move(*filter), output);
  const std::size_t count = std::min(options.lines, kMaxTail);
  const auto end = read_far_enough(*place, count, printer);
  if (!end) return complain(end.error(), streams);
  end->complaints.print(streams.err);
  end->lines.print(streams.out);
  switch (options.follow) {
    case Follow::No:
      break;
    case Follow::Yes:
      follow(*end->log, printer, streams, should_end);
      return finish(streams);
  }
  const int written = finish(streams);
  const bool found_nothing = count > 0 && end->lines.size() == 0;
  return written == EX_OK && found_nothing ? kNothingFound : written;
}

}  // namespace waarmerk::cli
