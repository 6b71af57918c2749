#include "cli/time_span.h"

#include <gtest/gtest.h>

namespace waarmerk::cli {
namespace {

using namespace std::chrono_literals;

const WallTime kMay = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 5 / 1));

TEST(TimeSpan, HasTheLimitsThatAreGiven) {
  EXPECT_FALSE(time_span("", "", kMay)->since);
  EXPECT_FALSE(time_span("", "", kMay)->until);
  EXPECT_EQ(time_span("2026-05-01", "", kMay)->since, kMay);
  EXPECT_EQ(time_span("2h", "", kMay)->since, kMay - 2h);
  EXPECT_EQ(time_span("", "2026-05-01T12:30:00Z", kMay)->until, kMay + 12h + 30min);
  EXPECT_TRUE(time_span("2026-05-01", "2026-05-02", kMay)) << "one day";
}

TEST(TimeSpan, RefusesTheRestAndSaysWhich) {
  EXPECT_EQ(time_span("yesterday", "", kMay).error().where, "--since");
  EXPECT_EQ(time_span("", "2026-02-30", kMay).error().where, "--until");
  EXPECT_FALSE(time_span("2026-05-02", "2026-05-01", kMay)) << "the end before the beginning";
  EXPECT_FALSE(time_span("2026-05-01", "2026-05-01", kMay)) << "an empty span";
}

}  // namespace
}  // namespace waarmerk::cli
