// The [[rule]] blocks of a configuration, read by the table of keys.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "policy/config_block.h"
#include "policy/configuration.h"
#include "policy/rules/list_files.h"
#include "policy/rules/rule.h"

namespace waarmerk::policy {

/// At most so many rules: each message is held against them in turn, and each rule against those
/// before it.
inline constexpr std::size_t kMaxRules = 1000;

/// The rules without a fault, in order, and the faults of all: unknown keys with the nearest known
/// one, wrong types and words, names that stand twice, what is wrong in files. What the rules mean
/// is not looked at: see check_rules().
struct ReadRules {
  std::vector<Rule> rules;
  std::vector<Finding> findings;
};

/// Reads the blocks, and by `files` what they name. Total.
[[nodiscard]] ReadRules read_rules(std::span<const ConfigBlock> blocks, ListFiles& files);

/// How a rule is called in what is said of it: `rule "NAME": `.
[[nodiscard]] std::string spoken(const Rule& rule);

}  // namespace waarmerk::policy
