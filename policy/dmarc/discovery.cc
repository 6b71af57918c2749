// The questions, one after the other; the answers usually wait in the cache already.
#include "policy/dmarc/discovery.h"

#include <string_view>
#include <utility>
#include <vector>

namespace waarmerk::policy::dmarc {
namespace {

constexpr std::string_view kLabel = "_dmarc";

/// The question for the record of `name`; nullopt when its name does not fit into the DNS. T-17
std::optional<dns::Question> record_question(const DomainName& name) {
  auto record_name = name.prefixed(kLabel);
  if (!record_name) return std::nullopt;
  return dns::Question{std::move(*record_name), dns::Type::Txt};
}

/// The one DMARC record among the TXT records of a name; several are as none. RFC 9989 4.10 step 2
std::optional<Record> only_record(const dns::Answer& answer) {
  std::optional<Record> only;
  for (const std::string& text : answer.texts) {
    auto record = parse_record(text);
    if (!record) continue;
    if (only) return std::nullopt;
    only = std::move(*record);
  }
  return only;
}

WalkStep read_step(const DomainName& name, const dns::Answer& answer) {
  WalkStep step{.name = name, .status = answer.status, .security = answer.security};
  if (answer.status != dns::Status::Found) return step;
  step.record = only_record(answer);
  if (!step.record) step.status = dns::Status::NoData;
  return step;
}

/// The author domain and, if it is another, its organizational domain. RFC 7489 6.6.3
std::vector<DomainName> listed_names(const Walk& walk) {
  std::vector<DomainName> names{walk.start};
  if (*walk.listed_organization != walk.start) names.push_back(*walk.listed_organization);
  return names;
}

/// The next name is asked only where this one is known to have no record. RFC 7489 6.6.3 step 3
bool ends_listed(const WalkStep& step) { return step.record || dns::is_error(step.status); }

void prefetch_records(const std::vector<DomainName>& names, dns::Lookup& lookup) {
  for (const DomainName& name : names) {
    if (const auto question = record_question(name)) lookup.prefetch(*question);
  }
}

}  // namespace

Walk walk(const DomainName& start, dns::Lookup& lookup, Instant deadline) {
  Walk walk{.start = start};
  for (const DomainName& name : walk_names(start)) {
    const auto question = record_question(name);
    if (!question) continue;
    walk.steps.push_back(read_step(name, *lookup.get(*question, deadline)));
    if (ends_walk(walk.steps.back())) break;
  }
  return walk;
}

Walk listed(const DomainName& identifier, const PublicSuffixList& list) {
  Walk walk{.start = identifier};
  walk.listed_organization = list.organizational_domain(identifier);
  return walk;
}

Walk listed_author(const DomainName& author, const PublicSuffixList& list, dns::Lookup& lookup,
                   Instant deadline) {
  Walk walk = listed(author, list);
  for (const DomainName& name : listed_names(walk)) {
    const auto question = record_question(name);
    if (!question) continue;
    walk.steps.push_back(read_step(name, *lookup.get(*question, deadline)));
    if (ends_listed(walk.steps.back())) break;
  }
  return walk;
}

std::optional<bool> domain_exists(const DomainName& domain, dns::Lookup& lookup, Instant deadline) {
  // Any type would do. TXT is what SPF asks of the same name when the sender is honest.
  const dns::AnswerPtr answer = lookup.get({domain, dns::Type::Txt}, deadline);
  if (dns::is_error(answer->status)) return std::nullopt;
  return answer->status != dns::Status::NxDomain;
}

void prefetch(const DomainName& start, dns::Lookup& lookup) {
  prefetch_records(walk_names(start), lookup);
}

void prefetch_listed(const DomainName& author, const PublicSuffixList& list, dns::Lookup& lookup) {
  prefetch_records(listed_names(listed(author, list)), lookup);
}

}  // namespace waarmerk::policy::dmarc
