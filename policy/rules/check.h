// Rules that can be read and must not, or probably should not, be in force.
#pragma once

#include <vector>

#include "policy/configuration.h"
#include "policy/rules/rule.h"
#include "policy/settings.h"

namespace waarmerk::policy {

/// What is wrong with the rules of these settings, each at the rule's line. An error: a rule that
/// loosens and names nothing that was proven; one that can never match, by itself or because an
/// earlier one takes all of its mail (not looked for: several earlier ones together); one that can
/// never change anything. Warnings: rules whose effect is wider than it looks. Pure.
[[nodiscard]] std::vector<Finding> check_rules(const Settings& settings);

/// True if every message that `later` matches is matched by `earlier`.
[[nodiscard]] bool shadows(const Rule& earlier, const Rule& later);

}  // namespace waarmerk::policy
