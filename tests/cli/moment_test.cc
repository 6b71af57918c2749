#include "cli/moment.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "reporting/record_text.h"

namespace waarmerk::cli {
namespace {

struct Row {
  const char* name;
  const char* text;
  /// Empty: it is no time.
  const char* want;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class Moment : public testing::TestWithParam<Row> {};

TEST_P(Moment, IsReadAs) {
  const auto now = reporting::timestamp_from("2026-05-10T12:00:00.000000Z");
  const auto moment = parse_moment(GetParam().text, *now);
  EXPECT_EQ(moment ? reporting::timestamp(*moment) : "", GetParam().want);
  if (!moment) {
    EXPECT_NE(moment.error().text.find("expected"), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Moment,
    testing::Values(
        Row{"day", "2026-05-01", "2026-05-01T00:00:00.000000Z"},
        Row{"rfc3339", "2026-05-01T12:30:05Z", "2026-05-01T12:30:05.000000Z"},
        Row{"fraction", "2026-05-01T12:30:05.25Z", "2026-05-01T12:30:05.250000Z"},
        Row{"long_fraction", "2026-05-01T12:30:05.123456789Z", "2026-05-01T12:30:05.123456Z"},
        Row{"lower_case", "2026-05-01t12:30:05z", "2026-05-01T12:30:05.000000Z"},
        Row{"offset", "2026-05-01T01:30:05+02:00", "2026-04-30T23:30:05.000000Z"},
        Row{"negative_offset", "2026-05-01T23:30:05-01:30", "2026-05-02T01:00:05.000000Z"},
        Row{"leap_second", "2026-06-30T23:59:60Z", "2026-07-01T00:00:00.000000Z"},
        Row{"seconds_ago", "90s", "2026-05-10T11:58:30.000000Z"},
        Row{"minutes_ago", "30m", "2026-05-10T11:30:00.000000Z"},
        Row{"hours_ago", "2h", "2026-05-10T10:00:00.000000Z"},
        Row{"days_ago", "3d", "2026-05-07T12:00:00.000000Z"},
        Row{"weeks_ago", "1w", "2026-05-03T12:00:00.000000Z"}, Row{"nothing", "", ""},
        Row{"unit_alone", "h", ""}, Row{"number_alone", "2", ""}, Row{"other_unit", "2y", ""},
        Row{"negative", "-2h", ""}, Row{"too_long_ago", "10000000d", ""},
        Row{"no_such_day", "2026-02-30", ""}, Row{"no_such_month", "2026-13-01", ""},
        Row{"no_such_hour", "2026-05-01T24:00:00Z", ""},
        Row{"without_zone", "2026-05-01T12:00:00", ""},
        Row{"without_seconds", "2026-05-01T12:00Z", ""},
        Row{"something_behind", "2026-05-01T12:00:00Zx", ""},
        Row{"point_alone", "2026-05-01T12:00:00.Z", ""}, Row{"short_year", "26-05-01", ""},
        Row{"words", "yesterday", ""}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace waarmerk::cli
