#include "policy/config_tests/run.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "policy/block_reader.h"
#include "policy/evaluate.h"

namespace waarmerk::policy {
namespace {

constexpr std::string_view kByRule = "rule=";

/// The name of the rule that decided; nullopt if none did.
std::optional<std::string_view> deciding_rule(const Decision& decision) {
  std::string_view rule = decision.rule;
  if (!rule.starts_with(kByRule)) return std::nullopt;
  rule.remove_prefix(kByRule.size());
  return rule.substr(0, rule.find(','));
}

bool is_expected_rule(std::string_view expected, const Decision& decision) {
  const auto name = deciding_rule(decision);
  if (expected.empty()) return !name;
  return expected == decision.rule || expected == name;
}

/// How a reader finds what he wrote in what came.
std::string came_by(const Decision& decision) {
  return std::string(deciding_rule(decision).value_or(decision.rule));
}

DmarcResult result_of(const Verdict& verdict) {
  const DmarcEvaluation* dmarc = verdict.deciding_dmarc();
  return dmarc == nullptr ? DmarcResult::None : dmarc->result;
}

std::string types_of(const std::vector<Override>& overrides) {
  std::string types;
  for (const Override& override : overrides) {
    types += (types.empty() ? "" : ", ") + std::string(to_string(override.type));
  }
  return types.empty() ? "none" : types;
}

std::vector<Difference> differences_of(const ConfigTest& test, const Verdict& verdict) {
  const Decision& decision = verdict.decision;
  std::vector<Difference> differences;
  const auto compare = [&](bool is_equal, std::string_view what, std::string_view expected,
                           std::string_view came) {
    if (!is_equal) {
      differences.push_back({std::string(what), std::string(expected), std::string(came)});
    }
  };
  if (test.action) {
    compare(*test.action == decision.action, "action", to_string(*test.action),
            to_string(decision.action));
  }
  if (test.rule) {
    compare(is_expected_rule(*test.rule, decision), "rule", *test.rule, came_by(decision));
  }
  if (test.dmarc) {
    const DmarcResult came = result_of(verdict);
    compare(*test.dmarc == came, "dmarc", to_string(*test.dmarc), to_string(came));
  }
  if (test.override) {
    const bool has_it = std::ranges::find(decision.overrides, *test.override, &Override::type) !=
                        decision.overrides.end();
    compare(has_it, "override", to_string(*test.override), types_of(decision.overrides));
  }
  return differences;
}

Settings enforcing(Settings settings) {
  settings.mode = Mode::Enforce;
  return settings;
}

/// In `settings` of mode "enforce".
TestOutcome run_enforced(const ConfigTest& test, const Settings& settings) {
  TestOutcome outcome{.facts = facts_of(test, settings.exempt)};
  outcome.verdict = evaluate(outcome.facts, settings);
  outcome.differences = differences_of(test, outcome.verdict);
  return outcome;
}

}  // namespace

TestOutcome run_test(const ConfigTest& test, const Settings& settings) {
  return run_enforced(test, enforcing(settings));
}

std::vector<TestOutcome> run_tests(const Configuration& configuration) {
  const Settings settings = enforcing(configuration.settings);
  std::vector<TestOutcome> outcomes;
  for (const ConfigTest& test : configuration.tests) {
    outcomes.push_back(run_enforced(test, settings));
  }
  return outcomes;
}

std::vector<Finding> failing_tests(const Configuration& configuration) {
  if (!configuration.is_usable()) return {};
  const auto outcomes = run_tests(configuration);
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].passed()) continue;
    const ConfigTest& test = configuration.tests[i];
    std::string text = spoken_block(kTestBlock, &test.name);
    for (const Difference& difference : outcomes[i].differences) {
      text += difference.what + " is \"" + printable(difference.came) + "\", expected \"" +
              printable(difference.expected) + "\"; ";
    }
    findings.push_back({.text = text + outcomes[i].verdict.decision.why, .line = test.line});
  }
  return findings;
}

}  // namespace waarmerk::policy
