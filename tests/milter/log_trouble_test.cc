// The log is in trouble, mail is not: the daemon with a full disk, with writes cut short, without
// rights and without its directory. What the log did not take is said whole, and counted.
#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>

#include "tests/milter/daemon_folder.h"
#include "tests/milter/load.h"
#include "tests/milter/log_content.h"
#include "tests/milter/running_daemon.h"

namespace waarmerk::milter {
namespace {

namespace fs = std::filesystem;
using support::DaemonFolder;
using support::Load;
using support::LoadOutcome;
using support::LogContent;
using support::read_logs;
using support::RunningDaemon;
using support::send_one;

constexpr const char* kLost = "line not in the log (";
constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

/// The lines that the daemon said instead of writing them, read as lines of the log.
LogContent lost_lines(const RunningDaemon& daemon) {
  LogContent content;
  for (const std::string& line : daemon.lines_with(kLost)) {
    content.add(line.substr(line.find("): {") + 3) + "\n");
  }
  return content;
}

std::string recovered(std::size_t lost) {
  return "the log takes lines again, " + std::to_string(lost) + " were lost";
}

/// Every answered message has one record: in the log, or said by the daemon.
void expect_all_accounted_for(const LoadOutcome& load, LogContent log, const LogContent& lost) {
  for (const auto& [name, count] : lost.records) log.records[name] += count;
  EXPECT_EQ(log.missing_or_twice(load), 0U);
  EXPECT_EQ(lost.damaged, 0U) << "a lost line was not said whole";
}

std::uint64_t total_size(const DaemonFolder& home) {
  std::uint64_t size = 0;
  for (const fs::path& file : home.daily_logs()) {
    if (fs::exists(file)) size = std::max<std::uint64_t>(size, fs::file_size(file));
  }
  return size;
}

TEST(LogTrouble, A62_AFullDiskHoldsUpNoMail) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full on this machine";
  const DaemonFolder home;
  for (const fs::path& file : home.daily_logs()) fs::create_symlink("/dev/full", file);
  RunningDaemon daemon(home.config_file());
  ASSERT_TRUE(daemon.wait_until_ready());
  Load load({.socket_path = home.socket()});
  ASSERT_TRUE(load.wait_for_answers(100));
  const LoadOutcome outcome = load.stop();
  EXPECT_EQ(outcome.cut_off, 0U);
  EXPECT_EQ(outcome.unexpected(), 0U);
  const std::size_t lost = outcome.answers.size();
  ASSERT_TRUE(daemon.wait_until_said(kLost, lost));
  EXPECT_EQ(daemon.lines_with("No space left on device").size(), lost);
  expect_all_accounted_for(outcome, {}, lost_lines(daemon));

  // Room again, without a signal: the next line finds it.
  for (const fs::path& file : home.daily_logs()) fs::remove(file);
  EXPECT_EQ(send_one(home.socket(), "first.example").reply, 'y');
  EXPECT_TRUE(daemon.wait_until_said(recovered(lost)));
  EXPECT_EQ(send_one(home.socket(), "second.example").reply, 'y');
  EXPECT_EQ(read_logs(home.logs()).total(), 2U);
  EXPECT_EQ(daemon.lines_with("the log takes lines again").size(), 1U) << "said once";
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait_for_end(), 0);
  EXPECT_EQ(daemon.lines_with("stopped: 2 lines written, " + std::to_string(lost) + " lost").size(),
            1U);
}

/// At the limit of a file's size the first write is cut short, and each one after it is refused
/// with SIGXFSZ, which by default ends a process.
TEST(LogTrouble, A62_ALimitOfFileSizesHoldsUpNoMail) {
  constexpr std::uint64_t kLimit = 20'000;
  const DaemonFolder home;
  RunningDaemon daemon(home.config_file(), kLimit);
  ASSERT_TRUE(daemon.wait_until_ready());
  Load load({.socket_path = home.socket()});
  ASSERT_TRUE(daemon.wait_until_said("File too large", 20));
  EXPECT_EQ(total_size(home), kLimit) << "the limit was not met";
  daemon.limit_files(kNoLimit);
  ASSERT_TRUE(daemon.wait_until_said("the log takes lines again"));
  ASSERT_TRUE(load.wait_for_answers(20));
  const LoadOutcome outcome = load.stop();
  EXPECT_EQ(outcome.cut_off, 0U);
  EXPECT_EQ(outcome.unexpected(), 0U);
  const LogContent lost = lost_lines(daemon);
  EXPECT_EQ(daemon.lines_with(recovered(lost.total())).size(), 1U);
  const LogContent log = read_logs(home.logs());
  EXPECT_LE(log.damaged, 1U) << "only the line that was cut short";
  expect_all_accounted_for(outcome, log, lost);
}

