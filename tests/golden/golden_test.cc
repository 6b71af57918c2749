// Whole messages: what is known of each stands in a folder, and so does what must come of it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <sstream>

#include "cli/chain.h"
#include "policy/evaluate.h"
#include "policy/explain.h"
#include "tests/golden/golden_case.h"
#include "tests/support/whole_file.h"

namespace waarmerk::golden {
namespace {

std::string story_of(const reporting::Record& record) {
  std::string story;
  for (const auto& paragraph : policy::explain(record.facts, record.verdict)) {
    story += paragraph.heading + "\n";
    for (const std::string& sentence : paragraph.sentences) story += "  " + sentence + "\n";
  }
  return story;
}

std::string answer_of(const milter::Actions& actions) {
  std::string answer;
  for (const auto& position : actions.remove) {
    answer += "delete " + position.name + " " + std::to_string(position.index) + "\n";
  }
  for (const auto& field : actions.add) answer += "add " + field.name + ": " + field.value + "\n";
  if (actions.hold) answer += "hold " + *actions.hold + "\n";
  if (actions.reply) {
    answer += "reply " + actions.reply->code() + " " + actions.reply->enhanced() + " " +
              actions.reply->text() + "\n";
  }
  return answer;
}

cli::ChainOutput run(GoldenCase& golden) {
  return cli::run_chain({.parts = golden.parts,
                         .message = golden.message,
                         .settings = golden.settings,
                         .resolver = golden.zone,
                         .host = "mx.example.org",
                         .now = Instant{}});
}

class GoldenTest : public testing::TestWithParam<std::string> {};

TEST_P(GoldenTest, ComesOutAsWritten) {
  GoldenCase golden = read_case(GetParam());
  const auto output = run(golden);
  expect_file(golden, "verdict", story_of(output.record));
  expect_file(golden, "answer", answer_of(output.actions));
  expect_file(golden, "record.json", reporting::write_record(output.record) + "\n");
}

/// The law of the evidence: what the log says is what was known, and it is enough to decide again.
TEST_P(GoldenTest, TheLogDecidesAgainAsBefore) {
  GoldenCase golden = read_case(GetParam());
  const auto output = run(golden);
  const std::string line = reporting::write_record(output.record);
  const auto parsed = reporting::parse_record(line);
  ASSERT_TRUE(parsed) << parsed.error().where << ": " << parsed.error().text;
  EXPECT_EQ(*parsed, output.record);
  EXPECT_EQ(reporting::write_record(*parsed), line);
  EXPECT_EQ(story_of(*parsed), story_of(output.record)) << "explain says what check said";
  EXPECT_EQ(policy::evaluate(parsed->facts, golden.settings), output.record.verdict);
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenTest, testing::ValuesIn(case_names()),
                         [](const auto& param) { return test_name(param.param); });

/// The manual shows what is told.
TEST(Golden, TheStoryInTheManualIsThatOfACase) {
  GoldenCase golden = read_case("11-through-a-list");
  std::string indented;
  std::istringstream story(story_of(run(golden).record));
  for (std::string line; std::getline(story, line);) indented += "    " + line + "\n";
  const std::string manual =
      support::read_whole(std::filesystem::path(WAARMERK_SOURCE_DIR) / "docs" / "desk.md");
  EXPECT_NE(manual.find(indented), std::string::npos) << "docs/desk.md should say:\n" << indented;
}

TEST(Golden, ThereAreCases) { EXPECT_GE(case_names().size(), 106U); }

}  // namespace
}  // namespace waarmerk::golden
