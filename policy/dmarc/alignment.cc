// From evidence to a DMARC result: find the record, choose the policy, compare the identifiers.
#include "policy/dmarc/alignment.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waarmerk::policy::dmarc {
namespace {

// ---- Policy -------------------------------------------------------------------------------------

struct ChosenPolicy {
  Disposition policy = Disposition::None;
  std::string_view tag = "p";
};

/// Among p, sp and np. A record that is usable in spite of its policy tags asks for none, whatever
/// its other policy tags say. RFC 9989 4.10.1, D-31, D-51..D-55
ChosenPolicy choose_policy(const Record& record, bool for_subdomain, std::optional<bool> exists) {
  if (!record.p || record.policy_tag_invalid) return {};
  if (for_subdomain && exists == false && record.np) return {*record.np, "np"};
  if (for_subdomain && record.sp) return {*record.sp, "sp"};
  return {*record.p, "p"};
}

/// What t=y makes of a policy. RFC 9989 4.7, D-57
Disposition one_step_milder(Disposition policy) {
  switch (policy) {
    case Disposition::Reject:
      return Disposition::Quarantine;
    case Disposition::Quarantine:
    case Disposition::None:
      return Disposition::None;
  }
  return Disposition::None;
}

// ---- Identifiers --------------------------------------------------------------------------------

/// In the order of the message: signatures from the top, then MAIL FROM. Nothing else than pass
/// makes an identifier authenticated (D-70, D-72, D-75); of the rest only a DNS error leaves it
/// open.
std::vector<Identifier> identifiers_of(const Facts& facts) {
  std::vector<Identifier> identifiers;
  for (const DkimOutcome& signature : facts.dkim) {
    const bool pass = signature.result == DkimResult::Pass;
    if (!signature.domain || (!pass && signature.result != DkimResult::TempError)) continue;
    identifiers.push_back({Mechanism::Dkim, *signature.domain, pass});
  }
  const SpfOutcome& spf = facts.spf_mail_from;
  const bool pass = spf.result == SpfResult::Pass;
  if (spf.domain && (pass || spf.result == SpfResult::TempError)) {
    identifiers.push_back({Mechanism::Spf, *spf.domain, pass});
  }
  return identifiers;
}

AlignmentMode mode_of(const Record& record, Mechanism mechanism) {
  return mechanism == Mechanism::Dkim ? record.adkim : record.aspf;
}

/// What the comparison of every identifier needs.
struct Comparison {
  const Facts& facts;
  const Walk& walk;
  const Record& record;
  const std::optional<DomainName>& organization;
};

/// RFC 9989 4.10.2, D-76, D-77
Standing standing_of(const Identifier& identifier, const Comparison& c) {
  const DomainName& author = c.walk.start;
  if (identifier.domain == author) return Standing::Identical;
  if (mode_of(c.record, identifier.mechanism) == AlignmentMode::Strict) return Standing::NotAligned;
  if (!needs_walk(identifier.domain, author, c.organization)) return Standing::NotAligned;
  const Walk* other = find_walk(c.facts, identifier.domain);
  if (other == nullptr) return Standing::Open;
  const auto same = same_organization(c.walk, *other);
  if (!same) return Standing::Open;
  return *same ? Standing::SameOrganization : Standing::NotAligned;
}

/// What the identifiers of a message amount to.
struct Findings {
  std::vector<AlignedIdentifier> aligned;
  /// The first one that a DNS error left open, as a phrase; empty if there is none.
  std::string open;
};

std::string open_phrase(const Identifier& identifier) {
  const bool dkim = identifier.mechanism == Mechanism::Dkim;
  const std::string& domain = identifier.domain.text();
  if (!identifier.authenticated) {
    return dkim ? "the key of a signature by " + domain + " could not be fetched"
                : "SPF for " + domain + " ended in a DNS error";
  }
  return std::string(dkim ? "DKIM" : "SPF") + " passed for " + domain +
         ", but a DNS error hides its organizational domain";
}

std::vector<ComparedIdentifier> compare_all(const Comparison& c) {
  std::vector<ComparedIdentifier> compared;
  for (Identifier& identifier : identifiers_of(c.facts)) {
    const Standing standing = standing_of(identifier, c);
    compared.push_back({std::move(identifier), standing});
  }
  return compared;
}

Findings findings_of(const Comparison& c) {
  Findings findings;
  for (const auto& [identifier, standing] : compare_all(c)) {
    if (standing == Standing::NotAligned) continue;
    if (standing == Standing::Open || !identifier.authenticated) {
      if (findings.open.empty()) findings.open = open_phrase(identifier);
      continue;
    }
    const AlignedIdentifier aligned{identifier.mechanism, identifier.domain,
                                    standing == Standing::Identical};
    if (std::ranges::find(findings.aligned, aligned) == findings.aligned.end()) {
      findings.aligned.push_back(aligned);
    }
  }
  return findings;
}

// ---- Reasons ------------------------------------------------------------------------------------

std::string aligned_phrase(const AlignedIdentifier& aligned,
                           const std::optional<DomainName>& organization) {
  std::string phrase = aligned.mechanism == Mechanism::Dkim ? "DKIM: " : "SPF: ";
  phrase += aligned.domain.text();
  if (aligned.identical) return phrase + " (identical)";
  if (!organization) return phrase + " (same organizational domain)";
  return phrase + " (same organizational domain " + organization->text() + ")";
}

/// The first aligned identifier of each mechanism; the whole list is in the evaluation.
std::string pass_reason(const DmarcEvaluation& evaluation) {
  std::string reason;
  for (const Mechanism mechanism : {Mechanism::Dkim, Mechanism::Spf}) {
    const auto first =
        std::ranges::find(evaluation.aligned, mechanism, &AlignedIdentifier::mechanism);
    if (first == evaluation.aligned.end()) continue;
    reason += reason.empty() ? "aligned by " : " and by ";
    reason += aligned_phrase(*first, evaluation.organizational_domain);
  }
  return reason;
}

std::string spf_fail_phrase(const Comparison& c) {
  const SpfOutcome& spf = c.facts.spf_mail_from;
  if (spf.result != SpfResult::Pass || !spf.domain) {
    return "SPF did not pass (" + std::string(to_string(spf.result)) + ")";
  }
  const bool strict = c.record.aspf == AlignmentMode::Strict;
  return "SPF passed for " + spf.domain->text() + ", which is not " +
         (strict ? "identical to " : "aligned with ") + c.walk.start.text() +
         (strict ? " (strict alignment)" : "");
}

std::string dkim_fail_phrase(const Comparison& c) {
  if (c.facts.dkim.empty()) return "there is no DKIM signature";
  const bool strict = c.record.adkim == AlignmentMode::Strict;
  for (const DkimOutcome& signature : c.facts.dkim) {
    if (signature.result != DkimResult::Pass || !signature.domain) continue;
    return "DKIM passed for " + signature.domain->text() + ", but no passing signature is " +
           (strict ? "of the author domain itself (strict alignment)" : "aligned");
  }
  return "no DKIM signature passed";
}

/// Names the first query that failed.
std::string open_record_reason(const Walk& walk) {
  for (const WalkStep& step : walk.steps) {
    if (!dns::is_error(step.status)) continue;
    return "the DMARC record could not be looked up: _dmarc." + step.name.text() + ": " +
           std::string(dns::to_string(step.status));
  }
  return "the DMARC record could not be looked up";
}

// ---- Result -------------------------------------------------------------------------------------

/// Fills in what the record at `domain` asks for the start of `walk`.
void apply_record(DmarcEvaluation& evaluation, const Record& record, const DomainName& domain,
                  const Walk& walk) {
  const ChosenPolicy chosen = choose_policy(record, domain != walk.start, walk.start_exists);
  evaluation.policy_domain = domain;
  evaluation.record = record;
  evaluation.policy_tag = chosen.tag;
  evaluation.policy = record.testing ? one_step_milder(chosen.policy) : chosen.policy;
}

/// RFC 9989 5.3.5, 5.3.6
void conclude(DmarcEvaluation& evaluation, Findings findings, const Comparison& c) {
  evaluation.aligned = std::move(findings.aligned);
  if (!evaluation.aligned.empty()) {
    evaluation.result = DmarcResult::Pass;
    evaluation.reason = pass_reason(evaluation);
  } else if (!findings.open.empty()) {
    evaluation.result = DmarcResult::TempError;
    evaluation.reason = std::move(findings.open);
  } else {
    evaluation.result = DmarcResult::Fail;
    evaluation.reason = spf_fail_phrase(c) + "; " + dkim_fail_phrase(c);
  }
}

DmarcEvaluation without_record(DmarcEvaluation evaluation, DmarcResult result, std::string reason) {
  evaluation.result = result;
  evaluation.reason = std::move(reason);
  return evaluation;
}

}  // namespace

