// LogLines: damage is reported and passed, and half a line is none.
#include "reporting/log_lines.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/support/record_samples.h"

namespace waarmerk::reporting {
namespace {

std::string record_line() { return write_record(support::plain_record()); }
std::string amendment_line() { return write_amendment({"node", "run", 42, WallTime{}, "problem"}); }

/// What a buffer holds: 'r' a record, 'a' an amendment, 'x' damage.
struct Buffer {
  std::string name;
  std::string text;
  std::string want;
  std::string rest;
};
std::ostream& operator<<(std::ostream& out, const Buffer& row) { return out << row.name; }

char kind_of(const Result<LogEntry>& entry) {
  if (!entry) return 'x';
  return std::holds_alternative<Record>(*entry) ? 'r' : 'a';
}

class LogBuffer : public testing::TestWithParam<Buffer> {};

TEST_P(LogBuffer, IsReadAs) {
  LogLines lines(GetParam().text);
  std::string kinds;
  while (const auto entry = lines.next()) kinds += kind_of(*entry);
  EXPECT_EQ(kinds, GetParam().want);
  EXPECT_EQ(lines.rest(), GetParam().rest);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, LogBuffer,
    testing::Values(
        Buffer{"empty", "", "", ""}, Buffer{"only_newlines", "\n\n\n", "", ""},
        Buffer{"records_and_amendments", record_line() + "\n" + amendment_line() + "\n", "ra", ""},
        Buffer{"A62_half_line_at_the_end", record_line() + "\n{\"v\":1,\"se", "r", "{\"v\":1,\"se"},
        Buffer{"A62_whole_record_without_newline", record_line(), "", record_line()},
        Buffer{"A62_half_line_before_others", "{\"v\":1,\"se\n" + record_line() + "\n", "xr", ""},
        Buffer{"A62_empty_line_behind_a_lost_one", record_line() + "\n\n" + record_line() + "\n",
               "rr", ""},
        Buffer{"A62_half_line_run_into_another",
               "{\"v\":1,\"seq\":" + record_line() + "\n" + record_line() + "\n", "xr", ""},
        Buffer{"zeros_of_a_power_failure", std::string(512, '\0') + "\n" + record_line() + "\n",
               "xr", ""},
        Buffer{"line_ends_of_another_system", record_line() + "\r\n" + record_line() + "\r\n", "rr",
               ""},
        Buffer{"A60_another_version", "{\"v\":2}\n" + record_line() + "\n", "xr", ""},
        Buffer{"foreign_text", "# a comment\n" + record_line() + "\n", "xr", ""}),
    [](const auto& row) { return row.param.name; });

TEST(LogLines, SaysWhichLineIsDamaged) {
  const std::string text = record_line() + "\n\nrubbish\n" + record_line() + "\n";
  LogLines lines(text);
  EXPECT_TRUE(lines.next()->has_value());
  EXPECT_EQ(lines.line_number(), 1U);
  EXPECT_FALSE(lines.next()->has_value());
  EXPECT_EQ(lines.line_number(), 3U);
  EXPECT_EQ(lines.line(), "rubbish");
  EXPECT_TRUE(lines.next()->has_value());
  EXPECT_EQ(lines.line_number(), 4U);
  EXPECT_FALSE(lines.next().has_value());
  EXPECT_FALSE(lines.next().has_value());
}

}  // namespace
}  // namespace waarmerk::reporting
