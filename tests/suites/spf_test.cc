// The OpenSPF suite for RFC 7208: every case is one check_host() over the zone of its scenario.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "dns/lookup.h"
#include "policy/spf/evaluate.h"
#include "policy/spf/libspf2_engine.h"
#include "tests/suites/known_failures.h"
#include "tests/suites/spf_suite.h"

namespace waarmerk::policy::spf {
namespace {

/// Who evaluates.
struct Evaluator {
  std::string name;
  SpfOutcome (*check)(const Request&, const Limits&, dns::Lookup&, Instant);
};
const Evaluator kNative{"native", check_host};
const Evaluator kReference{"libspf2", check_host_by_libspf2};

/// As the caller does it: read the identity, and ask only if it has a domain.
SpfOutcome check(const SpfCase& c, const Evaluator& engine) {
  const auto request = request_of(c);
  if (!request) return {};
  return engine.check(*request, {}, *c.zone, Instant::max());
}

/// What is wrong with our answer to a case; empty if nothing is.
std::string complaint(const SpfCase& c, const Evaluator& engine) {
  const SpfOutcome outcome = check(c, engine);
  const std::string result(to_string(outcome.result));
  if (std::ranges::find(c.results, result) == c.results.end()) {
    return "got " + result + " (" + outcome.reason + "), want " + testing::PrintToString(c.results);
  }
  const std::string explanation = outcome.explanation.empty() ? "DEFAULT" : outcome.explanation;
  if (outcome.result == SpfResult::Fail && c.explanation && explanation != *c.explanation) {
    return "got explanation \"" + explanation + "\", want \"" + *c.explanation + "\"";
  }
  return "";
}

class SpfSuite : public testing::TestWithParam<SpfCase> {};

TEST_P(SpfSuite, HasTheResultOfTheSuite) {
  expect_pass("spf/" + GetParam().id, complaint(GetParam(), kNative));
}

TEST_P(SpfSuite, HasTheResultOfTheSuiteWithLibspf2) {
  expect_pass("spf-libspf2/" + GetParam().id, complaint(GetParam(), kReference));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SpfSuite);
INSTANTIATE_TEST_SUITE_P(Suite, SpfSuite, testing::ValuesIn(spf_suite()),
                         [](const auto& test) { return case_name(test.param.id); });

TEST(SpfSuiteCount, SaysHowManyPass) {
  if (spf_suite().empty()) {
    std::cout << "spf: " << kPublishedSpfCases << " cases skipped: the suite is absent\n";
    return;
  }
  for (const Evaluator& engine : {kNative, kReference}) {
    const auto passed = std::ranges::count_if(
        spf_suite(), [&engine](const SpfCase& c) { return complaint(c, engine).empty(); });
    std::cout << "spf, " << engine.name << ": " << passed << " of " << spf_suite().size() << "\n";
  }
  EXPECT_EQ(spf_suite().size(), kPublishedSpfCases);
}

}  // namespace
}  // namespace waarmerk::policy::spf
