// docs/policy.md: every block is a configuration that loads, and its tests prove it.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "policy/config_file.h"
#include "policy/config_tests/run.h"

namespace waarmerk::policy {
namespace {

struct Recipe {
  std::string heading;
  std::string block;
};
std::ostream& operator<<(std::ostream& out, const Recipe& recipe) { return out << recipe.heading; }

/// Headings of the second level, each with the block of TOML below it.
std::vector<Recipe> recipes() {
  std::ifstream in(std::string(WAARMERK_SOURCE_DIR) + "/docs/policy.md");
  std::vector<Recipe> all;
  bool in_block = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) all.push_back({line.substr(3), {}});
    if (line == "```") in_block = false;
    if (in_block) all.back().block += line + "\n";
    if (line == "```toml") in_block = true;
  }
  return all;
}

class Cookbook : public testing::TestWithParam<Recipe> {};

TEST_P(Cookbook, IsProvenByItsTests) {
  const auto read = read_configuration("mode = \"enforce\"\n" + GetParam().block, "docs/policy.md");
  ASSERT_TRUE(read) << to_string(read.error());
  ASSERT_TRUE(read->is_usable()) << to_string(read->say(read->findings.front()));
  std::set<std::string> actions;
  for (const TestOutcome& outcome : run_tests(*read)) {
    actions.emplace(to_string(outcome.verdict.decision.action));
    for (const Difference& difference : outcome.differences) {
      ADD_FAILURE() << difference.what << ": expected " << difference.expected << ", came "
                    << difference.came;
    }
  }
  EXPECT_GE(actions.size(), 2U) << "a recipe shows a message to which it must not happen";
}

INSTANTIATE_TEST_SUITE_P(Recipes, Cookbook, testing::ValuesIn(recipes()), [](const auto& row) {
  return "Number" + row.param.heading.substr(0, row.param.heading.find('.'));
});

TEST(CookbookFile, HasTwentySituations) { EXPECT_EQ(recipes().size(), 20U); }

}  // namespace
}  // namespace waarmerk::policy
