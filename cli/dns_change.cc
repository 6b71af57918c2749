#include "cli/dns_change.h"

#include <algorithm>

#include "base/text.h"
#include "dns/recording.h"
#include "policy/gather.h"

namespace waarmerk::cli {
namespace {

/// Sorted: name servers turn them round.
std::vector<std::string> sorted_records(const policy::DnsTrace& trace) {
  std::vector<std::string> records = policy::records_of(trace);
  std::ranges::sort(records);
  return records;
}

bool differ(const policy::DnsTrace& then, const policy::DnsTrace& now) {
  if (then.status != now.status || then.security != now.security) return true;
  // The words about an error are the resolver's, not the domain's.
  return !dns::is_error(then.status) && sorted_records(then) != sorted_records(now);
}

std::string state_phrase(const policy::DnsTrace& trace) {
  std::string phrase(to_string(trace.status));
  if (trace.status == dns::Status::Found && !trace.text.empty()) phrase = '"' + trace.text + '"';
  return phrase + " (DNSSEC: " + std::string(to_string(trace.security)) + ")";
}

void write_state(std::string_view key, const policy::DnsTrace& trace, JsonWriter& json) {
  json.key(key).object_begin().field("status", to_string(trace.status));
  json.field("dnssec", to_string(trace.security)).field("text", trace.text).object_end();
}

}  // namespace

std::vector<DnsChange> ask_again(const std::vector<policy::DnsTrace>& then, dns::Lookup& lookup,
                                 Instant deadline) {
  dns::MessageLookup asked(lookup, {.prefetches = then.size(), .questions = then.size()});
  for (const auto& trace : then) asked.prefetch({trace.name, trace.type});
  std::vector<DnsChange> changes;
  for (const policy::DnsTrace& trace : then) {
    const dns::Question question{trace.name, trace.type};
    policy::DnsTrace now = policy::trace_of(question, *asked.get(question, deadline));
    const bool changed = differ(trace, now);
    changes.push_back({trace, std::move(now), changed});
  }
  return changes;
}

policy::Paragraph tell_changes(const std::vector<DnsChange>& changes) {
  policy::Paragraph paragraph{"DNS now", {}};
  if (changes.empty()) return {"DNS now", {"The message asked nothing."}};
  for (const DnsChange& change : changes) {
    if (!change.changed) continue;
    paragraph.sentences.push_back(printable(
        change.then.name.text() + " " + std::string(to_string(change.then.type)) + ": then " +
            state_phrase(change.then) + ", now " + state_phrase(change.now) + ".",
        2600));
  }
  const std::size_t changed = paragraph.sentences.size();
  paragraph.sentences.push_back(changed == 0 ? "Every answer is as it was then."
                                             : std::to_string(changes.size() - changed) + " of " +
                                                   std::to_string(changes.size()) +
                                                   " answers are as they were then.");
  return paragraph;
}

void write_changes(const std::vector<DnsChange>& changes, JsonWriter& json) {
  json.key("dns_now").array_begin();
  for (const DnsChange& change : changes) {
    json.object_begin().field("name", change.then.name.text());
    json.field("type", to_string(change.then.type)).field("changed", change.changed);
    write_state("then", change.then, json);
    write_state("now", change.now, json);
    json.object_end();
  }
  json.array_end();
}

}  // namespace waarmerk::cli
