#include "cli/time_span.h"

#include <gtest/gtest.h>

namespace waarmerk::cli {
namespace {

using namespace std::chrono_literals;

const WallTime kMay = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 5 / 1));

TEST(TimeSpan, ReadsDaysAndTimes) {
  EXPECT_FALSE(time_span("", "")->since);
  EXPECT_FALSE(time_span("", "")->until);
  EXPECT_EQ(time_span("2026-05-01", "")->since, kMay);
  EXPECT_EQ(time_span("2026-05-01T12:30:00Z", "")->since, kMay + 12h + 30min);
  EXPECT_EQ(time_span("2026-05-01T12:30:00.000005Z", "")->since, kMay + 12h + 30min + 5us);
  EXPECT_EQ(time_span("", "2026-05-01")->until, kMay + 24h) << "the day is included";
  EXPECT_EQ(time_span("", "2026-05-01T12:30:00Z")->until, kMay + 12h + 30min);
  EXPECT_TRUE(time_span("2026-05-01", "2026-05-01")) << "one day";
}

TEST(TimeSpan, RefusesTheRest) {
  for (const char* text : {"yesterday", "2026-02-30", "2026-05-01 12:30", "2026-05-01T12:30:00",
                           "2026-5-1", "01.05.2026", "\x1b[2J"}) {
    const auto span = time_span(text, "");
    ASSERT_FALSE(span) << text;
    EXPECT_EQ(span.error().where, "--since");
    EXPECT_EQ(span.error().text.find('\x1b'), std::string::npos);
    EXPECT_FALSE(time_span("", text)) << text;
  }
  EXPECT_FALSE(time_span("2026-05-02", "2026-05-01")) << "the end before the beginning";
  EXPECT_FALSE(time_span("2026-05-01T12:30:00Z", "2026-05-01T12:30:00Z")) << "an empty span";
}

}  // namespace
}  // namespace waarmerk::cli
