// PosixLogStorage on real files, in a directory of its own.
#include "reporting/posix_log_storage.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "reporting/log_file.h"
#include "tests/support/record_samples.h"
#include "tests/support/whole_file.h"

namespace waarmerk::reporting {
namespace {

namespace fs = std::filesystem;

class PosixLogStorageTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "waarmerk-log-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    path_ = (directory_ / "a.jsonl").string();
  }
  void TearDown() override { fs::remove_all(directory_); }

  static std::string content(const fs::path& path) { return support::read_whole(path); }

  PosixLogStorage storage_;
  fs::path directory_;
  std::string path_;
};

TEST_F(PosixLogStorageTest, MakesAFileThatOthersCannotRead) {
  const auto opened = storage_.open(path_);
  ASSERT_TRUE(opened.has_value()) << opened.error().text;
  EXPECT_TRUE(opened->ends_cleanly);
  const auto mode = fs::status(path_).permissions();
  EXPECT_EQ(mode & (fs::perms::others_all | fs::perms::group_write | fs::perms::owner_exec),
            fs::perms::none);
  EXPECT_NE(mode & fs::perms::owner_write, fs::perms::none);
}

unsigned mode_of(const fs::path& path) {
  return static_cast<unsigned>(fs::status(path).permissions()) & 0777U;
}

/// A umask that comes back.
class Umask {
 public:
  explicit Umask(mode_t mask) : previous_(::umask(mask)) {}
  ~Umask() { ::umask(previous_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  mode_t previous_;
};

TEST_F(PosixLogStorageTest, MakesItWithTheSameModeWhateverTheUmaskIs) {
  for (const mode_t mask : {0000U, 0022U, 0077U, 0777U}) {
    const Umask umask(mask);
    const auto opened = storage_.open(path_);
    ASSERT_TRUE(opened.has_value()) << opened.error().text;
    EXPECT_EQ(mode_of(path_), 0640U) << mask;
    fs::remove(path_);
  }
}

/// The twin: somebody chose that mode, and a link is where the file is meant to be.
TEST_F(PosixLogStorageTest, LeavesTheModeOfAFileThatIsThere) {
  std::ofstream(path_) << "old\n";
  fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_TRUE(storage_.open(path_).has_value());
  EXPECT_EQ(mode_of(path_), 0600U);
  const fs::path link = directory_ / "link.jsonl";
  fs::create_symlink(directory_ / "elsewhere.jsonl", link);
  ASSERT_TRUE(storage_.open(link.string()).has_value());
  EXPECT_TRUE(fs::exists(directory_ / "elsewhere.jsonl"));
}

TEST_F(PosixLogStorageTest, AppendsBehindWhatIsThere) {
  std::ofstream(path_) << "old\n";
  const auto opened = storage_.open(path_);
  ASSERT_TRUE(opened.has_value());
  EXPECT_TRUE(opened->ends_cleanly);
  EXPECT_EQ(opened->stream->append("new\n"), 4U);
  EXPECT_TRUE(opened->stream->sync().has_value());
  EXPECT_EQ(content(path_), "old\nnew\n");
}

TEST_F(PosixLogStorageTest, SeesAHalfLineAtTheEnd) {
  std::ofstream(path_) << "old\nhal";
  const auto opened = storage_.open(path_);
  ASSERT_TRUE(opened.has_value());
  EXPECT_FALSE(opened->ends_cleanly);
}

TEST_F(PosixLogStorageTest, KnowsWhenItsFileWasDeleted) {
  const auto opened = storage_.open(path_);
  ASSERT_TRUE(opened.has_value());
  EXPECT_TRUE(opened->stream->has_a_name());
  fs::remove(path_);
  EXPECT_FALSE(opened->stream->has_a_name());
}

TEST_F(PosixLogStorageTest, SaysWhyAFileCannotBeOpened) {
  const std::string path = (directory_ / "missing" / "a.jsonl").string();
  const auto opened = storage_.open(path);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().text, "cannot open " + path + ": No such file or directory");
}

TEST_F(PosixLogStorageTest, SaysWhyAWriteFailed) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full on this machine";
  const auto opened = storage_.open("/dev/full");
  ASSERT_TRUE(opened.has_value()) << opened.error().text;
  const auto taken = opened->stream->append("line\n");
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().text, "cannot write to the log: No space left on device");
}

/// A pipe that nobody empties must hold up no mail.
TEST_F(PosixLogStorageTest, NeverWaitsForAReader) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const auto opened = storage_.open(path_);
  ASSERT_TRUE(opened.has_value()) << opened.error().text;
  const std::string line(40'000, 'x');
  Result<std::size_t> taken = 0U;
  for (int i = 0; i < 100 && taken; ++i) taken = opened->stream->append(line);
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().text, "cannot write to the log: Resource temporarily unavailable");
}

TEST_F(PosixLogStorageTest, CarriesALogThatSurvivesItsDirectory) {
  int lost = 0;
  LogFile log({"mx1.example.net", "run-1"}, {directory_.string(), {}}, storage_,
              [&lost](std::string_view, const Error&) { ++lost; });
  const Record record = support::plain_record();
  log.append(record);
  fs::remove_all(directory_);
  log.append(record);
  EXPECT_EQ(lost, 1);
  fs::create_directory(directory_);
  log.append(record);
  EXPECT_EQ(lost, 1);
  const std::string text = content(directory_ / "aggregate-2026-05-01.jsonl");
  EXPECT_TRUE(text.starts_with("{\"v\":1,\"seq\":3,")) << text;
  EXPECT_TRUE(text.ends_with("}\n"));
}

}  // namespace
}  // namespace waarmerk::reporting
