#include "policy/evaluate.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "policy/dmarc/alignment.h"
#include "policy/evidence.h"
#include "policy/opinion.h"

namespace waarmerk::policy {
namespace {

/// design: all modes add and remove headers; "tag" and "monitor" soften what is done to mail.
ActionKind in_mode(Mode mode, ActionKind would) {
  switch (mode) {
    case Mode::Enforce:
      return would;
    case Mode::Tag:
      return would == ActionKind::Accept ? ActionKind::Accept : ActionKind::Tag;
    case Mode::Monitor:
      return ActionKind::Accept;
  }
  return would;
}

/// What the owner asks for this message: nothing unless it fails.
Disposition requested_of(const Verdict& verdict) {
  const DmarcEvaluation* dmarc = verdict.deciding_dmarc();
  return dmarc == nullptr ? Disposition::None : dmarc->requested();
}

/// How much an evaluation weighs when several author domains were evaluated: the strictest policy
/// among those that fail comes first, then what a DNS error left open. D-05
int weight(const DmarcEvaluation& dmarc) {
  const auto policy = static_cast<int>(dmarc.policy.value_or(Disposition::None));
  switch (dmarc.result) {
    case DmarcResult::Fail:
      return policy > 0 ? 10 + policy : 1;
    case DmarcResult::TempError:
      return 5;
    case DmarcResult::PermError:
    case DmarcResult::None:
      return 1;
    case DmarcResult::Pass:
      return 0;
  }
  return 0;
}

std::size_t deciding_index(const std::vector<DmarcEvaluation>& evaluations) {
  const auto heaviest = std::ranges::max_element(evaluations, {}, weight);
  return heaviest == evaluations.end() ? 0
                                       : static_cast<std::size_t>(heaviest - evaluations.begin());
}

bool fails_under_reject(const DmarcEvaluation* dmarc) {
  return dmarc != nullptr && dmarc->result == DmarcResult::Fail &&
         dmarc->policy == Disposition::Reject;
}

/// What the tag says from which the policy was chosen.
std::optional<Disposition> published_policy(const DmarcEvaluation& dmarc) {
  if (dmarc.policy_tag == "np") return dmarc.record->np;
  if (dmarc.policy_tag == "sp") return dmarc.record->sp;
  return dmarc.record->p;
}

/// The record's t=y made the request one step milder: there was one to be milder than. D-57, D-58
bool softened_by_test_mode(const DmarcEvaluation* dmarc) {
  if (dmarc == nullptr || dmarc->result != DmarcResult::Fail || !dmarc->record) return false;
  return dmarc->record->testing && published_policy(*dmarc) != dmarc->policy;
}

/// Why what is applied differs from what is asked, or that from what is published. A reason belongs
/// to a difference; two settings may cancel each other out. P-13
std::vector<Override> reasons(const Decision& decision, const Opinion& opinion, const Case& c) {
  std::vector<Override> all;
  if (softened_by_test_mode(c.verdict.deciding_dmarc())) {
    all.push_back({Override::Type::PolicyTestMode, "the record says t=y"});
  }
  if (decision.applied == decision.requested) return all;
  const Disposition would = disposition_of(decision.would);
  if (would != decision.requested) {
    all.insert(all.end(), opinion.overrides.begin(), opinion.overrides.end());
  }
  if (decision.applied != would) {
    const Override by_mode{Override::Type::LocalPolicy,
                           "mode=" + std::string(kModeWords.word(c.settings.mode))};
    all.push_back(opinion.only_monitored.value_or(by_mode));
  }
  if (all.empty()) all.push_back({Override::Type::LocalPolicy, decision.rule});
  return all;
}

Decision decide(const Case& c) {
  const Opinion opinion = first_opinion(c);
  Decision decision;
  decision.requested = requested_of(c.verdict);
  decision.would = opinion.action;
  decision.action =
      in_mode(opinion.only_monitored ? Mode::Monitor : c.settings.mode, opinion.action);
  decision.applied = disposition_of(decision.action);
  decision.cause = opinion.cause;
  decision.rule = opinion.rule;
  decision.why = printable(opinion.why, 900);
  decision.overrides = reasons(decision, opinion, c);
  return decision;
}

}  // namespace

Verdict evaluate(const Facts& facts, const Settings& settings) {
  Verdict verdict;
  if (!is_judged(facts)) {
    verdict.decision = decide({facts, settings, verdict});
    return verdict;
  }
  for (const DomainName& author : facts.author.domains) {
    verdict.dmarc.push_back(dmarc::evaluate_author(author, facts));
  }
  verdict.deciding = deciding_index(verdict.dmarc);
  if (fails_under_reject(verdict.deciding_dmarc())) {
    verdict.evidence = weigh_evidence(*verdict.deciding_dmarc(), facts, settings);
  }
  verdict.decision = decide({facts, settings, verdict});
  return verdict;
}

}  // namespace waarmerk::policy
