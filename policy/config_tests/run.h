// Runs the tests of a configuration by the decision itself.
#pragma once

#include <string>
#include <vector>

#include "policy/config_tests/config_test.h"
#include "policy/configuration.h"
#include "policy/facts.h"
#include "policy/settings.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// Something that came out otherwise than it was expected.
struct Difference {
  /// The key of the test: "action", "rule", "dmarc" or "override".
  std::string what;
  std::string expected;
  std::string came;

  bool operator==(const Difference&) const = default;
};

/// What became of the message of a test.
struct TestOutcome {
  Facts facts;
  Verdict verdict;
  /// Empty if the test passes.
  std::vector<Difference> differences;

  [[nodiscard]] bool passed() const { return differences.empty(); }
};

/// Decides about the message of a test by these settings in mode "enforce". Pure.
[[nodiscard]] TestOutcome run_test(const ConfigTest& test, const Settings& settings);

/// The outcomes of all tests of a configuration, in their order. Pure.
[[nodiscard]] std::vector<TestOutcome> run_tests(const Configuration& configuration);

/// An error for each test that does not pass, at its line. Nothing for a configuration that has
/// errors already: it is not the one that was meant. Pure.
[[nodiscard]] std::vector<Finding> failing_tests(const Configuration& configuration);

}  // namespace waarmerk::policy
