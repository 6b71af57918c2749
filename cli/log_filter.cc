#include "cli/log_filter.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cli/moment.h"

namespace waarmerk::cli {
namespace {

using reporting::Record;
using Condition = std::function<bool(const Record&)>;

/// One name, or with "*." every name below it.
struct NamePattern {
  DomainName name;
  bool below = false;

  static Result<NamePattern> parse(std::string_view text) {
    const bool below = text.starts_with("*.");
    auto name = DomainName::parse(below ? text.substr(2) : text);
    if (!name) return std::unexpected(std::move(name.error()));
    return NamePattern{std::move(*name), below};
  }
  [[nodiscard]] bool matches(const DomainName& candidate) const {
    if (!below) return candidate == name;
    return candidate != name && candidate.is_at_or_below(name);
  }
};

bool was_authenticated(const policy::Facts& facts, const NamePattern& pattern) {
  const auto passes = [&pattern](const policy::DkimOutcome& signature) {
    return signature.result == policy::DkimResult::Pass && signature.domain &&
           pattern.matches(*signature.domain);
  };
  const policy::SpfOutcome& spf = facts.spf_mail_from;
  return (spf.result == policy::SpfResult::Pass && spf.domain && pattern.matches(*spf.domain)) ||
         std::ranges::any_of(facts.dkim, passes);
}

Result<Condition> by_domain(const std::string& text) {
  auto pattern = NamePattern::parse(text);
  if (!pattern) return fail(pattern.error().text + "; expected a domain, or \"*.\" and a domain");
  return [pattern = *pattern](const Record& record) {
    return std::ranges::any_of(record.facts.author.domains, [&pattern](const DomainName& domain) {
      return pattern.matches(domain);
    });
  };
}

Result<Condition> by_source(const std::string& text) {
  const auto network = IpPrefix::parse(text);
  if (network) {
    return [network = *network](const Record& record) {
      return record.facts.client.ip && network.contains(*record.facts.client.ip);
    };
  }
  // No domain has a slash: what is wrong with the network is what the reader wants to know.
  if (text.contains('/')) return fail(network.error().text);
  auto pattern = NamePattern::parse(text);
  if (!pattern) {
    return fail("\"" + printable(text, 60) +
                "\" is no address, network or domain; expected one of them");
  }
  return [pattern = *pattern](const Record& record) {
    return was_authenticated(record.facts, pattern);
  };
}

Result<Condition> by_verdict(const std::string& text) {
  const auto result = policy::dmarc_result_from(text);
  if (!result) return fail("expected \"pass\", \"fail\", \"none\", \"temperror\" or \"permerror\"");
  return [result = *result](const Record& record) {
    // A message without an evaluation (exempt, or without an author domain) has the result "none"
    // in the log.
    const policy::DmarcEvaluation* dmarc = record.verdict.deciding_dmarc();
    return (dmarc == nullptr ? policy::DmarcResult::None : dmarc->result) == result;
  };
}

Result<Condition> by_action(const std::string& text) {
  const auto action = policy::action_kind_from(text);
  if (!action) return fail("expected \"accept\", \"tag\", \"hold\", \"reject\" or \"defer\"");
  return
      [action = *action](const Record& record) { return record.verdict.decision.action == action; };
}

/// A filter of the command line, and what it asks of a record.
struct Filter {
  const char* option;
  std::string FilterOptions::* text;
  Result<Condition> (*parse)(const std::string& text);
};
constexpr Filter kFilters[] = {
    {"--domain", &FilterOptions::domain, by_domain},
    {"--source", &FilterOptions::source, by_source},
    {"--verdict", &FilterOptions::verdict, by_verdict},
    {"--action", &FilterOptions::action, by_action},
};

}  // namespace

Result<LogFilter> LogFilter::parse(const FilterOptions& options, WallTime now) {
  LogFilter filter;
  for (const Filter& kind : kFilters) {
    const std::string& text = options.*kind.text;
    if (text.empty()) continue;
    auto condition = kind.parse(text);
    if (!condition) return fail(condition.error().text, kind.option);
    filter.conditions_.push_back(std::move(*condition));
  }
  const auto since = moment_of_option("--since", options.since, now);
  if (!since) return std::unexpected(since.error());
  const auto until = moment_of_option("--until", options.until, now);
  if (!until) return std::unexpected(until.error());
  filter.since_ = *since;
  filter.until_ = *until;
  return filter;
}

bool LogFilter::wants(const Record& record) const {
  if (since_ && record.facts.time < *since_) return false;
  if (until_ && record.facts.time >= *until_) return false;
  return std::ranges::all_of(conditions_,
                             [&](const Condition& condition) { return condition(record); });
}

reporting::DayRange LogFilter::days() const {
  const auto day_of = [](const std::optional<WallTime>& time) {
    return time ? std::optional(std::chrono::floor<std::chrono::days>(*time)) : std::nullopt;
  };
  return {.first = day_of(since_), .last = day_of(until_)};
}

}  // namespace waarmerk::cli
