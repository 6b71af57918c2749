// The vectors for RFC 9989: a zone, an author domain and what was authenticated; and the one right
// evaluation. Each runs through the real walks and the real evaluation.
#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "policy/dmarc/alignment.h"
#include "tests/suites/dmarc_suite.h"
#include "tests/suites/known_failures.h"

namespace waarmerk::policy::dmarc {
namespace {

std::string text_of(const std::optional<DomainName>& name) { return name ? name->text() : ""; }

std::string text_of(const std::optional<Disposition>& policy) {
  return policy ? std::string(to_string(*policy)) : "";
}

/// The policy as published, before t=y: that of the tag it was chosen from.
std::string published_policy(const DmarcEvaluation& evaluation) {
  if (!evaluation.record || !is_usable(*evaluation.record)) return "";
  const Record& record = *evaluation.record;
  if (evaluation.policy_tag == "np") return text_of(record.np);
  if (evaluation.policy_tag == "sp") return text_of(record.sp);
  if (!record.p || record.policy_tag_invalid) return "none";
  return text_of(record.p);
}

/// The evaluation in the words of the vectors.
std::map<std::string, std::string> words_of(const DmarcEvaluation& evaluation) {
  return {{"result", std::string(to_string(evaluation.result))},
          {"spf_aligned", evaluation.spf_aligned() ? "true" : "false"},
          {"dkim_aligned", evaluation.dkim_aligned() ? "true" : "false"},
          {"record_at", text_of(evaluation.policy_domain)},
          {"org", text_of(evaluation.organizational_domain)},
          {"policy", published_policy(evaluation)},
          {"applied", text_of(evaluation.policy)}};
}

/// What is wrong with our evaluation of a vector; empty if nothing is.
std::string complaint(const Vector& vector) {
  VectorZone zone(vector);
  const DomainName author = vector.author();
  const Facts facts = gather_facts(author, authenticated(vector), zone);
  std::vector<std::string> asked = zone.asked;
  asked.resize(facts.walks.front().steps.size());  // The author's walk is the first.
  const auto got = words_of(evaluate_author(author, facts));

  std::string wrong;
  const YAML::Node expect = vector.node["expect"];
  for (const auto& entry : expect) {
    const auto key = entry.first.as<std::string>();
    if (key == "queries") {
      const auto want = entry.second.as<std::vector<std::string>>();
      if (asked != want) wrong += "queries: got " + testing::PrintToString(asked) + "; ";
      continue;
    }
    const auto want = entry.second.as<std::string>();
    if (got.at(key) != want) wrong += key + ": got " + got.at(key) + ", want " + want + "; ";
  }
  if (expect["policy"] && !expect["applied"] && got.at("applied") != got.at("policy")) {
    wrong += "applied: got " + got.at("applied") + ", want " + got.at("policy") + "; ";
  }
  return wrong;
}

class DmarcSuite : public testing::TestWithParam<Vector> {};

TEST_P(DmarcSuite, IsEvaluatedAsTheVectorSays) {
  expect_pass("dmarc/" + GetParam().id, complaint(GetParam()));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DmarcSuite);
INSTANTIATE_TEST_SUITE_P(Rfc9989, DmarcSuite, testing::ValuesIn(dmarc_suite()),
                         [](const auto& test) { return case_name(test.param.id); });

TEST(DmarcSuiteCount, SaysHowManyPass) {
  if (dmarc_suite().empty()) {
    std::cout << "dmarc: " << kPublishedVectors << " cases skipped: the suite is absent\n";
    return;
  }
  const auto passed =
      std::ranges::count_if(dmarc_suite(), [](const Vector& v) { return complaint(v).empty(); });
  std::cout << "dmarc: " << passed << " of " << dmarc_suite().size() << "\n";
  EXPECT_EQ(dmarc_suite().size(), kPublishedVectors);
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
