// New settings in the running daemon: signals in bursts, files with faults, rotation, and the
// messages that are under way meanwhile.
#include "milter/reload.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

#include "tests/milter/daemon_folder.h"
#include "tests/milter/load.h"
#include "tests/milter/log_content.h"
#include "tests/milter/running_daemon.h"
#include "tests/support/wait_for.h"
#include "tests/support/whole_file.h"

namespace waarmerk::milter {
namespace {

namespace fs = std::filesystem;
using support::DaemonFolder;
using support::Load;
using support::LoadOutcome;
using support::LogContent;
using support::MilterWire;
using support::read_logs;
using support::RunningDaemon;
using support::send_one;

constexpr const char* kInForce = "are in force";
constexpr const char* kKept = "the settings in force stay as they were";

/// A configuration file that is slow to read: a lease holds up whoever opens it until its text is
/// given.
class SlowFile {
 public:
  explicit SlowFile(const DaemonFolder& home) {
    const std::string fresh = home.file("slow");
    file_ = ::open(fresh.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    // Who opens it makes a SIGIO, which would end this process.
    ::signal(SIGIO, SIG_IGN);
    is_held_ = ::fcntl(file_, F_SETLEASE, F_WRLCK) == 0;
    fs::rename(fresh, home.config_file());
  }
  ~SlowFile() { ::close(file_); }
  SlowFile(const SlowFile&) = delete;
  SlowFile& operator=(const SlowFile&) = delete;

  /// False where the file system knows no leases.
  [[nodiscard]] bool is_held() const { return is_held_; }
  /// Returns when the daemon has begun to open it; false if it does not.
  [[nodiscard]] bool wait_for_reader() const {
    return support::wait_for([this] { return ::fcntl(file_, F_GETLEASE) != F_WRLCK; });
  }
  /// Gives the text, and lets the reader go on.
  [[nodiscard]] bool give(const std::string& text) const {
    const bool is_given =
        ::write(file_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    return ::fcntl(file_, F_SETLEASE, F_UNLCK) == 0 && is_given;
  }

 private:
  int file_ = -1;
  bool is_held_ = false;
};

class RunningReload : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(daemon_.wait_until_ready()); }

  void reload(const std::string& config) {
    home_.configure(config);
    daemon_.signal(SIGUSR1);
    ++reloads_;
    ASSERT_TRUE(daemon_.wait_until_said(kInForce, reloads_));
  }

