#include "cli/found_message.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "base/text.h"
#include "cli/log_places.h"
#include "reporting/line_head.h"

namespace waarmerk::cli {
namespace {

bool is_of(const reporting::Amendment& amendment, const reporting::Record& record) {
  return amendment.amends == record.seq && amendment.run == record.run &&
         amendment.node == record.node;
}

/// Reads a log line by line and keeps what belongs to one queue id.
class Search {
 public:
  explicit Search(const MessageSearch& wanted) : wanted_(wanted) {}

  Result<void> look_at(const reporting::LogLine& line) {
    if (is_of_another(line.text)) return {};
    auto entry = parser_.parse(line.text);
    if (!entry) return fail(to_string(entry.error()), place_of(line));
    std::visit(Overloaded{[&](reporting::Record& record) { take(std::move(record), line); },
                          [&](reporting::Amendment& amendment) { take(std::move(amendment)); }},
               *entry);
    return {};
  }

  std::vector<FoundMessage> found() && { return std::move(found_); }

 private:
  /// True if the beginning of a line shows that it is not wanted, as of nearly every line: a
  /// million of them take no parsing. Another spelling than the writer's shows nothing.
  [[nodiscard]] bool is_of_another(std::string_view line) const {
    if (const auto head = reporting::head_of(line)) return head->queue_id != wanted_.queue_id;
    return found_.empty() && line.starts_with(R"({"v":1,"amends":)");
  }

  void take(reporting::Record record, const reporting::LogLine& line) {
    if (record.facts.queue_id != wanted_.queue_id) return;
    if (wanted_.since && record.facts.time < *wanted_.since) return;
    found_.push_back({std::move(record), place_of(line), {}});
  }
  void take(reporting::Amendment amendment) {
    const auto message = std::ranges::find_if(
        found_, [&](const FoundMessage& candidate) { return is_of(amendment, candidate.record); });
    if (message != found_.end()) message->amendments.push_back(std::move(amendment));
  }

  const MessageSearch& wanted_;
  reporting::RecordParser parser_;
  std::vector<FoundMessage> found_;
};

}  // namespace

std::vector<FoundMessage> find_messages(reporting::LogReader& lines, const MessageSearch& wanted,
                                        const Streams& streams) {
  Search search(wanted);
  while (const auto line = lines.next()) {
    const auto looked =
        *line ? search.look_at(**line) : Result<void>(fail(to_string(line->error())));
    if (!looked) streams.err << printable(to_string(looked.error()), 1000) << "\n";
  }
  say_unfinished(lines, streams);
  return std::move(search).found();
}

}  // namespace waarmerk::cli
