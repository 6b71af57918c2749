// LogFollower: the end of a log, midnight and rotation, each line once.
#include "reporting/log_follower.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/packed_file.h"
#include "tests/support/scratch_folder.h"

namespace waarmerk::reporting {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

constexpr std::uint64_t kAll = std::uint64_t{1} << 40U;
const std::string kFirst = "aggregate-2026-05-01.jsonl";
const std::string kSecond = "aggregate-2026-05-02.jsonl";

class LogFollowerTest : public testing::Test {
 protected:
  void open(std::uint64_t octets = kAll) {
    auto opened = LogFollower::open(folder_.path().string(), octets);
    ASSERT_TRUE(opened.has_value()) << opened.error().text;
    log_ = std::move(*opened);
  }
  /// What is there now.
  Lines read() {
    Lines lines;
    while (const auto line = log_->next()) {
      lines.push_back(*line ? std::string((*line)->text) : "!" + line->error().text);
    }
    return lines;
  }
  void move_away(const std::string& name) {
    fs::rename(folder_.path() / name, folder_.path() / "moved");
  }

  support::ScratchFolder folder_;
  std::unique_ptr<LogFollower> log_;
};

TEST_F(LogFollowerTest, ReadsTheNewestFileOnly) {
  folder_.write(kFirst, "1\n");
  folder_.write(kSecond, "2\n");
  folder_.write("aggregate-2026-05-03.jsonl.gz", support::packed("3\n"));
  folder_.write("aggregate-2026-05-04.jsonl.bak", "4\n");
  open();
  EXPECT_EQ(read(), Lines{"2"});
}

TEST_F(LogFollowerTest, BeginsWithAWholeLine) {
  folder_.write(kFirst, "first\nsecond\nthird\n");
  open(10);  // "ond\nthird\n"
  EXPECT_EQ(read(), Lines{"third"});
  open(6);  // "third\n"
  EXPECT_EQ(read(), Lines{"third"});
  open(0);
  EXPECT_EQ(read(), Lines{});
  folder_.append(kFirst, "fourth\n");
  EXPECT_EQ(read(), Lines{"fourth"});
}

TEST_F(LogFollowerTest, GivesWhatComesOnce) {
  folder_.write(kFirst, "1\n");
  open();
  EXPECT_EQ(read(), Lines{"1"});
  EXPECT_EQ(read(), Lines{});
  folder_.append(kFirst, "2\n3");
  EXPECT_EQ(read(), Lines{"2"});
  folder_.append(kFirst, "3\n");
  EXPECT_EQ(read(), Lines{"33"});
}

TEST_F(LogFollowerTest, GoesOnAtMidnight) {
  folder_.write(kFirst, "1\n");
  open();
  EXPECT_EQ(read(), Lines{"1"});
  folder_.append(kFirst, "2\n");
  folder_.write(kSecond, "3\n");
  EXPECT_EQ(read(), (Lines{"2", "3"})) << "the rest of the old file comes first";
  folder_.append(kSecond, "4\n");
  EXPECT_EQ(read(), Lines{"4"});
}

TEST_F(LogFollowerTest, GoesOnAfterARotation) {
  folder_.write(kFirst, "old\n");
  folder_.write(kSecond, "1\n");
  open();
  EXPECT_EQ(read(), Lines{"1"});
  move_away(kSecond);
  folder_.append("moved", "2\n");
  EXPECT_EQ(read(), Lines{"2"}) << "the writer has not noticed yet; older files are not read again";
  folder_.append("moved", "3\n");
  folder_.write(kSecond, "4\n");
  EXPECT_EQ(read(), (Lines{"3", "4"}));
}

TEST_F(LogFollowerTest, WaitsForTheFirstFile) {
  open();
  EXPECT_EQ(read(), Lines{});
  folder_.write(kFirst, "1\n");
  EXPECT_EQ(read(), Lines{"1"});
}

TEST_F(LogFollowerTest, PassesALineThatIsTooLong) {
  folder_.write(kFirst, std::string(3 * LineBuffer::kBlock, 'x') + "\n2\n");
  open();
  EXPECT_EQ(read(), (Lines{"!a line of more than 65536 octets", "2"}));
}

TEST_F(LogFollowerTest, WakesWhenALineComes) {
  open();
  const std::jthread writer([this] { folder_.write(kFirst, "1\n"); });
  // Much longer than it takes, and no longer than a test may hang.
  for (int i = 0; i < 600 && read().empty(); ++i) log_->wait(std::chrono::milliseconds(100));
  folder_.append(kFirst, "2\n");
  EXPECT_EQ(read(), Lines{"2"});
}

TEST_F(LogFollowerTest, NeedsADirectoryOrAPlainFile) {
  EXPECT_FALSE(LogFollower::open((folder_.path() / "missing").string(), kAll).has_value());
  EXPECT_FALSE(LogFollower::open("-", kAll).has_value());
  EXPECT_FALSE(LogFollower::open(folder_.write("a.gz", support::packed("1\n")), kAll).has_value());
  EXPECT_TRUE(LogFollower::open(folder_.write("b.gz", "1\n"), kAll).has_value());
}

TEST_F(LogFollowerTest, SaysAnObstacleOnceAndGoesOnWhenItIsGone) {
  folder_.write(kFirst, "1\n");
  open();
  EXPECT_EQ(read(), Lines{"1"});
  folder_.write(kSecond, support::packed("2\n"));
  const Lines said = read();
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0], "!is packed, and nobody adds to it");
  EXPECT_EQ(read(), Lines{}) << "it is not said again";
  folder_.write(kSecond, "3\n");
  EXPECT_EQ(read(), Lines{"3"});
}

TEST_F(LogFollowerTest, SaysWhetherThereIsMoreBefore) {
  folder_.write(kFirst, "first\nsecond\n");
  open(7);
  EXPECT_TRUE(log_->begins_inside());
  open(13);
  EXPECT_FALSE(log_->begins_inside());
}

}  // namespace
}  // namespace waarmerk::reporting
