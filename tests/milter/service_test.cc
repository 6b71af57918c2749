#include "milter/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <thread>

#include "base/clock.h"
#include "milter/reload.h"
#include "tests/milter/session_fixture.h"

namespace waarmerk::milter {
namespace {

using support::World;
using testing::HasSubstr;

struct QuietCase {
  std::string name;
  std::chrono::milliseconds quiet;
};
std::ostream& operator<<(std::ostream& out, const QuietCase& row) { return out << row.name; }

class ActivityTest : public testing::TestWithParam<QuietCase> {
 protected:
  [[nodiscard]] bool is_quiet_at(Instant deadline) {
    return activity.wait_until_quiet(GetParam().quiet, deadline);
  }

  const SystemClock clock;
  Activity activity{clock};
};

TEST_P(ActivityTest, IsQuietWhenNobodyWorks) { EXPECT_TRUE(is_quiet_at(clock.instant())); }

TEST_P(ActivityTest, IsNotQuietWhileSomebodyWorks) {
  const Activity::Guard at_work(activity);
  EXPECT_FALSE(is_quiet_at(clock.instant()));
}

/// Whatever it says then, it must come back: one that waited for the quiet would not.
TEST_P(ActivityTest, EndsWhileOthersComeAndGo) {
  std::atomic<bool> ends = false;
  std::thread others([&] {
    while (!ends) const Activity::Guard at_work(activity);
  });
  for (int i = 0; i < 100; ++i) static_cast<void>(is_quiet_at(clock.instant()));
  ends = true;
  others.join();
  EXPECT_TRUE(is_quiet_at(clock.instant()));
}

// M-38
INSTANTIATE_TEST_SUITE_P(Table, ActivityTest,
                         testing::Values(QuietCase{"NoQuiet", std::chrono::milliseconds{0}},
                                         QuietCase{"SomeQuiet", std::chrono::milliseconds{1}},
                                         QuietCase{"AnHour", std::chrono::hours{1}}),
                         [](const auto& row) { return row.param.name; });

TEST(ActivityOfOthers, IsWaitedFor) {
  const SystemClock clock;
  Activity activity(clock);
  std::optional<Activity::Guard> at_work(std::in_place, activity);
  std::thread other([&] { at_work.reset(); });
  EXPECT_TRUE(activity.wait_until_quiet(std::chrono::milliseconds{1},
                                        clock.instant() + std::chrono::minutes{1}));
  other.join();
}

bool reload_with(World& world, std::string text) {
  return reload(world.service, {std::move(text), "w.toml"}, world.storage);
}

TEST(ReloadTest, TakesGoodSettingsAndReopensTheLog) {
  World world("");
  EXPECT_TRUE(reload_with(world, "mode = \"monitor\"\n[log]\ndirectory = \"/new\"\n"));
  EXPECT_EQ(world.service.settings()->mode, policy::Mode::Monitor);
  world.log.append({});
  EXPECT_THAT(world.storage.opened.back(), testing::StartsWith("/new/"));
}

TEST(ReloadTest, KeepsTheOldSettingsWhenTheNewAreBad) {
  World world("", {.mode = policy::Mode::Tag});
  EXPECT_FALSE(reload_with(world, "mode = \"maybe\"\nfoo = 1\n"));
  EXPECT_EQ(world.service.settings()->mode, policy::Mode::Tag);
  ASSERT_GE(world.daemon_log.lines().size(), 2U);
  EXPECT_THAT(world.daemon_log.lines().front().text, HasSubstr("w.toml:1"));
}

TEST(ReloadTest, KeepsTheOldSettingsWhenTheFileIsGone) {
  World world("", {.mode = policy::Mode::Tag});
  EXPECT_FALSE(reload(world.service, {fail("cannot open it", "w.toml"), "w.toml"}, world.storage));
  EXPECT_EQ(world.service.settings()->mode, policy::Mode::Tag);
  EXPECT_EQ(world.daemon_log.lines().front().text, "w.toml: cannot open it");
}

TEST(ReloadTest, SaysWhatNeedsANewStart) {
  World world("");
  EXPECT_TRUE(reload_with(world, "mode = \"tag\"\n[milter]\nsocket = \"unix:/run/other.sock\"\n"));
  EXPECT_THAT(world.daemon_log.lines().front().text, HasSubstr("next start"));
}

TEST(ReloadTest, SaysNothingOfANewStartOtherwise) {
  World world("");
  EXPECT_TRUE(reload_with(world, "mode = \"tag\"\n"));
  EXPECT_EQ(world.daemon_log.lines().size(), 1U);
}

/// A warning is said at its line, and the settings are taken all the same. That it is a warning,
/// the log says itself.
TEST(ReloadTest, WarnsOfWhatIsProbablyNotMeant) {
  World world("");
  EXPECT_TRUE(reload_with(world, "mode = \"monitor\"\n[exempt]\nnetworks = [\"::/0\"]\n"));
  EXPECT_EQ(world.service.settings()->mode, policy::Mode::Monitor);
  const auto first = world.daemon_log.lines().front();
  EXPECT_EQ(first.level, DaemonLog::Level::Warning);
  EXPECT_THAT(first.text, testing::StartsWith("w.toml:3: exempt.networks: "));
}

struct RefusedCase {
  std::string name;
  std::string text;
  std::string complaint;
};
std::ostream& operator<<(std::ostream& out, const RefusedCase& row) { return out << row.name; }

class RefusedReload : public testing::TestWithParam<RefusedCase> {};

/// Settings that can be read, but not be run with, change nothing: not the settings, nor the log
/// file that is open.
TEST_P(RefusedReload, LeavesEverythingAsItWas) {
  World world("", {.mode = policy::Mode::Tag});
  world.log.append({});
  const auto open_before = world.storage.opened;
  EXPECT_FALSE(reload_with(world, "mode = \"monitor\"\n" + GetParam().text));
  world.log.append({});
  EXPECT_EQ(world.storage.opened, open_before);
  EXPECT_EQ(world.service.settings()->mode, policy::Mode::Tag);
  EXPECT_EQ(world.service.counters().reloads, 0U);
  EXPECT_THAT(world.daemon_log.lines().front().text,
              testing::StartsWith("w.toml:3: " + GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Table, RefusedReload,
    testing::Values(RefusedCase{"Socket", "[milter]\nsocket = \"tcp:25\"\n", "milter.socket: "},
                    RefusedCase{"User", "[milter]\nuser = \"no-such-user-here\"\n",
                                "milter.user: "},
                    RefusedCase{"Group", "[milter]\nsocket_group = \"no-such-group-here\"\n",
                                "milter.socket_group: "}),
    [](const auto& row) { return row.param.name; });

TEST(ReloadTest, KeepsTheOldSettingsWhenTheLogCannotBeOpened) {
  World world("", {.mode = policy::Mode::Tag});
  world.log.append({});
  const std::string file = world.storage.opened.back();
  world.storage.open_problem = "permission denied";
  EXPECT_FALSE(reload_with(world, "mode = \"monitor\"\n[log]\ndirectory = \"/new\"\n"));
  world.log.append({});
  EXPECT_EQ(world.service.settings()->mode, policy::Mode::Tag);
  EXPECT_THAT(world.storage.content(file), HasSubstr("\"seq\":2"));
  EXPECT_TRUE(world.lost.empty());
  EXPECT_EQ(world.daemon_log.lines().front().text, "w.toml:3: log.directory: permission denied");
}

/// The id comes first and ends at the colon, so that it can be given away alone.
TEST(ServiceTest, GivesEachFailureAnId) {
  World world("");
  EXPECT_EQ(world.service.report_failure("bad thing: a\nb"), "event 1: bad thing: a?b");
  EXPECT_EQ(world.service.report_failure("another"), "event 2: another");
  EXPECT_EQ(world.service.counters().internal_errors, 2U);
  EXPECT_EQ(world.daemon_log.lines().front().text, "event 1: bad thing: a?b");
}

TEST(ServiceTest, SettingsInHandNeverChange) {
  World world("");
  const auto before = world.service.settings();
  world.service.replace_settings({.mode = policy::Mode::Monitor});
  EXPECT_EQ(before->mode, policy::Mode::Enforce);
}

}  // namespace
}  // namespace waarmerk::milter
