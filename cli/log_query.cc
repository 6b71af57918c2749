#include "cli/log_query.h"

#include <sysexits.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <ostream>
#include <unordered_map>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "cli/log_row.h"
#include "cli/table.h"
#include "reporting/log_reader.h"

namespace waarmerk::cli {
namespace {

using reporting::Record;
/// Takes a record that is wanted, and its line.
using Take = std::function<void(const Record& record, std::string_view line)>;

/// Gives every wanted record of the log to `take`. When it returns, no progress is shown any more.
Outcome<void> for_each_wanted(const LogQuestion& question, const Streams& streams,
                              const Take& take) {
  const auto filter = LogFilter::parse(question.filter, SystemClock().now());
  if (!filter) return failure(EX_USAGE, filter.error());
  auto lines = open_log(question.log, filter->days());
  if (!lines) return std::unexpected(lines.error());
  reporting::EntryReader entries(std::move(*lines));
  Progress progress(streams.err, question.progress);
  while (const auto entry = entries.next()) {
    progress.show(entries.lines().bytes_read(), entries.lines().bytes_total());
    if (!*entry) {
      progress.clear();
      streams.err << printable(to_string(entry->error()), 1000) << "\n";
      continue;
    }
    const auto* record = std::get_if<Record>(&(*entry)->entry);
    if (record != nullptr && filter->wants(*record)) take(*record, (*entry)->line.text);
  }
  progress.clear();
  say_unfinished(entries.lines(), streams);
  return {};
}

/// Ends the answer: 0, or 1 when nothing was found.
int end(bool found, const Streams& streams) {
  const int written = finish(streams);
  return written == EX_OK && !found ? kNothingFound : written;
}

/// The last messages that were found, in the form in which they will be printed.
template <typename Kept>
class Newest {
 public:
  explicit Newest(std::size_t limit) : limit_(limit) {}
  void add(Kept kept) {
    ++seen_;
    kept_.push_back(std::move(kept));
    if (kept_.size() > limit_) kept_.pop_front();
  }
  [[nodiscard]] const std::deque<Kept>& kept() const { return kept_; }
  void say_what_is_left_out(std::ostream& err) const {
    if (seen_ == kept_.size()) return;
    err << "note: these are the last " << kept_.size() << " of " << seen_
        << "; --limit shows more\n";
  }

 private:
  std::size_t limit_;
  std::size_t seen_ = 0;
  std::deque<Kept> kept_;
};

int query_as_table(const LogQuestion& question, const Streams& streams) {
  Newest<std::vector<std::string>> newest(question.limit);
  const auto asked = for_each_wanted(
      question, streams, [&](const Record& record, auto) { newest.add(record_cells(record)); });
  if (!asked) return complain(asked.error(), streams);
  Table table(record_columns());
  for (const auto& cells : newest.kept()) table.add(cells);
  if (!newest.kept().empty()) table.print(streams.out, question.width);
  newest.say_what_is_left_out(streams.err);
  return end(!newest.kept().empty(), streams);
}

int query_as_json(const LogQuestion& question, const Streams& streams) {
  Newest<std::string> newest(question.limit);
  const auto asked = for_each_wanted(question, streams, [&](const Record&, std::string_view line) {
    newest.add(std::string(line));
  });
  if (!asked) return complain(asked.error(), streams);
  const char* separator = "[";
  for (const std::string& line : newest.kept()) {
    streams.out << std::exchange(separator, ",\n") << line;
  }
  streams.out << (newest.kept().empty() ? "[]\n" : "]\n");
  newest.say_what_is_left_out(streams.err);
  return end(!newest.kept().empty(), streams);
}

// ---- Counting -----------------------------------------------------------------------------------

struct Count {
  std::string name;
  std::uint64_t messages = 0;
  std::uint64_t failed = 0;
  std::uint64_t acted = 0;

  void add(const Record& record) {
    const policy::DmarcEvaluation* dmarc = record.verdict.deciding_dmarc();
    ++messages;
    if (dmarc != nullptr && dmarc->result == policy::DmarcResult::Fail) ++failed;
    if (record.verdict.decision.action != policy::ActionKind::Accept) ++acted;
  }
};

/// Counts by a name, with bounded memory: names beyond the limit are counted together.
class Counts {
 public:
  void add(const std::string& name, const Record& record) {
    const bool is_new = !counts_.contains(name) && counts_.size() >= kMaxNames;
    Count& count = counts_[is_new ? "(others)" : name];
    if (count.name.empty()) count.name = is_new ? "(others)" : name;
    count.add(record);
  }