  DaemonFolder home_;
  RunningDaemon daemon_{home_.config_file()};
  unsigned reloads_ = 0;
};

// M-37
TEST_F(RunningReload, M_37_AThousandSignalsDuringASlowOneUnderLoad) {
  Load load({.socket_path = home_.socket()});
  ASSERT_TRUE(load.wait_for_answers(20));
  const SlowFile slow(home_);
  if (!slow.is_held()) GTEST_SKIP() << "no leases in this file system";
  daemon_.signal(SIGUSR1);
  ASSERT_TRUE(slow.wait_for_reader());
  for (int i = 0; i < 1000; ++i) daemon_.signal(SIGUSR1);
  EXPECT_TRUE(load.wait_for_answers(50)) << "mail waits for no reload";
  home_.configure(home_.config("accept"));
  ASSERT_TRUE(slow.give(home_.config("quarantine")));
  ASSERT_TRUE(daemon_.wait_until_said(kInForce, 2));
  EXPECT_TRUE(load.wait_for_answers(20));
  EXPECT_EQ(send_one(home_.socket(), "last.example").reply, 'c') << "the last settings count";

  const LoadOutcome outcome = load.stop();
  EXPECT_EQ(outcome.cut_off, 0U);
  EXPECT_EQ(outcome.count('c') + outcome.count('y'), outcome.answers.size());
  const LogContent log = read_logs(home_.logs());
  EXPECT_EQ(log.missing_or_twice(outcome), 0U);
  EXPECT_EQ(log.total(), outcome.answers.size() + 1);
  EXPECT_EQ(log.damaged + log.unfinished, 0U);
  EXPECT_LE(daemon_.lines_with(kInForce).size(), 3U) << "signals that wait are one request";
}

/// A rotation that comes when the daemon is starting must not end it.
TEST(StartingReload, M_37_ASignalBeforeTheDaemonIsReadyIsARequest) {
  const DaemonFolder home;
  const SlowFile slow(home);
  if (!slow.is_held()) GTEST_SKIP() << "no leases in this file system";
  RunningDaemon daemon(home.config_file());
  ASSERT_TRUE(slow.wait_for_reader());
  daemon.signal(SIGUSR1);
  home.configure(home.config("accept"));
  ASSERT_TRUE(slow.give(home.config("reject")));
  ASSERT_TRUE(daemon.wait_until_ready());
  EXPECT_TRUE(daemon.wait_until_said(kInForce));
  EXPECT_EQ(send_one(home.socket(), "first.example").reply, 'c');
}

TEST_F(RunningReload, M_37_AMessageThatBeganKeepsItsSettings) {
  MilterWire mta(home_.socket(), support::Personality::Postfix);
  // Answered, so that the daemon has surely seen it.
  mta.negotiate({.steps = support::wire::kAllSteps & ~support::wire::kNoReplyMail});
  mta.connect({.address = "198.51.100.1"});
  mta.helo("[198.51.100.1]");
  mta.mail("<>");
  reload(home_.config("accept"));
  mta.recipient("<user@example.org>");
  mta.data();
  mta.end_of_headers();
  EXPECT_EQ(mta.end_of_message().reply, 'y');
  EXPECT_EQ(mta.send({.mail_from = "<>"}).reply, 'c') << "and the next one has the new ones";
}

TEST_F(RunningReload, A62_RotationUnderLoadLosesNoLine) {
  constexpr unsigned kRotations = 20;
  Load load({.socket_path = home_.socket()});
  for (unsigned i = 0; i < kRotations; ++i) {
    ASSERT_TRUE(load.wait_for_answers(10));
    home_.rotate(i);
    reload(home_.config());
  }
  ASSERT_TRUE(load.wait_for_answers(10));
  const LoadOutcome outcome = load.stop();
  EXPECT_EQ(outcome.cut_off, 0U);
  EXPECT_EQ(outcome.unexpected(), 0U);
  const LogContent log = read_logs(home_.logs());
  EXPECT_EQ(log.missing_or_twice(outcome), 0U);
  EXPECT_EQ(log.total(), outcome.answers.size());
  EXPECT_EQ(log.damaged + log.unfinished, 0U);
}

/// A rule for the client that send_one() plays, with a file of clients.
std::string rule_for_clients(const DaemonFolder& home) {
  return home.config() + "[[rule]]\nname = \"relay\"\naction = \"accept\"\nclient = \"@clients\"\n";
}

/// The files that rules name are read again with the settings, and a fault in one is a fault.
TEST_F(RunningReload, M_37_TheFilesOfRulesAreReadAgain) {
  const auto list = [&](std::string_view text) { std::ofstream(home_.file("clients")) << text; };
  list("203.0.113.1\n");
  reload(rule_for_clients(home_));
  EXPECT_EQ(send_one(home_.socket(), "one.example").reply, 'y');
  list("203.0.113.1\n198.51.100.0/24 # a relay\n");
  EXPECT_EQ(send_one(home_.socket(), "two.example").reply, 'y') << "not before a reload";
  reload(rule_for_clients(home_));
  EXPECT_EQ(send_one(home_.socket(), "three.example").reply, 'c');
  list("203.0.113.1\n198.51.100.1/24\n");
  daemon_.signal(SIGUSR1);
  ASSERT_TRUE(daemon_.wait_until_said(kKept));
  EXPECT_FALSE(daemon_.lines_with("clients:2: rule \"relay\": client: ").empty());
  EXPECT_EQ(send_one(home_.socket(), "four.example").reply, 'c');
}

/// It was a stop when libmilter was the first to get it.
TEST_F(RunningReload, M_37_AHangUpIsARequestToo) {
  home_.configure(home_.config("accept"));
  daemon_.signal(SIGHUP);
  ASSERT_TRUE(daemon_.wait_until_said(kInForce));
  EXPECT_EQ(send_one(home_.socket(), "last.example").reply, 'c');
}

struct Fault {
  std::string name;
  std::function<void(const DaemonFolder&)> bring;
  /// What is said of it.
  std::string said;
};
std::ostream& operator<<(std::ostream& out, const Fault& fault) { return out << fault.name; }

std::function<void(const DaemonFolder&)> text(std::string whole) {
  return [whole = std::move(whole)](const DaemonFolder& home) { home.configure(whole); };
}

/// A whole configuration whose log is somewhere else, relative to the folder.
std::function<void(const DaemonFolder&)> log_in(const std::string& place) {
  return [place](const DaemonFolder& home) {
    std::string config = home.config("accept");
    const std::string old = home.logs().string();
    home.configure(config.replace(config.find(old), old.size(), home.file(place)));
  };
}

/// A whole configuration with these lines behind it.
std::function<void(const DaemonFolder&)> more(std::string lines) {
  return [lines = std::move(lines)](const DaemonFolder& home) {
    home.configure(home.config("accept") + lines);
  };
}

std::vector<Fault> faults() {
  return {{"Missing", [](const DaemonFolder& home) { fs::remove(home.config_file()); },
           "cannot be opened"},
          {"Folder",
           [](const DaemonFolder& home) {
             fs::remove(home.config_file());
             fs::create_directory(home.config_file());
           },
           "waarmerk.toml"},
          {"Pipe",
           [](const DaemonFolder& home) {
             fs::remove(home.config_file());
             ASSERT_EQ(::mkfifo(home.config_file().c_str(), 0600), 0);
           },
           "is no regular file"},
          {"Empty", text(""), "mode"},
          {"Syntax", text("mode = \"enforce\"\n[log\n"), "waarmerk.toml:2"},
          {"TooLong", text(std::string(1'100'000, '#')), "larger than 1 MiB"},
          {"Zeros", text(std::string(4096, '\0')), "waarmerk.toml:1"},
          {"Value", text("mode = \"enforce\"\n[policy]\nno_from = \"maybe\"\n"), "no_from"},
          {"Key", text("mode = \"enforce\"\nno_from = \"accept\"\n"), "no_from"},
          {"FailingTest", more("[[test]]\nname = \"no author\"\naction = \"hold\"\n"),
           "test \"no author\": action is \"accept\", expected \"hold\""},
          {"Rule",
           more("[[rule]]\nname = \"friend\"\naction = \"accept\"\n"
                "author_domain = \"a.example\"\n"),
           "rule \"friend\": \"accept\" would hold for forged mail"},
          {"ListMissing", more("[[rule]]\nname = \"r\"\naction = \"hold\"\nhelo = \"@nowhere\"\n"),
           "nowhere: rule \"r\": helo: cannot be opened: No such file"},
          {"LogMissing", log_in("nowhere"), "No such file or directory"},
          {"LogIsAFile", log_in("waarmerk.toml"), "Not a directory"}};
}

class FaultyReload : public testing::TestWithParam<Fault> {};

TEST_P(FaultyReload, M_37_KeepsTheSettingsAndTheOpenLog) {
  const DaemonFolder home;
  RunningDaemon daemon(home.config_file());
  ASSERT_TRUE(daemon.wait_until_ready());
  EXPECT_EQ(send_one(home.socket(), "before.example").reply, 'y');
  home.rotate(1);
  GetParam().bring(home);
  daemon.signal(SIGUSR1);
  ASSERT_TRUE(daemon.wait_until_said(kKept));
  EXPECT_FALSE(daemon.lines_with(GetParam().said).empty());
  EXPECT_EQ(send_one(home.socket(), "between.example").reply, 'y');
  EXPECT_TRUE(daemon.lines_with("line not in the log").empty());
  LogContent current;
  for (const fs::path& file : home.daily_logs()) current.add(support::read_whole(file));
  EXPECT_EQ(current.total(), 0U) << "a new file was opened";
  EXPECT_EQ(read_logs(home.logs()).total(), 2U);

  std::error_code ignored;
  fs::remove_all(home.config_file(), ignored);
  home.configure(home.config("accept"));
  daemon.signal(SIGUSR1);
  ASSERT_TRUE(daemon.wait_until_said(kInForce));
  EXPECT_EQ(send_one(home.socket(), "after.example").reply, 'c');
  for (const fs::path& file : home.daily_logs()) current.add(support::read_whole(file));
  EXPECT_EQ(current.total(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Table, FaultyReload, testing::ValuesIn(faults()),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace waarmerk::milter
