#include "cli/explain.h"

#include <sysexits.h>

#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include "base/text.h"
#include "cli/dns_change.h"
#include "cli/files.h"
#include "cli/found_message.h"
#include "cli/moment.h"
#include "cli/resolver.h"
#include "cli/settings.h"
#include "cli/story.h"
#include "cli/today.h"
#include "policy/explain.h"
#include "reporting/record_text.h"

namespace waarmerk::cli {
namespace {

/// A message with what the DNS says now.
struct Compared {
  std::vector<DnsChange> changes;
  Today today;
};

/// Asks today's DNS, if that is wanted.
class Comparison {
 public:
  static Outcome<Comparison> open(const ExplainOptions& options) {
    Comparison comparison;
    switch (options.compare) {
      case CompareDns::No:
        return comparison;
      case CompareDns::WithNow:
        break;
    }
    auto settings = load_usual_settings(options.log.config_file);
    if (!settings) return std::unexpected(std::move(settings.error()));
    auto resolver = open_resolver(options.zone_file, *settings, *comparison.clock_);
    if (!resolver) return std::unexpected(std::move(resolver.error()));
    comparison.resolver_ = std::move(*resolver);
    comparison.settings_ = std::move(*settings);
    return comparison;
  }

  /// nullopt where it is not wanted.
  std::optional<Compared> compare(const reporting::Record& record) {
    if (!resolver_) return std::nullopt;
    dns::Lookup& lookup = resolver_->lookup();
    return Compared{.changes = ask_again(record, lookup, deadline()),
                    .today = judge_today(record, settings_, lookup, deadline())};
  }

 private:
  [[nodiscard]] Instant deadline() const {
    return clock_->instant() + settings_.dns.message_budget;
  }

  /// The resolver keeps a reference to it.
  std::unique_ptr<SystemClock> clock_ = std::make_unique<SystemClock>();
  policy::Settings settings_;
  std::unique_ptr<Resolver> resolver_;
};

/// What the record says of itself, and what came after it.
std::vector<policy::Paragraph> epilogue(const FoundMessage& message) {
  std::vector<policy::Paragraph> paragraphs;
  if (!message.record.cut.empty()) {
    policy::Paragraph cut{"Left out", {}};
    for (const std::string& member : message.record.cut) {
      cut.sentences.push_back(printable("The log holds less of " + member + " than was known."));
    }
    paragraphs.push_back(std::move(cut));
  }
  policy::Paragraph after{"Afterwards", {}};
  for (const reporting::Amendment& amendment : message.amendments) {
    after.sentences.push_back(
        printable(reporting::timestamp(amendment.time) + ": " + amendment.problem, 1200));
  }
  if (!after.sentences.empty()) paragraphs.push_back(std::move(after));
  return paragraphs;
}

std::string headline(const FoundMessage& message) {
  const reporting::Record& record = message.record;
  const std::string& id = record.facts.queue_id;
  std::string line = "Message " + (id.empty() ? "without a queue id" : id) + " of " +
                     reporting::timestamp(record.facts.time);
  if (!record.node.empty()) line += ", seen by " + record.node;
  line += ", mode " + std::string(reporting::to_word(record.mode));
  if (!message.place.empty()) line += " (" + message.place + ")";
  return printable(line, 600);
}

/// Writes one message after the other, as text or as the elements of one JSON array.
class Teller {
 public:
  Teller(Comparison comparison, Output output, const Streams& streams)
      : comparison_(std::move(comparison)), output_(output), out_(streams.out) {}

  void tell(const FoundMessage& message) {
    auto story = policy::explain(message.record.facts, message.record.verdict);
    for (policy::Paragraph& paragraph : epilogue(message)) story.push_back(std::move(paragraph));
    const auto compared = comparison_.compare(message.record);
    switch (output_) {
      case Output::Text:
        out_ << (told_ == 0 ? "" : "\n") << headline(message) << "\n\n";
        if (compared) {
          story.push_back(tell_changes(compared->changes));
          story.push_back(tell_today(message.record, compared->today));
        }
        write_story(story, out_);
        break;
      case Output::Json:
        out_ << (told_ == 0 ? "[" : ",\n") << as_json(message, story, compared);
        break;
    }
    ++told_;
  }

