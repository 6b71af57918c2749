#include "cli/found_message.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace waarmerk::cli {
namespace {

/// The member as the writer of the log spells it: found by octets, a million lines take no parsing.
std::string spelled_member(std::string_view name, const std::string& text) {
  JsonWriter json;
  json.object_begin().field(name, text).object_end();
  const std::string object = json.take();
  return object.substr(1, object.size() - 2);
}

bool is_of(const reporting::Amendment& amendment, const reporting::Record& record) {
  return amendment.amends == record.seq && amendment.run == record.run &&
         amendment.node == record.node;
}

/// Reads a log line by line and keeps what belongs to one queue id.
class Search {
 public:
  explicit Search(const MessageSearch& wanted)
      : wanted_(wanted), member_(spelled_member("queue_id", wanted.queue_id)) {}

  Result<void> look_at(const reporting::LogLine& line) {
    const bool may_amend = !found_.empty() && line.text.contains("\"amends\":");
    if (!may_amend && !line.text.contains(member_)) return {};
    auto entry = parser_.parse(line.text);
    if (!entry) return fail(to_string(entry.error()), place_of(line));
    std::visit(Overloaded{[&](reporting::Record& record) { take(std::move(record), line); },
                          [&](reporting::Amendment& amendment) { take(std::move(amendment)); }},
               *entry);
    return {};
  }

  std::vector<FoundMessage> found() && { return std::move(found_); }

 private:
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
  const std::string member_;
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
  return std::move(search).found();
}

}  // namespace waarmerk::cli
