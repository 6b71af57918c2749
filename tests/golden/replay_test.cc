// The replay of the whole-message cases: under the settings of a case nothing changes.
#include "reporting/replay.h"

#include <gtest/gtest.h>

#include "cli/chain.h"
#include "tests/golden/golden_case.h"

namespace waarmerk::golden {
namespace {

TEST(GoldenReplay, ChangesNothingUnderTheSameSettings) {
  for (const std::string& name : case_names()) {
    GoldenCase golden = read_case(name);
    const auto output = cli::run_chain({.parts = golden.parts,
                                        .message = golden.message,
                                        .settings = golden.settings,
                                        .resolver = golden.zone,
                                        .host = "mx.example.org",
                                        .now = Instant{}});
    const auto logged = reporting::parse_record(reporting::write_record(output.record));
    ASSERT_TRUE(logged) << name;
    reporting::Replay replay(golden.settings, reporting::Basis::Action);
    replay.add(*logged);
    EXPECT_EQ(replay.report().messages, 1U) << name;
    EXPECT_EQ(replay.report().by_action.changed(), 0U) << name;
    EXPECT_EQ(replay.report().by_would.changed(), 0U) << name;
  }
}

}  // namespace
}  // namespace waarmerk::golden
