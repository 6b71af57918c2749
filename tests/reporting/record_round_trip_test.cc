// The two laws of the log: what is written is read back the same, and what is read is written the
// same.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <random>

#include "base/text.h"
#include "policy/evaluate.h"
#include "reporting/record.h"
#include "tests/support/record_samples.h"

namespace waarmerk::support {

void PrintTo(const NamedRecord& sample, std::ostream* out) { *out << sample.name; }

}  // namespace waarmerk::support

namespace waarmerk::reporting {
namespace {

using support::Texts;

bool is_one_printable_line(std::string_view line) {
  return std::ranges::none_of(line, [](char c) { return is_control(c) || !is_ascii(c); });
}

class TypicalRecord : public testing::TestWithParam<support::NamedRecord> {};

// D-78: the results of every mechanism are kept.
TEST_P(TypicalRecord, IsReadBackAsItWas) {
  const Record& record = GetParam().record;
  const std::string line = write_record(record);
  const auto read = parse_record(line);
  ASSERT_TRUE(read.has_value()) << read.error().where << ": " << read.error().text << "\n" << line;
  EXPECT_TRUE(read->cut.empty());
  EXPECT_EQ(write_record(*read), line);
  EXPECT_TRUE(*read == record) << line;
}

INSTANTIATE_TEST_SUITE_P(Records, TypicalRecord, testing::ValuesIn(support::typical_records()),
                         [](const auto& row) { return row.param.name; });

TEST(RecordRoundTrip, A61_KeepsEveryRecordThatNeedsNoCut) {
  std::mt19937 random(9990);
  for (int round = 0; round < 2000; ++round) {
    const Record record = support::chance_record(random, Texts::WellFormed);
    const std::string line = write_record(record);
    ASSERT_TRUE(is_one_printable_line(line)) << line;
    const auto read = parse_record(line);
    ASSERT_TRUE(read.has_value()) << read.error().where << ": " << read.error().text << "\n"
                                  << line;
    ASSERT_TRUE(read->cut.empty()) << line;
    ASSERT_TRUE(*read == record) << line;
  }
}

TEST(RecordRoundTrip, A61_HostileTextsAreReadBackOrNamedAsCut) {
  std::mt19937 random(7208);
  int cut = 0;
  for (int round = 0; round < 2000; ++round) {
    const Record record = support::chance_record(random, Texts::Hostile);
    const std::string line = write_record(record);
    ASSERT_LT(line.size(), kMaxLine);
    ASSERT_TRUE(is_one_printable_line(line)) << line;
    const auto read = parse_record(line);
    ASSERT_TRUE(read.has_value()) << read.error().where << ": " << read.error().text << "\n"
                                  << line;
    ASSERT_EQ(write_record(*read), line);
    ASSERT_EQ(*read == record, read->cut.empty()) << line;
    cut += read->cut.empty() ? 0 : 1;
  }
  EXPECT_GT(cut, 1000) << "the hostile texts are not hostile";
}

/// The first law is there for this: what the log holds is decided again with the same outcome.
TEST(RecordRoundTrip, A60_TheLineDecidesAgainAsTheMessageDid) {
  std::mt19937 random(9989);
  for (int round = 0; round < 1000; ++round) {
    policy::Settings settings;
    settings.mode = static_cast<policy::Mode>(round % 3);
    settings.on_reject = static_cast<policy::OnReject>(round / 3 % 3);
    settings.on_temperror = static_cast<policy::OnTempError>(round / 9 % 2);
    Record record = support::chance_record(random, Texts::WellFormed);
    record.verdict = policy::evaluate(record.facts, settings);
    const auto read = parse_record(write_record(record));
    ASSERT_TRUE(read.has_value()) << read.error().where << ": " << read.error().text;
    ASSERT_TRUE(read->facts == record.facts);
    ASSERT_TRUE(policy::evaluate(read->facts, settings).decision == read->verdict.decision)
        << write_record(record);
  }
}

/// The smallest change anywhere must be seen by the comparison above.
TEST(RecordRoundTrip, TellsDifferentRecordsApart) {
  std::mt19937 random(1);
  const Record one = support::chance_record(random, Texts::WellFormed);
  Record other = one;
  other.facts.client.tls.bits ^= 1U;
  EXPECT_NE(write_record(one), write_record(other));
  EXPECT_FALSE(one == other);
}

}  // namespace
}  // namespace waarmerk::reporting
