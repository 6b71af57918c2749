// SeenLines: lines are known again, and only those; and a reader of both forms of a file.
#include "reporting/seen_lines.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

#include "reporting/log_reader.h"
#include "tests/support/packed_file.h"
#include "tests/support/record_samples.h"
#include "tests/support/scratch_folder.h"

namespace waarmerk::reporting {
namespace {

std::string line_of(std::uint64_t seq, const std::string& run = "run",
                    const std::string& node = "node") {
  Record record = support::plain_record();
  record.seq = seq;
  record.run = run;
  record.node = node;
  return write_record(record);
}

/// Short ones, whose heads are right.
std::string head_line(std::uint64_t seq, const std::string& run) {
  return R"({"v":1,"seq":)" + std::to_string(seq) + R"(,"time":"","node":"n","run":")" + run +
         R"(","queue_id":""})";
}

TEST(SeenLines, KnowsARecordByNodeRunAndSeq) {
  SeenLines seen;
  for (const std::uint64_t seq : std::initializer_list<std::uint64_t>{7, 8, 9, 3, 4, 12})
    seen.add(line_of(seq));
  for (const std::uint64_t seq : std::initializer_list<std::uint64_t>{3, 4, 7, 8, 9, 12}) {
    EXPECT_TRUE(seen.contains(line_of(seq))) << seq;
    EXPECT_FALSE(seen.contains(line_of(seq, "another"))) << seq;
    EXPECT_FALSE(seen.contains(line_of(seq, "run", "another"))) << seq;
  }
  for (const std::uint64_t seq : std::initializer_list<std::uint64_t>{0, 2, 5, 6, 10, 11, 13}) {
    EXPECT_FALSE(seen.contains(line_of(seq))) << seq;
  }
  EXPECT_FALSE(seen.contains(line_of(3, "", "noderun"))) << "not the same with another border";
  seen.clear();
  EXPECT_FALSE(seen.contains(line_of(7)));
}

TEST(SeenLines, KnowsOtherLinesByTheirOctets) {
  SeenLines seen;
  const std::string amendment = write_amendment({"node", "run", 42, WallTime{}, "problem"});
  seen.add(amendment);
  seen.add("rubbish");
  EXPECT_TRUE(seen.contains(amendment));
  EXPECT_TRUE(seen.contains("rubbish"));
  EXPECT_FALSE(seen.contains(write_amendment({"node", "run", 42, WallTime{}, "another"})));
  EXPECT_FALSE(seen.contains("rubbish "));
}

/// A log full of runs, of gaps and of damage.
TEST(SeenLines, KeepsNoMoreThanItsBound) {
  SeenLines seen;
  for (std::size_t i = 0; i < SeenLines::kMaxKept + 10; ++i) {
    seen.add("damage " + std::to_string(i));
    seen.add(head_line(2 * i, i % 2 == 0 ? "gaps" : std::to_string(i)));
  }
  EXPECT_TRUE(seen.contains("damage 0"));
  EXPECT_TRUE(seen.contains(head_line(0, "gaps")));
  EXPECT_FALSE(seen.contains("damage " + std::to_string(SeenLines::kMaxKept)));
  EXPECT_FALSE(seen.contains(head_line(2 * SeenLines::kMaxKept, "gaps")));
  seen.add(head_line(1, "gaps"));
  EXPECT_TRUE(seen.contains(head_line(1, "gaps"))) << "a range that is there may grow";
}

class BothForms : public testing::Test {
 protected:
  /// The seqs of what is read of the folder; "a" for an amendment and "!" for an error.
  std::string read() const {
    auto lines = LogReader::open({folder_.path().string()});
    EntryReader entries(std::move(lines.value()));
    std::string seen;
    while (const auto entry = entries.next()) {
      const auto* record = *entry ? std::get_if<Record>(&(*entry)->entry) : nullptr;
      seen += record != nullptr ? std::to_string(record->seq) : *entry ? "a" : "!";
      seen += ' ';
    }
    return seen;
  }
  static std::string lines(std::uint64_t first, std::uint64_t last) {
    std::string octets;
    for (std::uint64_t seq = first; seq <= last; ++seq) octets += line_of(seq) + "\n";
    return octets;
  }

  support::ScratchFolder folder_;
  const std::string plain_ = "aggregate-2026-05-01.jsonl";
  const std::string packed_ = "aggregate-2026-05-01.jsonl.gz";
};

TEST_F(BothForms, A62_LinesOfBothAreReadOnce) {
  const std::string amendment = write_amendment({"node", "run", 2, WallTime{}, "x"}) + "\n";
  folder_.write(plain_, lines(1, 3) + amendment + lines(4, 6));
  folder_.write(packed_, support::packed(lines(1, 3) + amendment + lines(4, 4)));
  EXPECT_EQ(read(), "1 2 3 a 4 5 6 ");
}

TEST_F(BothForms, A62_AFileThatIsBeingPackedIsReadWhole) {
  const std::string all = lines(1, 6);
  folder_.write(plain_, all);
  const std::string packed = support::packed(all);
  folder_.write(packed_, packed.substr(0, packed.size() / 2));
  const std::string seen = read();
  EXPECT_TRUE(seen.ends_with("6 ")) << seen;
  std::string records;
  for (const char c : seen) records += c == '!' || c == ' ' ? "" : std::string(1, c);
  EXPECT_EQ(records, "123456");
}

TEST_F(BothForms, WhatCameAfterPackingIsReadToo) {
  folder_.write(packed_, support::packed(lines(1, 3)));
  folder_.write(plain_, lines(4, 5) + line_of(1, "a new run") + "\n");
  EXPECT_EQ(read(), "1 2 3 4 5 1 ");
}

/// Only the two forms of one day: a log that is named twice is read twice.
TEST_F(BothForms, AnotherDayIsReadWhateverItHolds) {
  folder_.write(packed_, support::packed(lines(1, 2)));
  folder_.write("aggregate-2026-05-02.jsonl", lines(1, 2));
  EXPECT_EQ(read(), "1 2 1 2 ");
  folder_.write(plain_, lines(1, 3));
  EXPECT_EQ(read(), "1 2 3 1 2 ");
}

}  // namespace
}  // namespace waarmerk::reporting
