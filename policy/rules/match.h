// Whether the conditions of a rule hold of a message.
#pragma once

#include <vector>

#include "policy/facts.h"
#include "policy/rules/rule.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// True if all conditions of the rule hold. `dmarc` are the evaluations of the message's author
/// domains. Conditions on the author, on DMARC and its record must hold together of one author
/// domain; of all, if the rule loosens, and then of none that was not evaluated. Pure.
[[nodiscard]] bool matches(const Rule& rule, const Facts& facts,
                           const std::vector<DmarcEvaluation>& dmarc);

/// The first rule that matches, or nullptr. Pure; thread-safe.
[[nodiscard]] const Rule* first_match(const std::vector<Rule>& rules, const Facts& facts,
                                      const std::vector<DmarcEvaluation>& dmarc);

}  // namespace waarmerk::policy
