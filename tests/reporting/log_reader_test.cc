// LogReader and EntryReader: files, packed files, directories and damage, in order and in bounds.
#include "reporting/log_reader.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/packed_file.h"
#include "tests/support/record_samples.h"
#include "tests/support/scratch_folder.h"

namespace waarmerk::reporting {
namespace {

namespace fs = std::filesystem;

/// Every line as "number:text", every error as "!" and its place; without the folder's path.
std::vector<std::string> read_all(LogReader& reader, const std::string& folder) {
  std::vector<std::string> seen;
  while (const auto line = reader.next()) {
    std::string text = *line ? std::to_string((*line)->number) + ":" + std::string((*line)->text)
                             : "!" + to_string(line->error());
    if (const auto at = text.find(folder); at != std::string::npos) {
      text.erase(at, folder.size() + 1);
    }
    seen.push_back(std::move(text));
  }
  return seen;
}

class LogReaderTest : public testing::Test {
 protected:
  std::vector<std::string> read(const std::vector<std::string>& places, const DayRange& days = {}) {
    auto reader = LogReader::open(places, days);
    if (!reader) return {"cannot open"};
    return read_all(*reader, folder_.path().string());
  }
  std::string folder() const { return folder_.path().string(); }

  support::ScratchFolder folder_;
};

using Lines = std::vector<std::string>;

/// What a file holds and the lines that are in it.
struct Content {
  std::string name;
  std::string octets;
  Lines want;
};
std::ostream& operator<<(std::ostream& out, const Content& row) { return out << row.name; }

const std::string kTooLong = "a line of more than 65536 octets";

class LogContent : public testing::TestWithParam<Content> {};

TEST_P(LogContent, IsReadPlainAndPacked) {
  const support::ScratchFolder folder;
  const auto& row = GetParam();
  for (const std::string& octets : {row.octets, support::packed(row.octets)}) {
    const std::string path = folder.write("log", octets);
    auto reader = LogReader::open({path});
    ASSERT_TRUE(reader.has_value());
    EXPECT_EQ(read_all(*reader, folder.path().string()), row.want);
    EXPECT_EQ(reader->bytes_read(), octets.size());
    EXPECT_EQ(reader->bytes_total(), octets.size());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, LogContent,
    testing::Values(Content{"empty", "", {}}, Content{"one_octet", "{", {}},
                    Content{"one_line", "a\n", {"1:a"}},
                    Content{"A62_piece_at_the_end", "a\nb", {"1:a"}},
                    Content{"A62_empty_lines_count", "\na\n\n\nb\n", {"2:a", "5:b"}},
                    Content{"longest_line",
                            std::string(kMaxLine - 1, 'x') + "\n",
                            {"1:" + std::string(kMaxLine - 1, 'x')}},
                    Content{"line_too_long_by_one",
                            std::string(kMaxLine, 'x') + "\nb\n",
                            {"!log:1: " + kTooLong, "2:b"}},
                    Content{"line_longer_than_a_block",
                            "a\n" + std::string(3 * LineBuffer::kBlock, 'x') + "\nc\n",
                            {"1:a", "!log:2: " + kTooLong, "3:c"}},
                    Content{"piece_longer_than_a_block",
                            "a\n" + std::string(2 * LineBuffer::kBlock, 'x'),
                            {"1:a"}},
                    Content{"zeros", std::string("a\0b\n", 4), {std::string("1:a\0b", 5)}}),
    [](const auto& row) { return row.param.name; });

/// Lines of every length, so that they lie across the ends of blocks in every way.
TEST_F(LogReaderTest, LosesNothingBetweenBlocks) {
  std::string octets;
  Lines want;
  for (std::size_t i = 1; octets.size() < 4 * LineBuffer::kBlock; ++i) {
    const std::string line(1 + i * 7919 % 9000, static_cast<char>('a' + i % 26));
    octets += line + "\n";
    want.push_back(std::to_string(i) + ":" + line);
  }
  EXPECT_EQ(read({folder_.write("plain", octets)}), want);
  EXPECT_EQ(read({folder_.write("packed", support::packed(octets))}), want);
}

TEST_F(LogReaderTest, ReadsPlacesInTheirOrderAndCountsLinesInEach) {
  const std::string a = folder_.write("a", "1\n2\n");
  const std::string b = folder_.write("b", support::packed("3\n"));
  EXPECT_EQ(read({b, a}), (Lines{"1:3", "1:1", "2:2"}));
  EXPECT_EQ(read({a, a}), (Lines{"1:1", "2:2", "1:1", "2:2"}));
}

TEST_F(LogReaderTest, TheEndOfAFileEndsItsLastPiece) {
  const std::string a = folder_.write("a", "1\npiece");
  const std::string b = folder_.write("b", "of another\n");
  EXPECT_EQ(read({a, b}), (Lines{"1:1", "1:of another"}));
}

TEST_F(LogReaderTest, A62_SaysWhichFilesEndInAPiece) {
  const std::string plain = folder_.write("plain", "1\npiece");
  const std::string packed = folder_.write("packed", support::packed("piece"));
  const std::string huge = folder_.write("huge", std::string(2 * LineBuffer::kBlock, 'x'));
  auto reader = LogReader::open(
      {plain, folder_.write("whole", "2\n"), packed, huge, folder_.write("empty", "")});
  ASSERT_TRUE(reader.has_value());
  EXPECT_TRUE(reader->unfinished().empty());
  EXPECT_EQ(read_all(*reader, folder()), (Lines{"1:1", "1:2"}));
  Lines said;
  for (const Error& piece : reader->unfinished()) said.push_back(piece.where);
  EXPECT_EQ(said, (Lines{plain, packed, huge}));
  EXPECT_EQ(to_string(reader->unfinished()[0]),
            plain + ": note: the last line has no newline and was passed over");
}

TEST_F(LogReaderTest, ReadsMembersOneAfterTheOther) {
  const std::string octets = support::packed("1\n2") + support::packed("3\n") + support::packed("");
  EXPECT_EQ(read({folder_.write("a", octets)}), (Lines{"1:1", "2:23"}));
}

TEST_F(LogReaderTest, SaysWhereAPackedFileIsDamagedAndReadsTheNext) {
  const std::string after = folder_.write("z", "after\n");
  const std::string good = support::packed("1\n2\n");
  EXPECT_EQ(read({folder_.write("cut", good.substr(0, good.size() - 3)), after}),
            (Lines{"1:1", "2:2", "!cut: the gzip data ends too early", "1:after"}));
  EXPECT_EQ(read({folder_.write("short", good.substr(0, 2)), after}),
            (Lines{"!short: the gzip data ends too early", "1:after"}));
  std::string wrong = good;
  wrong[wrong.size() - 6] ^= 1;  // the checksum
  const Lines seen = read({folder_.write("wrong", wrong), after});
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_TRUE(seen[2].starts_with("!wrong: damaged gzip data")) << seen[2];
}

TEST_F(LogReaderTest, ReadsADirectoryByDate) {
  folder_.write("aggregate-2026-05-02.jsonl", "second\n");
  folder_.write("aggregate-2026-04-30.jsonl.gz", support::packed("first\n"));
  folder_.write("aggregate-2026-05-10.jsonl", "third\n");
  // Packed, and lines came late.
  folder_.write("aggregate-2026-05-02.jsonl.gz", support::packed("before the second\n"));
  for (const char* other :
       {"aggregate-2026-05-01.jsonl.bak", "aggregate-.jsonl", "aggregate-", "aggregate-2026-05-01",
        "other.jsonl", "x-aggregate-2026-05-01.jsonl", "aggregate-abcd-ef-gh.jsonl",
        "aggregate-2026-02-30.jsonl", "aggregate-2026-13-01.jsonl", "aggregate-2026-5-001.jsonl",
        "aggregate-2026-05-00.jsonl"}) {
    folder_.write(other, "not read\n");
  }
  EXPECT_EQ(read({folder()}), (Lines{"1:first", "1:before the second", "1:second", "1:third"}));
}

/// Nobody writes to the pipe: whoever opened it would wait for ever.
TEST_F(LogReaderTest, PassesPipesDevicesAndFoldersOfADirectory) {
  folder_.write("aggregate-2026-05-02.jsonl", "1\n");
  fs::create_symlink(folder() + "/aggregate-2026-05-02.jsonl",
                     folder() + "/aggregate-2026-05-03.jsonl");
  ASSERT_EQ(::mkfifo((folder() + "/aggregate-2026-05-01.jsonl").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", folder() + "/aggregate-2026-05-04.jsonl");
  fs::create_symlink(folder(), folder() + "/aggregate-2026-05-05.jsonl");
  fs::create_symlink("nowhere", folder() + "/aggregate-2026-05-06.jsonl.gz");
  EXPECT_EQ(read({folder()}), (Lines{"1:1", "1:1"})) << "the file, and the link to it";
}

TEST_F(LogReaderTest, RefusesADeviceThatIsNamed) {
  const auto reader = LogReader::open({"/dev/zero"});
  ASSERT_FALSE(reader.has_value());
  EXPECT_EQ(to_string(reader.error()),
            "/dev/zero: is neither a file nor a pipe; - is standard input");
  EXPECT_EQ(read({"/dev/null"}), Lines{});
}

TEST_F(LogReaderTest, LeavesOutDaysThatCannotMatter) {
  using namespace std::chrono;
  for (const char* day : {"01", "02", "03", "04", "05"}) {
    folder_.write("aggregate-2026-05-" + std::string(day) + ".jsonl", std::string(day) + "\n");
  }
  const auto day = [](unsigned d) { return sys_days(2026y / May / std::chrono::day(d)); };
  EXPECT_EQ(read({folder()}, {.first = day(4)}), (Lines{"1:04", "1:05"}));
  // The last record of a day may stand in the next day's file.
  EXPECT_EQ(read({folder()}, {.first = day(2), .last = day(3)}), (Lines{"1:02", "1:03", "1:04"}));
  const std::string file = folder() + "/aggregate-2026-05-01.jsonl";
  EXPECT_EQ(read({file}, {.first = day(4)}), (Lines{"1:01"})) << "a file that is named is read";
}

TEST_F(LogReaderTest, RefusesPlacesThatAreNotThere) {
  const std::string a = folder_.write("a", "1\n");
  const auto reader = LogReader::open({a, folder() + "/missing"});
  ASSERT_FALSE(reader.has_value());
  EXPECT_EQ(reader.error().text, "cannot open " + folder() + "/missing: No such file or directory");
  EXPECT_EQ(read({}), Lines{});
  EXPECT_EQ(read({folder()}), Lines{}) << "an empty directory";
}

TEST_F(LogReaderTest, AFileThatGoesAwayIsSaidAndPassed) {
  const std::string a = folder_.write("a", "1\n");
  const std::string b = folder_.write("b", "2\n");
  auto reader = LogReader::open({a, b});
  ASSERT_TRUE(reader.has_value());
  fs::remove(a);
  EXPECT_EQ(read_all(*reader, folder()),
            (Lines{"!cannot open a: No such file or directory", "1:2"}));
}

TEST_F(LogReaderTest, ReadsAPipeAndKnowsNoTotal) {
  const std::string pipe = folder() + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  auto reader = LogReader::open({pipe});
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(reader->bytes_total(), std::nullopt);
  const std::jthread writer(
      [this] { folder_.append("pipe", support::packed("1\n") + support::packed("2\n")); });
  EXPECT_EQ(read_all(*reader, folder()), (Lines{"1:1", "2:2"}));
}

TEST_F(LogReaderTest, EntriesAreCountedAndDamageIsTold) {
  const std::string record = write_record(support::plain_record()) + "\n";
  const std::string amendment = write_amendment({"node", "run", 42, WallTime{}, "problem"}) + "\n";
  const std::string path = folder_.write("a", record + "rubbish\n" + amendment + "{\"v\":1}\n");
  auto lines = LogReader::open({path});
  ASSERT_TRUE(lines.has_value());
  EntryReader entries(std::move(*lines));
  std::string kinds;
  Lines errors;
  while (const auto entry = entries.next()) {
    if (entry->has_value()) {
      kinds += std::holds_alternative<Record>((*entry)->entry) ? 'r' : 'a';
    } else {
      kinds += 'x';
      errors.push_back(entry->error().where);
    }
  }
  EXPECT_EQ(kinds, "rxax");
  EXPECT_EQ(errors, (Lines{path + ":2", path + ":4"}));
  EXPECT_EQ(entries.entries(), 2U);
  EXPECT_EQ(entries.damaged(), 2U);
}

}  // namespace
}  // namespace waarmerk::reporting
