// The daemon ends under load, asked to or not: no answer without its line, no half line that
// counts.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "tests/milter/daemon_folder.h"
#include "tests/milter/load.h"
#include "tests/milter/log_content.h"
#include "tests/milter/running_daemon.h"
#include "tests/support/process_state.h"
#include "tests/support/wait_for.h"

namespace waarmerk::milter {
namespace {

using support::DaemonFolder;
using support::Load;
using support::LoadOutcome;
using support::LogContent;
using support::read_logs;
using support::RunningDaemon;
using support::send_one;

/// So many recipients fill a line beyond the pages in which the system takes it.
constexpr unsigned kManyRecipients = 100;
constexpr unsigned kSessions = 4;

// M-37a, M-38
TEST(Stop, M_38_UnderLoadLeavesAWholeLog) {
  const DaemonFolder home;
  RunningDaemon daemon(home.config_file());
  ASSERT_TRUE(daemon.wait_until_ready());
  Load load({.socket_path = home.socket(), .sessions = kSessions, .recipients = kManyRecipients});
  ASSERT_TRUE(load.wait_for_answers(50));
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait_for_end(), 0);
  const LoadOutcome outcome = load.wait_until_cut_off();
  EXPECT_EQ(outcome.unexpected(), 0U);
  const LogContent log = read_logs(home.logs());
  EXPECT_EQ(log.missing_or_twice(outcome), 0U);
  EXPECT_EQ(log.damaged + log.unfinished, 0U);
  EXPECT_LE(log.total(), outcome.answers.size() + kSessions);
  const std::string tally = "stopped: " + std::to_string(log.total()) + " lines written, 0 lost";
  EXPECT_EQ(daemon.lines_with(tally).size(), 1U);
}

/// Mail servers that never stop on their connections are cut off; what they were
/// answered has its line all the same.
TEST(Stop, M_38_ThatNeverGetsQuietCutsNoLineInTwo) {
  const DaemonFolder home;
  RunningDaemon daemon(home.config_file());
  ASSERT_TRUE(daemon.wait_until_ready());
  Load load({.socket_path = home.socket(),
             .sessions = kSessions,
             .messages_per_connection = 1'000'000,
             .recipients = kManyRecipients});
  ASSERT_TRUE(load.wait_for_answers(50));
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait_for_end(), 0);
  const LoadOutcome outcome = load.wait_until_cut_off();
  const LogContent log = read_logs(home.logs());
  EXPECT_EQ(log.missing_or_twice(outcome), 0U);
  EXPECT_EQ(log.damaged + log.unfinished, 0U);
  EXPECT_LE(log.total(), outcome.answers.size() + kSessions);
}

/// Nobody connects: libmilter would sleep on.
TEST(Stop, M_38_WakesAListenerWithoutWork) {
  const DaemonFolder home;
  RunningDaemon daemon(home.config_file());
  ASSERT_TRUE(daemon.wait_until_ready());
  EXPECT_EQ(send_one(home.socket(), "last.example").reply, 'y');
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait_for_end(), 0);
}

struct Stopped {
  std::string name;
  std::vector<int> signals;
};
std::ostream& operator<<(std::ostream& out, const Stopped& row) { return out << row.name; }

class StopBy : public testing::TestWithParam<Stopped> {};

/// Whatever comes before a stop or behind it: the end is clean each time.
TEST_P(StopBy, M_38_IsCleanEachTime) {
  constexpr int kTimes = 3;
  const DaemonFolder home;
  for (int i = 0; i < kTimes; ++i) {
    RunningDaemon daemon(home.config_file());
    ASSERT_TRUE(daemon.wait_until_ready());
    for (const int signal : GetParam().signals) daemon.signal(signal);
    EXPECT_EQ(daemon.wait_for_end(), 0);
    EXPECT_EQ(daemon.lines_with("stopped: 0 lines written, 0 lost").size(), 1U);
  }
}