DmarcEvaluation evaluate_author(const DomainName& author, const Facts& facts) {
  DmarcEvaluation evaluation{.author_domain = author};
  const Walk* walk = find_walk(facts, author);
  if (walk == nullptr) {
    return without_record(std::move(evaluation), DmarcResult::TempError,
                          "no DMARC record was looked up for " + author.text());
  }
  evaluation.organizational_domain = organizational_domain(*walk);
  evaluation.discovery = method_of(*walk);
  const PolicySource source = policy_source(*walk);
  if (source.open) {
    return without_record(std::move(evaluation), DmarcResult::TempError, open_record_reason(*walk));
  }
  if (source.record == nullptr) {
    return without_record(std::move(evaluation), DmarcResult::None,
                          "no DMARC record applies to " + author.text());
  }
  if (!is_usable(*source.record)) {
    return without_record(std::move(evaluation), DmarcResult::None,
                          "the DMARC record of " + source.domain->text() +
                              " has neither a valid policy nor a valid rua");
  }
  apply_record(evaluation, *source.record, *source.domain, *walk);
  const Comparison comparison{facts, *walk, *source.record, evaluation.organizational_domain};
  conclude(evaluation, findings_of(comparison), comparison);
  return evaluation;
}

std::vector<ComparedIdentifier> compare_identifiers(const DmarcEvaluation& evaluation,
                                                    const Facts& facts) {
  const Walk* walk = find_walk(facts, evaluation.author_domain);
  if (walk == nullptr || !evaluation.record) return {};
  return compare_all({facts, *walk, *evaluation.record, evaluation.organizational_domain});
}

dns::Security record_security(const DmarcEvaluation& evaluation, const Facts& facts) {
  const Walk* walk = find_walk(facts, evaluation.author_domain);
  if (walk == nullptr) return dns::Security::Unknown;
  const auto& steps = walk->steps;
  if (evaluation.policy_domain) {
    const auto step = std::ranges::find(steps, *evaluation.policy_domain, &WalkStep::name);
    return step == steps.end() ? dns::Security::Unknown : step->security;
  }
  if (evaluation.result != DmarcResult::TempError) return dns::Security::Unknown;
  const bool is_bogus =
      std::ranges::find(steps, dns::Security::Bogus, &WalkStep::security) != steps.end();
  return is_bogus ? dns::Security::Bogus : dns::Security::Unknown;
}

bool needs_walk(const DomainName& identifier, const DomainName& author,
                const std::optional<DomainName>& organization) {
  if (identifier == author) return false;
  return identifier.is_at_or_below(organization ? *organization : author.last_labels(1));
}

}  // namespace waarmerk::policy::dmarc