  void end() {
    if (output_ == Output::Json) out_ << (told_ == 0 ? "[]\n" : "]\n");
  }
  [[nodiscard]] std::size_t told() const { return told_; }

 private:
  static std::string as_json(const FoundMessage& message,
                             const std::vector<policy::Paragraph>& story,
                             const std::optional<Compared>& compared) {
    JsonWriter json;
    json.object_begin().field("place", message.place).key("record").object_begin();
    reporting::write_record_members(json, message.record);
    json.object_end().key("amendments").array_begin();
    for (const reporting::Amendment& amendment : message.amendments) {
      json.object_begin().field("time", reporting::timestamp(amendment.time));
      json.field("problem", amendment.problem).object_end();
    }
    json.array_end();
    write_story(story, json);
    if (compared) {
      write_changes(compared->changes, json);
      write_today(message.record, compared->today, json);
    }
    json.object_end();
    return json.take();
  }

  Comparison comparison_;
  Output output_;
  std::ostream& out_;
  std::size_t told_ = 0;
};

/// One line that was given as an argument.
Outcome<void> tell_line(const std::string& line, Teller& teller) {
  auto record = reporting::parse_record(line);
  if (!record) return failure(EX_DATAERR, {to_string(record.error()), "the line"});
  teller.tell({std::move(*record), {}, {}});
  return {};
}

/// Lines on standard input, told as they come: there may be any number. What amends one that was
/// told stands by itself.
Outcome<void> tell_input(std::optional<WallTime> since, Teller& teller, const Streams& streams) {
  auto lines = reporting::LogReader::open({"-"});
  if (!lines) return failure(EX_NOINPUT, lines.error());
  reporting::EntryReader entries(std::move(*lines));
  while (auto entry = entries.next()) {
    if (!*entry) {
      streams.err << printable(to_string(entry->error()), 1000) << "\n";
    } else if (auto* record = std::get_if<reporting::Record>(&(*entry)->entry)) {
      if (since && record->facts.time < *since) continue;
      teller.tell({std::move(*record), place_of((*entry)->line), {}});
    } else if (const auto* amendment = std::get_if<reporting::Amendment>(&(*entry)->entry)) {
      streams.err << printable(place_of((*entry)->line) + ": note: amends record " +
                                   std::to_string(amendment->amends) + ": " + amendment->problem,
                               1000)
                  << "\n";
    }
  }
  return {};
}

reporting::DayRange days_from(std::optional<WallTime> since) {
  if (!since) return {};
  return {.first = std::chrono::floor<std::chrono::days>(*since), .last = std::nullopt};
}

Outcome<void> tell_queue_id(const ExplainOptions& options, std::optional<WallTime> since,
                            Teller& teller, const Streams& streams) {
  auto lines = open_log(options.log, days_from(since));
  if (!lines) return std::unexpected(lines.error());
  for (const auto& message : find_messages(*lines, {options.what, since}, streams)) {
    teller.tell(message);
  }
  if (teller.told() == 0) {
    streams.err << printable("no message with the queue id \"" + options.what + "\" in " +
                             std::to_string(lines->files().size()) + " file(s) of the log")
                << "\n";
  }
  return {};
}

Outcome<void> tell_all(const ExplainOptions& options, Teller& teller, const Streams& streams) {
  const auto since = moment_of_option("--since", options.since, SystemClock().now());
  if (!since) return failure(EX_USAGE, since.error());
  if (options.what == "-") return tell_input(*since, teller, streams);
  if (options.what.starts_with('{')) return tell_line(options.what, teller);
  return tell_queue_id(options, *since, teller, streams);
}

}  // namespace

int explain(const ExplainOptions& options, Output output, const Streams& streams) {
  const auto once =
      expect_one_standard_input({options.what, options.log.config_file, options.zone_file});
  if (!once) return complain({EX_USAGE, {once.error()}}, streams);
  auto comparison = Comparison::open(options);
  if (!comparison) return complain(comparison.error(), streams);
  Teller teller(std::move(*comparison), output, streams);
  if (const auto told = tell_all(options, teller, streams); !told) {
    return complain(told.error(), streams);
  }
  teller.end();
  const int written = finish(streams);
  return written == EX_OK && teller.told() == 0 ? kNothingFound : written;
}

}  // namespace waarmerk::cli
