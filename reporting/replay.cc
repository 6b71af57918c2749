#include "reporting/replay.h"

#include <algorithm>
#include <array>

#include "policy/config_text.h"
#include "policy/evaluate.h"
#include "policy/options.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {
namespace {

/// The parts of the configuration that gather() reads: what they say is in the facts already.
constexpr std::array<std::string_view, 6> kGatheringSections = {"exempt", "verify", "spf",
                                                                "dkim",   "dmarc",  "dns"};
/// Options in these sections that change no fact.
constexpr std::array<std::string_view, 2> kHarmlessOptions = {"exempt.trusted_reinjection",
                                                              "dns.cache_megabytes"};

bool shapes_facts(const policy::Option& option) {
  return std::ranges::find(kGatheringSections, option.section()) != kGatheringSections.end() &&
         std::ranges::find(kHarmlessOptions, option.key) == kHarmlessOptions.end();
}

/// The lists that a decision reads, and the texts that rules do, as paths of a line. Other texts
/// decide nothing, and neither does what was found before.
constexpr std::array<std::string_view, 9> kEvidence = {
    "dkim[]",         "walks[]",          "walks[].steps[]",
    "traces.lists[]", "author_domains[]", "envelope.recipient_domains[]",
    "client.helo",    "client.name",      "client.tls.version"};

bool lacks_evidence(const std::vector<std::string>& cut) {
  return std::ranges::any_of(cut, [](const std::string& path) {
    return std::ranges::find(kEvidence, path) != kEvidence.end();
  });
}

std::string author_of(const policy::Facts& facts, const policy::Verdict& verdict) {
  if (const auto* dmarc = verdict.deciding_dmarc()) return spell_name(dmarc->author_domain);
  return facts.author.domains.empty() ? "(none)" : spell_name(facts.author.domains.front());
}

/// The client's address, and its verified name behind it.
std::string source_of(const policy::Client& client) {
  std::string source = client.ip ? client.ip->text() : "(unknown)";
  if (!client.name.empty()) source += " (" + client.name + ")";
  return source;
}

std::string rules_of(std::string_view before, std::string_view after) {
  return std::string(before) + " -> " + std::string(after);
}

Change by(Basis basis, const Answered& before, const policy::Decision& after) {
  switch (basis) {
    case Basis::Action:
      return {before.action, after.action};
    case Basis::Would:
      return {before.would, after.would};
  }
  return {};
}

}  // namespace

Basis basis_for(policy::Mode candidate) {
  return candidate == policy::Mode::Monitor ? Basis::Would : Basis::Action;
}

void Replay::decide(const policy::Facts& facts, const policy::Settings& settings,
                    const Answered& before) {
  const policy::Verdict verdict = policy::evaluate(facts, settings);
  const policy::Decision& after = verdict.decision;
  ++report_.messages;
  if (facts.exemption != policy::Exemption::None) ++report_.exempt;
  report_.first = std::min(report_.first.value_or(facts.time), facts.time);
  report_.last = std::max(report_.last.value_or(facts.time), facts.time);
  report_.by_action.add({before.action, after.action});
  report_.by_would.add({before.would, after.would});
  const Change change = by(basis_, before, after);
  if (change.before != change.after) count_change(facts, verdict, before, change);
}

void Replay::count_change(const policy::Facts& facts, const policy::Verdict& verdict,
                          const Answered& before, Change change) {
  const std::string& id = facts.queue_id;
  ++report_.changed;
  report_.changes.add("", change, id);
  report_.rules.add(rules_of(before.rule, verdict.decision.rule), change, id);
  report_.author_domains.add(author_of(facts, verdict), change, id);
  report_.sources.add(source_of(facts.client), change, id);
  for (const std::string& domain : facts.envelope.recipient_domains) {
    report_.recipient_domains.add(domain, change, id);
  }
}

void Replay::add(const Record& record) {
  if (lacks_evidence(record.cut)) ++report_.cut;
  const policy::Decision& decision = record.verdict.decision;
  decide(record.facts, candidate_, {decision.action, decision.would, decision.rule});
}

void Replay::add(const HistoryMessage& message) {
  decide(facts_of(message), for_history_, {message.action, would_of(message), "OpenDMARC"});
}

std::vector<UntriedOption> untried_options(const policy::Settings& current,
                                           const policy::Settings& candidate) {
  std::vector<UntriedOption> untried;
  for (const policy::Option& option : policy::options()) {
    if (!shapes_facts(option)) continue;
    const auto now = option.show(current);
    const auto then = option.show(candidate);
    if (now != then) {
      untried.push_back({option.key, policy::toml_text(now), policy::toml_text(then)});
    }
  }
  return untried;
}

}  // namespace waarmerk::reporting