INSTANTIATE_TEST_SUITE_P(Table, StopBy,
                         testing::Values(Stopped{"Term", {SIGTERM}}, Stopped{"Int", {SIGINT}},
                                         Stopped{"ReloadBefore", {SIGUSR1, SIGTERM}},
                                         Stopped{"HangUpBefore", {SIGHUP, SIGTERM}},
                                         Stopped{"ReloadBehind", {SIGTERM, SIGUSR1, SIGHUP}},
                                         Stopped{"Twice", {SIGTERM, SIGINT, SIGTERM}}),
                         [](const auto& row) { return row.param.name; });

/// From the first line of main() on; before that the dynamic linker is at work, and the system's
/// default ends the process.
TEST(Stop, M_38_DuringTheStartWaitsForItsEnd) {
  const DaemonFolder home;
  for (int i = 0; i < 5; ++i) {
    RunningDaemon daemon(home.config_file());
    ASSERT_TRUE(support::wait_for([&] {
      return support::program_name(daemon.pid()) == "waarmerk-milter" &&
             support::blocks_signal(daemon.pid(), SIGTERM);
    }));
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait_for_end(), 0);
  }
}

TEST(Kill, A62_HalfALineOfAnEarlierRunDamagesNothing) {
  const DaemonFolder home;
  for (const auto& file : home.daily_logs()) std::ofstream(file) << R"({"v":1,"seq":7,"ti)";
  RunningDaemon daemon(home.config_file());
  ASSERT_TRUE(daemon.wait_until_ready());
  EXPECT_EQ(read_logs(home.logs()).unfinished, 2U);
  EXPECT_EQ(send_one(home.socket(), "fresh.example").reply, 'y');
  const LogContent log = read_logs(home.logs());
  EXPECT_EQ(log.records, (std::map<std::string, unsigned>{{"fresh.example 4P1", 1}}));
  EXPECT_EQ(log.damaged, 1U);
  EXPECT_EQ(log.unfinished, 1U) << "the other day's file is as it was";
}

// A-62, A-63
TEST(Kill, A63_AtAnyMomentLeavesOneLineForEachAnswer) {
  constexpr unsigned kKills = 20;
  const DaemonFolder home;
  // Others with --gtest_shuffle --gtest_repeat=N.
  std::mt19937 chance(20'260'501U +
                      static_cast<unsigned>(testing::UnitTest::GetInstance()->random_seed()));
  std::uniform_int_distribution<unsigned> recipients(1, kManyRecipients);
  std::uniform_int_distribution<std::size_t> answers(1, 40);
  LoadOutcome all;
  for (unsigned kill = 0; kill < kKills; ++kill) {
    RunningDaemon daemon(home.config_file());
    ASSERT_TRUE(daemon.wait_until_ready());
    Load load({.socket_path = home.socket(),
               .name = "kill" + std::to_string(kill),
               .sessions = kSessions,
               .recipients = recipients(chance)});
    ASSERT_TRUE(load.wait_for_answers(answers(chance)));
    daemon.signal(SIGKILL);
    EXPECT_EQ(daemon.wait_for_end(), -1);
    const LoadOutcome outcome = load.wait_until_cut_off();
    EXPECT_EQ(outcome.unexpected(), 0U);
    all.answers.insert(outcome.answers.begin(), outcome.answers.end());
  }
  const LogContent log = read_logs(home.logs());
  EXPECT_EQ(log.missing_or_twice(all), 0U);
  EXPECT_LE(log.total(), all.answers.size() + std::size_t{kKills} * kSessions)
      << "only messages under way have a line and no answer";
  EXPECT_LE(log.damaged, kKills) << "at most the line that was being written";
  RecordProperty("answered", static_cast<int>(all.answers.size()));
  RecordProperty("damaged", static_cast<int>(log.damaged));
}

}  // namespace
}  // namespace waarmerk::milter
