// Whether the conditions of a rule hold of a message.
#pragma once

#include <vector>

#include "policy/facts.h"
#include "policy/rules/rule.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// A message as rules see it: what is known of it, and what DMARC and the settings for From make of
/// that.
struct Judged {
  const Facts& facts;
  /// Of the author domains, in their order.
  const std::vector<DmarcEvaluation>& dmarc;
  /// A setting for From has it refused or marked.
  bool is_from_refused = false;
};

/// True if all conditions of the rule hold. Conditions on the author, on DMARC and its record must
/// hold together of one author domain; of all, if the rule loosens, and then of none that was not
/// evaluated. What a setting for From refuses or marks, a rule that loosens matches only if it
/// names the client. Where recipients are not listed, any_recipient_domain holds if the rule
/// tightens. Pure.
[[nodiscard]] bool matches(const Rule& rule, const Judged& message);

/// The first rule that matches, or nullptr. Pure; thread-safe.
[[nodiscard]] const Rule* first_match(const std::vector<Rule>& rules, const Judged& message);

/// The evaluations of which the rule's conditions on the author, DMARC and its record hold: all, if
/// it has none. Pure.
[[nodiscard]] std::vector<const DmarcEvaluation*> matched_authors(
    const Rule& rule, const Facts& facts, const std::vector<DmarcEvaluation>& dmarc);

}  // namespace waarmerk::policy
