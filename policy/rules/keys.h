// The table of a rule's keys: what each one is for, what it takes, and where it goes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/options.h"
#include "policy/rules/list_files.h"
#include "policy/rules/rule.h"

namespace waarmerk::policy {

/// One key of a [[rule]]. The table is the single source: the parser, `waarmerk config` and
/// etc/waarmerk.toml come from it.
struct RuleKey {
  std::string name;
  /// Lines of documentation, without comment signs and without a newline at the end.
  std::string reason;
  /// A value that it could have, for the documentation.
  OptionValue example;
  /// What it takes, for error messages.
  std::string expects;
  /// Stores a value, or says everything that is wrong with it; then the rule is of no use.
  std::function<std::vector<ValueFault>(Rule&, const OptionValue&, ListFiles&)> store;
  /// The value that a rule has, as it was written; nullopt where it has none.
  std::function<std::optional<OptionValue>(const Rule&)> show;
};

/// Every key, in the order of etc/waarmerk.toml: the name, the conditions, what is done. Built
/// once; immutable; thread-safe.
[[nodiscard]] const std::vector<RuleKey>& rule_keys();
/// The key of that name, or nullptr.
[[nodiscard]] const RuleKey* find_rule_key(std::string_view name);

/// True for what a rule may be called: letters, digits, '-', '_' and '.', 1 to 64 of them. It
/// stands in the log, in header fields and replies.
[[nodiscard]] bool is_rule_name(std::string_view name);

}  // namespace waarmerk::policy