  /// The most frequent first; of equals, in the order of names.
  [[nodiscard]] std::vector<Count> most_frequent(std::size_t limit) const {
    std::vector<Count> all;
    all.reserve(counts_.size());
    for (const auto& [name, count] : counts_) all.push_back(count);
    std::ranges::sort(all, [](const Count& a, const Count& b) {
      return a.messages != b.messages ? a.messages > b.messages : a.name < b.name;
    });
    if (all.size() > limit) all.erase(all.begin() + static_cast<std::ptrdiff_t>(limit), all.end());
    return all;
  }

 private:
  static constexpr std::size_t kMaxNames = 200'000;
  std::unordered_map<std::string, Count> counts_;
};

void count_domains(const Record& record, Counts& counts) {
  for (const DomainName& domain : record.facts.author.domains) counts.add(domain.text(), record);
  if (record.facts.author.domains.empty()) counts.add("(no author domain)", record);
}

void count_sources(const Record& record, Counts& counts) {
  const auto& ip = record.facts.client.ip;
  counts.add(ip ? ip->text() : "(unknown)", record);
}

void count_reasons(const Record& record, Counts& counts) {
  const std::string& rule = record.verdict.decision.rule;
  counts.add(rule.empty() ? "(unknown)" : rule, record);
}

/// What is counted, and the heading of its column.
struct Counting {
  std::string_view by;
  std::string_view heading;
  std::string_view member;
  void (*count)(const Record& record, Counts& counts);
};
constexpr Counting kCountings[] = {
    {"domains", "DOMAIN", "domain", count_domains},
    {"sources", "SOURCE", "source", count_sources},
    {"reasons", "REASON", "reason", count_reasons},
};

void print_counts(const std::vector<Count>& counts, const Counting& counting,
                  const LogQuestion& question, std::ostream& out) {
  Table table({{"MESSAGES", Align::Right},
               {"DMARC-FAIL", Align::Right},
               {"NOT-ACCEPTED", Align::Right},
               {counting.heading}});
  for (const Count& count : counts) {
    table.add({std::to_string(count.messages), std::to_string(count.failed),
               std::to_string(count.acted), count.name});
  }
  if (!counts.empty()) table.print(out, question.width);
}

void write_counts(const std::vector<Count>& counts, const Counting& counting, std::ostream& out) {
  JsonWriter json;
  json.array_begin();
  for (const Count& count : counts) {
    json.object_begin().field(counting.member, count.name).field("messages", count.messages);
    json.field("dmarc_fail", count.failed).field("not_accepted", count.acted).object_end();
  }
  json.array_end();
  out << json.text() << "\n";
}

}  // namespace

int log_query(const LogQuestion& question, Output output, const Streams& streams) {
  switch (output) {
    case Output::Text:
      return query_as_table(question, streams);
    case Output::Json:
      return query_as_json(question, streams);
  }
  return EX_SOFTWARE;
}

int log_top(const std::string& by, const LogQuestion& question, Output output,
            const Streams& streams) {
  const auto* const found = std::ranges::find(kCountings, by, &Counting::by);
  if (found == std::end(kCountings)) {
    return complain(
        {EX_USAGE,
         {{"cannot count by \"" + printable(by, 60) + "\"; expected domains, sources or reasons",
           "top"}}},
        streams);
  }
  const Counting& counting = *found;
  Counts counts;
  const auto asked = for_each_wanted(
      question, streams, [&](const Record& record, auto) { counting.count(record, counts); });
  if (!asked) return complain(asked.error(), streams);
  const auto top = counts.most_frequent(question.limit);
  switch (output) {
    case Output::Text:
      print_counts(top, counting, question, streams.out);
      break;
    case Output::Json:
      write_counts(top, counting, streams.out);
      break;
  }
  return end(!top.empty(), streams);
}

}  // namespace waarmerk::cli
