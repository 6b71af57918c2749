// check_host(): walks through the terms of a record and of those it includes. RFC 7208 4, 5, 6
#include "policy/spf/evaluate.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "policy/spf/terms.h"

namespace waarmerk::policy::spf {
namespace {

/// RFC 7208 4.6.2
SpfResult result_of(Qualifier qualifier) {
  switch (qualifier) {
    case Qualifier::Pass:
      return SpfResult::Pass;
    case Qualifier::Fail:
      return SpfResult::Fail;
    case Qualifier::SoftFail:
      return SpfResult::SoftFail;
    case Qualifier::Neutral:
      return SpfResult::Neutral;
  }
  return SpfResult::Neutral;
}

/// What one record says, with those it redirects to. RFC 7208 4.7
struct Judgement {
  SpfResult result = SpfResult::None;
  std::string reason;
  /// Only with a Fail that a mechanism of this record gave.
  std::optional<ExplanationSource> explanation;
};

/// One check_host(), through all includes and redirects.
class Check {
 public:
  explicit Check(Terms& terms) : terms_(terms), budget_(terms.budget()) {}

  SpfOutcome run();

 private:
  Judgement judge(const DomainName& domain);
  Judgement judge_record(Record& record, const DomainName& domain);
  Judgement follow(const Redirect& redirect, const DomainName& domain);
  Judgement halted() const;

  Match match(const Mechanism& mechanism, const Place& place);
  Match match_include(const Include& include, const Place& place);

  Terms& terms_;
  Budget& budget_;
  /// Why the include that just matched did, for the reason of the record around it.
  std::string included_reason_;
};

SpfOutcome Check::run() {
  const DomainName& domain = terms_.request().domain;
  Judgement judgement = judge(domain);
  SpfOutcome outcome;
  outcome.result = judgement.result;
  outcome.domain = domain;
  outcome.reason = std::move(judgement.reason);
  outcome.lookups = budget_.terms();
  outcome.void_lookups = budget_.voids();
  if (judgement.explanation) outcome.explanation = terms_.explain(*judgement.explanation);
  return outcome;
}

Judgement Check::halted() const { return {budget_.halted()->result, budget_.halted()->reason}; }

/// RFC 7208 4.3 to 4.6
Judgement Check::judge(const DomainName& domain) {
  auto published = terms_.fetch(domain);
  if (!published) return {published.error().result, std::move(published.error().reason)};
  return judge_record(published->record, domain);
}

/// The first mechanism that matches decides. RFC 7208 4.6.2, 4.7
Judgement Check::judge_record(Record& record, const DomainName& domain) {
  for (const Directive& directive : record.directives) {
    const Place place{directive.text, domain};
    included_reason_.clear();
    const Match matched = match(directive.mechanism, place);
    if (matched == Match::Halted) return halted();
    if (matched == Match::No) continue;
    Judgement judgement{result_of(directive.qualifier),
                        included_reason_.empty() ? "matched " : included_reason_ + ", by "};
    judgement.reason += printable(directive.text, 100) + " of " + shown(domain);
    if (judgement.result == SpfResult::Fail && record.explanation) {
      judgement.explanation = ExplanationSource{std::move(*record.explanation), domain};
    }
    return judgement;
  }
  if (record.redirect) return follow(*record.redirect, domain);
  return {SpfResult::Neutral, "no mechanism of " + shown(domain) + " matched"};
}

/// RFC 7208 6.1
Judgement Check::follow(const Redirect& redirect, const DomainName& domain) {
  const Place place{redirect.text, domain};
  const auto target = terms_.referred(redirect.domain, place);
  if (budget_.halted()) return halted();
  if (!target) return {SpfResult::Neutral, to_string(place) + " needs a local part in ASCII"};
  Judgement judgement = judge(*target);
  if (judgement.result == SpfResult::None) {
    judgement.result = SpfResult::PermError;
    judgement.reason += ", the target of " + to_string(place);
  }
  return judgement;
}

Match Check::match(const Mechanism& mechanism, const Place& place) {
  const auto* include = std::get_if<Include>(&mechanism);
  return include == nullptr ? terms_.match(mechanism, place) : match_include(*include, place);
}

/// RFC 7208 5.2
Match Check::match_include(const Include& include, const Place& place) {
  const auto target = terms_.referred(include.domain, place);
  if (budget_.halted()) return Match::Halted;
  if (!target) return Match::No;
  Judgement judgement = judge(*target);
  switch (judgement.result) {
    case SpfResult::Pass:
      included_reason_ = std::move(judgement.reason);
      return Match::Yes;
    case SpfResult::Fail:
    case SpfResult::SoftFail:
    case SpfResult::Neutral:
      return Match::No;
    case SpfResult::TempError:
    case SpfResult::PermError:
      budget_.halt(judgement.result, judgement.reason);
      break;
    case SpfResult::None:
      budget_.halt(SpfResult::PermError, judgement.reason + ", needed by " + to_string(place));
      break;
  }
  return Match::Halted;
}

}  // namespace

SpfOutcome check_host(const Request& request, const Limits& limits, dns::Lookup& lookup,
                      Instant deadline) {
  Terms terms(request, limits, lookup, deadline);
  return Check(terms).run();
}

void prefetch(const DomainName& domain, dns::Lookup& lookup) {
  if (domain.label_count() > 1) lookup.prefetch({domain, dns::Type::Txt});
}

}  // namespace waarmerk::policy::spf
