#include "policy/rules/read.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "policy/block_reader.h"
#include "policy/rules/keys.h"

namespace waarmerk::policy {
namespace {

struct ReadRule {
  Rule rule;
  std::vector<Finding> findings;
};

ReadRule read_rule(const ConfigBlock& block, ListFiles& files) {
  ReadRule read{.rule = {.line = block.line}};
  const std::string* name = text_in(block, "name");
  const std::string called =
      spoken_block(kRuleBlock, name != nullptr && is_rule_name(*name) ? name : nullptr);
  const auto store = [&](const RuleKey& key, const OptionValue& value) {
    return key.store(read.rule, value, files);
  };
  read.findings = read_block(block, rule_keys(), store, called);
  std::ranges::move(missing_keys(block, rule_keys(), {"name", "action"}, called),
                    std::back_inserter(read.findings));
  return read;
}

}  // namespace

std::string spoken(const Rule& rule) { return spoken_block(kRuleBlock, &rule.name); }

ReadRules read_rules(std::span<const ConfigBlock> blocks, ListFiles& files) {
  ReadRules read;
  if (blocks.size() > kMaxRules) {
    read.findings.push_back({.text = "more than " + std::to_string(kMaxRules) + " rules",
                             .line = blocks[kMaxRules].line});
    blocks = blocks.first(kMaxRules);
  }
  std::map<std::string, std::uint32_t> lines;
  for (const ConfigBlock& block : blocks) {
    auto [rule, findings] = read_rule(block, files);
    if (const auto [first, is_new] = lines.emplace(rule.name, rule.line);
        !is_new && !rule.name.empty()) {
      findings.push_back({.text = spoken(rule) + "the rule at line " +
                                  std::to_string(first->second) + " has that name already",
                          .line = rule.line});
    }
    if (findings.empty()) read.rules.push_back(std::move(rule));
    std::ranges::move(findings, std::back_inserter(read.findings));
  }
  return read;
}

}  // namespace waarmerk::policy
