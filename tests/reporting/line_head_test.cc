// head_of: what it reads is what the parser reads, and what it cannot read it leaves alone.
#include "reporting/line_head.h"

#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <string>

#include "reporting/record.h"
#include "tests/support/record_samples.h"

namespace waarmerk::reporting {
namespace {

LineHead head_in(const Record& record) {
  return {record.seq, record.node, record.run, record.facts.queue_id};
}

/// If this fails the writer begins its lines otherwise, and every search parses every line.
TEST(LineHead, IsReadOfEveryLineOfTheWriter) {
  for (const support::NamedRecord& sample : support::typical_records()) {
    EXPECT_EQ(head_of(write_record(sample.record)), head_in(sample.record)) << sample.name;
  }
}

TEST(LineHead, IsThatOfTheParserWhateverARecordHolds) {
  std::mt19937 random(20260503);
  int read = 0;
  for (int i = 0; i < 2000; ++i) {
    Record record = support::chance_record(random, support::Texts::Hostile);
    // Three texts by chance alone are hardly ever all without an escape.
    if (i % 2 == 0) record.run = "1777615200-4711";
    if (i % 4 == 0) record.node = "mx1.example.net";
    if (i % 16 == 0) record.facts.queue_id = "4bXyz12T3w";
    const std::string line = write_record(record);
    const auto head = head_of(line);
    if (!head) continue;
    ++read;
    EXPECT_EQ(*head, head_in(parse_record(line).value()));
  }
  EXPECT_GE(read, 2000 / 16);
}

struct Row {
  const char* name;
  const char* line;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class OtherSpelling : public testing::TestWithParam<Row> {};

TEST_P(OtherSpelling, IsLeftToTheParser) { EXPECT_EQ(head_of(GetParam().line), std::nullopt); }

INSTANTIATE_TEST_SUITE_P(
    Rows, OtherSpelling,
    testing::Values(
        Row{"space", R"({"v":1, "seq":1,"time":"t","node":"n","run":"r","queue_id":"q"})"},
        Row{"order", R"({"seq":1,"v":1,"time":"t","node":"n","run":"r","queue_id":"q"})"},
        Row{"escaped_id", R"({"v":1,"seq":1,"time":"t","node":"n","run":"r","queue_id":"\u0041"})"},
        Row{"escaped_node", R"({"v":1,"seq":1,"time":"t","node":"\"","run":"r","queue_id":"q"})"},
        Row{"another_member", R"({"v":1,"seq":1,"new":"","time":"t","node":"n","run":"r"})"},
        Row{"huge_seq", R"({"v":1,"seq":18446744073709551616,"time":"t","node":"n","run":"r",)"
                        R"("queue_id":"q"})"},
        Row{"no_seq", R"({"v":1,"seq":,"time":"t","node":"n","run":"r","queue_id":"q"})"},
        Row{"amendment", R"({"v":1,"amends":1,"time":"t","node":"n","run":"r","problem":"p"})"},
        Row{"cut_in_the_id", R"({"v":1,"seq":1,"time":"t","node":"n","run":"r","queue_id":"q)"},
        Row{"cut_in_the_seq", R"({"v":1,"seq":1)"}, Row{"empty", ""}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace waarmerk::reporting
