// What a log holds of the whole-message cases is enough to ask the DNS again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/chain.h"
#include "policy/evaluate.h"
#include "policy/gather_again.h"
#include "reporting/record.h"
#include "tests/golden/golden_case.h"

namespace waarmerk::golden {
namespace {

class GoldenAgain : public testing::TestWithParam<std::string> {
 protected:
  /// What the log holds of the case.
  static reporting::Record logged(GoldenCase& golden) {
    const auto output = cli::run_chain({.parts = golden.parts,
                                        .message = golden.message,
                                        .settings = golden.settings,
                                        .resolver = golden.zone,
                                        .host = "mx.example.org",
                                        .now = Instant{}});
    return reporting::parse_record(reporting::write_record(output.record)).value();
  }
};

/// The twin is in tests/policy/gather_again_test.cc: with other answers something comes out that
/// the whole message gives, too.
TEST_P(GoldenAgain, TheSameAnswersGiveTheSameEvidence) {
  GoldenCase golden = read_case(GetParam());
  const reporting::Record record = logged(golden);
  dns::MessageLookup lookup(golden.zone);
  policy::Facts again = policy::gather_again(record.facts, golden.settings, lookup, Instant::max());
  EXPECT_EQ(policy::evaluate(again, golden.settings).dmarc, record.verdict.dmarc);
  EXPECT_EQ(policy::evaluate(again, golden.settings).decision, record.verdict.decision);
  // A verifier asks for the keys of the author first.
  EXPECT_THAT(again.dns, testing::UnorderedElementsAreArray(record.facts.dns));
  again.dns = record.facts.dns;
  again.disagreements = record.facts.disagreements;
  again.list_differences = record.facts.list_differences;
  EXPECT_EQ(again, record.facts);
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenAgain, testing::ValuesIn(case_names()),
                         [](const auto& param) { return test_name(param.param); });

}  // namespace
}  // namespace waarmerk::golden
