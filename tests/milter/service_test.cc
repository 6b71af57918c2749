#include "milter/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "milter/reload.h"
#include "tests/milter/session_fixture.h"

namespace waarmerk::milter {
namespace {

using support::World;
using testing::HasSubstr;

constexpr std::chrono::milliseconds kNoTime{0};

TEST(ActivityTest, IsQuietWhenNobodyWorks) {
  Activity activity;
  EXPECT_TRUE(activity.wait_until_quiet(kNoTime, SystemClock().instant()));
}

TEST(ActivityTest, IsNotQuietWhileSomebodyWorks) {
  Activity activity;
  const Activity::Guard at_work(activity);
  EXPECT_FALSE(activity.wait_until_quiet(kNoTime, SystemClock().instant()));
}

TEST(ActivityTest, WaitsForTheLastOne) {
  Activity activity;
  std::optional<Activity::Guard> at_work(std::in_place, activity);
  std::thread other([&] { at_work.reset(); });
  EXPECT_TRUE(
      activity.wait_until_quiet(kNoTime, SystemClock().instant() + std::chrono::minutes{1}));
  other.join();
}

TEST(ReloadTest, TakesGoodSettingsAndReopensTheLog) {
  World world("");
  EXPECT_TRUE(reload(world.service,
                     std::string("mode = \"monitor\"\n[log]\ndirectory = \"/new\"\n"), "w.toml"));
  EXPECT_EQ(world.service.settings()->mode, policy::Mode::Monitor);
  world.log.append({});
  EXPECT_THAT(world.storage.opened.back(), testing::StartsWith("/new/"));
}

TEST(ReloadTest, KeepsTheOldSettingsWhenTheNewAreBad) {
  World world("", {.mode = policy::Mode::Tag});
  EXPECT_FALSE(reload(world.service, std::string("mode = \"maybe\"\nfoo = 1\n"), "w.toml"));
  EXPECT_EQ(world.service.settings()->mode, policy::Mode::Tag);
  ASSERT_GE(world.daemon_log.lines().size(), 2U);
  EXPECT_THAT(world.daemon_log.lines().front().text, HasSubstr("w.toml:1"));
}

TEST(ReloadTest, KeepsTheOldSettingsWhenTheFileIsGone) {
  World world("", {.mode = policy::Mode::Tag});
  EXPECT_FALSE(reload(world.service, fail("cannot open it", "w.toml"), "w.toml"));
  EXPECT_EQ(world.service.settings()->mode, policy::Mode::Tag);
  EXPECT_EQ(world.daemon_log.lines().front().text, "w.toml: cannot open it");
}

TEST(ReloadTest, SaysWhatNeedsANewStart) {
  World world("");
  const std::string text = "mode = \"enforce\"\n[milter]\nsocket = \"unix:/run/other.sock\"\n";
  EXPECT_TRUE(reload(world.service, text, "w.toml"));
  EXPECT_THAT(world.daemon_log.lines().front().text, HasSubstr("next start"));
}

TEST(ReloadTest, SaysNothingOfANewStartOtherwise) {
  World world("");
  EXPECT_TRUE(reload(world.service, std::string("mode = \"tag\"\n"), "w.toml"));
  EXPECT_EQ(world.daemon_log.lines().size(), 1U);
}

TEST(ServiceTest, SettingsInHandNeverChange) {
  World world("");
  const auto before = world.service.settings();
  world.service.replace_settings({.mode = policy::Mode::Monitor});
  EXPECT_EQ(before->mode, policy::Mode::Enforce);
}

}  // namespace
}  // namespace waarmerk::milter
