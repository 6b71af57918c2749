// Rules that can be read and must not, or probably should not, be in force.
#pragma once

#include <cstddef>
#include <vector>

#include "policy/configuration.h"
#include "policy/rules/rule.h"
#include "policy/settings.h"

namespace waarmerk::policy {

/// At most so many entries of lists are looked up to compare rules: a thousand rules may name lists
/// of a hundred thousand entries, at every start and reload.
inline constexpr std::size_t kMaxLookUps = 5'000'000;

/// What is wrong with the rules of these settings, each at the rule's line. An error: a rule that
/// loosens and names nothing that was proven; one that can never match, by itself or because an
/// earlier one takes all of its mail (not looked for: several earlier ones together, and what is
/// left of pairs after kMaxLookUps entries of long lists); one that can never change anything.
/// Warnings: rules whose effect is wider than it looks. Pure.
[[nodiscard]] std::vector<Finding> check_rules(const Settings& settings);

/// True if every message that `later` matches is matched by `earlier`.
[[nodiscard]] bool shadows(const Rule& earlier, const Rule& later);

}  // namespace waarmerk::policy
