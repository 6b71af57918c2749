// What a rule that matches makes of the opinion that the settings have of a message.
#pragma once

#include "policy/opinion.h"
#include "policy/rules/rule.h"

namespace waarmerk::policy {

/// The opinion with the rule in it. Of what would be done otherwise a rule that loosens makes
/// something milder or the same, and any other something stricter or the same. Its name is in
/// `rule` and `why`, and what made the difference in `overrides`. Pure.
[[nodiscard]] Opinion apply_rule(const Rule& rule, Opinion otherwise, const Case& c);

/// How strict an action is: accept, tag, hold, defer, reject. Held mail is with us, where somebody
/// may let it go; what is deferred does not come in unless it is judged anew.
[[nodiscard]] int strictness(ActionKind action);

}  // namespace waarmerk::policy