TEST(LogTrouble, A62_AShortWriteLosesOneLineAndDamagesNone) {
  constexpr std::size_t kTimes = 10;
  const DaemonFolder home;
  RunningDaemon daemon(home.config_file());
  ASSERT_TRUE(daemon.wait_until_ready());
  LoadOutcome sent;
  for (std::size_t i = 1; i <= kTimes; ++i) {
    const std::string number = std::to_string(i);
    daemon.limit_files(total_size(home) + 100 * i);
    EXPECT_EQ(send_one(home.socket(), "cut" + number + ".example").reply, 'y');
    daemon.limit_files(kNoLimit);
    EXPECT_EQ(send_one(home.socket(), "whole" + number + ".example").reply, 'y');
    sent.answers["cut" + number + ".example 4P1"] = 'y';
    sent.answers["whole" + number + ".example 4P1"] = 'y';
  }
  ASSERT_TRUE(daemon.wait_until_said(recovered(1), kTimes));
  const LogContent log = read_logs(home.logs());
  EXPECT_EQ(log.total(), kTimes);
  EXPECT_EQ(log.damaged, kTimes);
  EXPECT_EQ(daemon.lines_with("the log took only").size(), kTimes);
  expect_all_accounted_for(sent, log, lost_lines(daemon));
}

TEST(LogTrouble, A62_ADeletedDirectoryMayComeBack) {
  const DaemonFolder home;
  RunningDaemon daemon(home.config_file());
  ASSERT_TRUE(daemon.wait_until_ready());
  EXPECT_EQ(send_one(home.socket(), "before.example").reply, 'y');
  fs::remove_all(home.logs());
  EXPECT_EQ(send_one(home.socket(), "without.example").reply, 'y');
  EXPECT_TRUE(daemon.wait_until_said("No such file or directory): {"));
  std::ofstream(home.logs()) << "a file in its place\n";
  EXPECT_EQ(send_one(home.socket(), "replaced.example").reply, 'y');
  EXPECT_TRUE(daemon.wait_until_said("Not a directory): {"));
  fs::remove(home.logs());
  fs::create_directory(home.logs());
  EXPECT_EQ(send_one(home.socket(), "back.example").reply, 'y');
  EXPECT_TRUE(daemon.wait_until_said(recovered(2)));
  const LogContent log = read_logs(home.logs());
  EXPECT_EQ(log.records, (std::map<std::string, unsigned>{{"back.example 4P1", 1}}));
  EXPECT_EQ(
      lost_lines(daemon).records,
      (std::map<std::string, unsigned>{{"replaced.example 4P1", 1}, {"without.example 4P1", 1}}));
}

/// Root writes where it likes: as root the daemon becomes another user.
class ReadOnlyLog : public testing::Test {
 protected:
  void SetUp() override {
    const passwd* nobody = ::geteuid() == 0 ? ::getpwnam("nobody") : nullptr;
    if (::geteuid() == 0) {
      if (nobody == nullptr) GTEST_SKIP() << "root ignores modes, and there is no user nobody";
      home_.configure(home_.config("reject", "nobody"));
      ASSERT_EQ(::chown(home_.logs().c_str(), nobody->pw_uid, nobody->pw_gid), 0);
    }
    daemon_.emplace(home_.config_file());
    ASSERT_TRUE(daemon_->wait_until_ready());
    EXPECT_EQ(send_one(home_.socket(), "before.example").reply, 'y');
  }
  void TearDown() override { allow_writing(); }

  void forbid_writing() {
    fs::permissions(home_.logs(), fs::perms::owner_read | fs::perms::owner_exec);
  }
  void allow_writing() { fs::permissions(home_.logs(), fs::perms::owner_all); }

  DaemonFolder home_;
  std::optional<RunningDaemon> daemon_;
};

TEST_F(ReadOnlyLog, A62_LosesLinesUntilItCanBeWrittenAgain) {
  for (const fs::path& file : home_.daily_logs()) fs::remove(file);
  forbid_writing();
  EXPECT_EQ(send_one(home_.socket(), "lost.example").reply, 'y');
  EXPECT_TRUE(daemon_->wait_until_said("Permission denied): {"));
  allow_writing();
  EXPECT_EQ(send_one(home_.socket(), "again.example").reply, 'y');
  EXPECT_TRUE(daemon_->wait_until_said(recovered(1)));
  EXPECT_EQ(read_logs(home_.logs()).records,
            (std::map<std::string, unsigned>{{"again.example 4P1", 1}}));
}

TEST_F(ReadOnlyLog, A62_KeepsTheOpenFileWhenARotationFails) {
  home_.rotate(1);
  forbid_writing();
  daemon_->signal(SIGUSR1);
  EXPECT_TRUE(daemon_->wait_until_said("the settings in force stay as they were"));
  EXPECT_EQ(send_one(home_.socket(), "kept.example").reply, 'y');
  EXPECT_TRUE(daemon_->lines_with(kLost).empty());
  EXPECT_EQ(read_logs(home_.logs()).total(), 2U);
}

}  // namespace
}  // namespace waarmerk::milter
