// A message of an OpenDMARC history file as evidence.
#include <algorithm>
#include <utility>

#include "policy/dmarc/tree_walk.h"
#include "reporting/opendmarc_history.h"

namespace waarmerk::reporting {
namespace {

using policy::DkimCause;
using policy::DkimResult;
using policy::SpfResult;

/// Without a list of public suffixes: two names with fewer labels in common are strangers.
constexpr std::size_t kLabelsInCommon = 2;

/// The names at which a record stands, from the longest to the shortest.
struct Published {
  std::vector<DomainName> names;
  const policy::dmarc::Record& record;
};

/// What a signature broke on, where the file only says that it did not pass.
DkimCause cause_of(DkimResult result) {
  switch (result) {
    case DkimResult::Pass:
    case DkimResult::None:
    case DkimResult::Policy:
    case DkimResult::Neutral:
      return DkimCause::None;
    case DkimResult::Fail:
      return DkimCause::HeaderHash;
    case DkimResult::TempError:
      return DkimCause::Dns;
    case DkimResult::PermError:
      return DkimCause::Key;
  }
  return DkimCause::None;
}

policy::DkimOutcome outcome_of(const HistorySignature& signature) {
  policy::DkimOutcome outcome{.result = signature.result, .cause = cause_of(signature.result)};
  outcome.domain = signature.domain;
  outcome.selector = signature.selector;
  if (signature.result != DkimResult::Pass) {
    outcome.reason = "OpenDMARC's history does not say why";
  }
  return outcome;
}

/// The names that passed, or that a DNS error keeps from passing.
std::vector<DomainName> identifiers_of(const HistoryMessage& message) {
  std::vector<DomainName> names;
  for (const HistorySignature& signature : message.signatures) {
    const bool counts =
        signature.result == DkimResult::Pass || signature.result == DkimResult::TempError;
    if (counts && signature.domain) names.push_back(*signature.domain);
  }
  const bool counts = message.spf == SpfResult::Pass || message.spf == SpfResult::TempError;
  if (counts && message.mail_from) names.push_back(*message.mail_from);
  return names;
}

/// The longest name that both are, or are below; nullopt for strangers.
std::optional<DomainName> common_name(const DomainName& a, const DomainName& b) {
  for (std::size_t labels = std::min(a.label_count(), b.label_count()); labels >= kLabelsInCommon;
       --labels) {
    if (DomainName name = a.last_labels(labels); name == b.last_labels(labels)) return name;
  }
  return std::nullopt;
}

/// The name that would have to hold a record for the alignment that OpenDMARC found by its list of
/// public suffixes: the longest that the author shares with an identifier. nullopt: what the file
/// says suffices, or nothing would.
std::optional<DomainName> assumed_organization(const HistoryMessage& message) {
  std::optional<DomainName> longest;
  for (const DomainName& identifier : identifiers_of(message)) {
    auto common = common_name(identifier, message.from);
    if (!common) continue;
    if (common->is_at_or_below(*message.policy_domain)) return std::nullopt;
    if (!longest || common->label_count() > longest->label_count()) longest = std::move(common);
  }
  return longest;
}

policy::dmarc::Walk walk_from(const DomainName& start, const Published& published) {
  policy::dmarc::Walk walk{start, {}, std::nullopt};
  if (std::ranges::find(published.names, start) == published.names.end()) {
    walk.steps.push_back({start, dns::Status::NoData, dns::Security::Unknown, std::nullopt});
  }
  for (const DomainName& name : published.names) {
    if (!start.is_at_or_below(name)) continue;
    walk.steps.push_back({name, dns::Status::Found, dns::Security::Unknown, published.record});
  }
  return walk;
}

void add_walks(const HistoryMessage& message, policy::Facts& facts) {
  static const policy::dmarc::Record kNoRecord;
  Published published{{}, message.record ? *message.record : kNoRecord};
  if (message.record) {
    published.names.push_back(*message.policy_domain);
    auto assumed = message.aligned ? assumed_organization(message) : std::nullopt;
    if (assumed) published.names.push_back(std::move(*assumed));
  }
  facts.walks.push_back(walk_from(message.from, published));
  for (const DomainName& identifier : identifiers_of(message)) {
    if (policy::find_walk(facts, identifier) == nullptr) {
      facts.walks.push_back(walk_from(identifier, published));
    }
  }
}

bool asks_for_unknown(const policy::Rule& rule) {
  return rule.recipient_domain.is_given() || rule.any_recipient_domain.is_given() ||
         rule.helo.is_given() || rule.tls.is_given() || rule.client_name.is_given() ||
         rule.list_id.is_given() || rule.dnssec.is_given();
}

}  // namespace

policy::Settings without_unknown(policy::Settings settings) {
  std::erase_if(settings.rules, asks_for_unknown);
  return settings;
}

policy::Facts facts_of(const HistoryMessage& message) {
  policy::Facts facts;
  facts.queue_id = message.job;
  facts.time = message.received;
  facts.client.ip = message.ip;
  facts.envelope.mail_from_domain = message.mail_from;
  facts.envelope.null_sender = !message.mail_from;
  facts.author = {policy::FromKind::One, {message.from}, false, {}};
  facts.spf_mail_from.result = message.spf;
  facts.spf_mail_from.domain = message.mail_from;
  // The name of HELO passed and is not known, but it was aligned if anything was.
  const bool of_helo = message.spf == SpfResult::Pass && !message.mail_from;
  if (of_helo && message.aligned && identifiers_of(message).empty()) {
    facts.spf_mail_from.domain = message.from;
  }
  for (const HistorySignature& signature : message.signatures) {
    facts.dkim.push_back(outcome_of(signature));
  }
  add_walks(message, facts);
  return facts;
}

}  // namespace waarmerk::reporting
