#include "cli/dns_change.h"

#include <algorithm>

#include "base/quoted.h"
#include "base/text.h"
#include "dns/recording.h"
#include "policy/gather.h"
#include "policy/story.h"

namespace waarmerk::cli {
namespace {

/// Sorted: name servers turn them round.
std::vector<std::string> sorted_records(const policy::DnsTrace& trace) {
  std::vector<std::string> records = policy::records_of(trace);
  std::ranges::sort(records);
  return records;
}

bool is_text_cut(const reporting::Record& record) {
  return std::ranges::find(record.cut, "dns[].text") != record.cut.end();
}

Sameness compare(const policy::DnsTrace& then, const policy::DnsTrace& now,
                 const reporting::Record& record) {
  if (then.status != now.status || then.security != now.security) return Sameness::Changed;
  // The words about an error are the resolver's, not the domain's.
  if (dns::is_error(then.status) || sorted_records(then) == sorted_records(now)) {
    return Sameness::Same;
  }
  return then.text.empty() && is_text_cut(record) ? Sameness::Unknown : Sameness::Changed;
}

std::string state_phrase(const policy::DnsTrace& trace) {
  std::string phrase(to_string(trace.status));
  if (trace.status == dns::Status::Found && !trace.text.empty()) {
    phrase = in_quotes(trace.text, trace.text.size());
  }
  return phrase + " (DNSSEC: " + std::string(to_string(trace.security)) + ")";
}

std::string change_sentence(const DnsChange& change) {
  const policy::DnsTrace& then = change.then;
  return printable(policy::story::word(then.name.text()) + " " + std::string(to_string(then.type)) +
                       ": then " + state_phrase(then) + ", now " + state_phrase(change.now) + ".",
                   2600);
}

std::string counts(std::size_t same, std::size_t unknown, std::size_t all) {
  if (same == all) return "Every answer is as it was then.";
  std::string sentence =
      std::to_string(same) + " of " + std::to_string(all) + " answers are as they were then";
  if (unknown > 0) {
    sentence += "; of " + std::to_string(unknown) + " the log does not hold what they said";
  }
  return sentence + ".";
}

void write_state(std::string_view key, const policy::DnsTrace& trace, JsonWriter& json) {
  json.key(key).object_begin().field("status", to_string(trace.status));
  json.field("dnssec", to_string(trace.security)).field("text", trace.text).object_end();
}

}  // namespace

std::vector<DnsChange> ask_again(const reporting::Record& then, dns::Lookup& lookup,
                                 Instant deadline) {
  const auto& traces = then.facts.dns;
  dns::MessageLookup asked(lookup, {.prefetches = traces.size(), .questions = traces.size()});
  for (const auto& trace : traces) asked.prefetch({trace.name, trace.type});
  std::vector<DnsChange> changes;
  for (const policy::DnsTrace& trace : traces) {
    const dns::Question question{trace.name, trace.type};
    policy::DnsTrace now = policy::trace_of(question, *asked.get(question, deadline));
    const Sameness sameness = compare(trace, now, then);
    changes.push_back({trace, std::move(now), sameness});
  }
  return changes;
}

policy::Paragraph tell_changes(const std::vector<DnsChange>& changes) {
  policy::Paragraph paragraph{"DNS now", {}};
  if (changes.empty()) return {"DNS now", {"The message asked nothing."}};
  for (const DnsChange& change : changes) {
    if (change.sameness == Sameness::Changed) {
      paragraph.sentences.push_back(change_sentence(change));
    }
  }
  const auto count = [&changes](Sameness sameness) {
    return static_cast<std::size_t>(std::ranges::count(changes, sameness, &DnsChange::sameness));
  };
  paragraph.sentences.push_back(
      counts(count(Sameness::Same), count(Sameness::Unknown), changes.size()));
  return paragraph;
}

void write_changes(const std::vector<DnsChange>& changes, JsonWriter& json) {
  json.key("dns_now").array_begin();
  for (const DnsChange& change : changes) {
    json.object_begin().field("name", change.then.name.text());
    json.field("type", to_string(change.then.type)).key("changed");
    if (change.sameness == Sameness::Unknown) {
      json.null();
    } else {
      json.boolean(change.sameness == Sameness::Changed);
    }
    write_state("then", change.then, json);
    write_state("now", change.now, json);
    json.object_end();
  }
  json.array_end();
}

}  // namespace waarmerk::cli
