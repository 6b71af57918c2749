#include "milter/check_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>

#include "milter/daemon.h"
#include "milter/process.h"
#include "tests/milter/milter_process.h"
#include "tests/support/fake_log_storage.h"

namespace waarmerk::milter {
namespace {

using support::FakeLogStorage;
using support::TemporaryFolder;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 5 / 1}};

TEST(CheckSettings, TakesTheDefaults) {
  FakeLogStorage storage;
  EXPECT_THAT(check_settings({}, storage, kNow), IsEmpty());
  EXPECT_THAT(storage.opened, ElementsAre("/var/log/waarmerk/aggregate-2026-05-01.jsonl"));
}

struct BadCase {
  std::string name;
  void (*spoil)(policy::Settings&);
  std::string complaint;
};
std::ostream& operator<<(std::ostream& out, const BadCase& row) { return out << row.name; }

class BadSettings : public testing::TestWithParam<BadCase> {};

TEST_P(BadSettings, AreRefusedBeforeTheLogIsTried) {
  FakeLogStorage storage;
  policy::Settings settings;
  GetParam().spoil(settings);
  EXPECT_THAT(check_settings(settings, storage, kNow),
              ElementsAre(Field(&Error::text, StartsWith(GetParam().complaint))));
  EXPECT_THAT(storage.opened, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadSettings,
    testing::Values(
        BadCase{"Socket", [](policy::Settings& s) { s.milter.socket = "here"; }, "milter.socket: "},
        BadCase{"NoSocket", [](policy::Settings& s) { s.milter.socket = ""; }, "milter.socket: "},
        BadCase{"User", [](policy::Settings& s) { s.milter.user = "no-such-user-here"; },
                "milter.user: there is no user 'no-such-user-here'"},
        BadCase{"Group", [](policy::Settings& s) { s.milter.socket_group = "no-such-group-here"; },
                "milter.socket_group: there is no group"},
        BadCase{"NoDirectory", [](policy::Settings& s) { s.log.directory = ""; },
                "log.directory: it is empty"}),
    [](const auto& row) { return row.param.name; });

TEST(CheckSettings, SaysEverythingAtOnce) {
  FakeLogStorage storage;
  policy::Settings settings;
  settings.milter.socket = "here";
  settings.log.directory = "";
  EXPECT_EQ(check_settings(settings, storage, kNow).size(), 2U);
}

TEST(CheckSettings, TriesTheLog) {
  FakeLogStorage storage;
  storage.open_problem = "permission denied";
  EXPECT_THAT(check_settings({}, storage, kNow),
              ElementsAre(Field(&Error::text, "log.directory: permission denied")));
}

TEST(CheckStart, MakesTheDirectoryOfTheLog) {
  const TemporaryFolder folder;
  policy::Settings settings;
  settings.log.directory = folder.file("log");
  EXPECT_THAT(check_start(settings), IsEmpty());
  EXPECT_TRUE(std::filesystem::is_directory(folder.file("log")));
}

TEST(CheckStart, RefusesADirectoryThatIsAFile) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("log")) << "precious";
  policy::Settings settings;
  settings.log.directory = folder.file("log");
  EXPECT_THAT(check_start(settings),
              ElementsAre(Field(&Error::text, StartsWith("log.directory: "))));
}

TEST(CheckStart, MakesNothingForAnUnknownUser) {
  const TemporaryFolder folder;
  policy::Settings settings;
  settings.milter.user = "no-such-user-here";
  settings.log.directory = folder.file("log");
  EXPECT_THAT(check_start(settings), ElementsAre(Field(&Error::text, HasSubstr("no-such-user"))));
  EXPECT_FALSE(std::filesystem::exists(folder.file("log")));
}

TEST(DoAs, NeedsAUserThatExists) {
  bool done = false;
  EXPECT_FALSE(do_as("no-such-user-here", [&] { done = true; }));
  EXPECT_FALSE(done);
}

TEST(DoAs, NobodyIsWhoeverWeAre) {
  bool done = false;
  EXPECT_TRUE(do_as("", [&] { done = true; }));
  EXPECT_TRUE(done);
}

/// Root becomes that user for the work and is itself again afterwards; others may not.
TEST(DoAs, BecomesTheUserAndComesBack) {
  const uid_t before = ::geteuid();
  const auto user = find_user("nobody");
  if (!user) GTEST_SKIP() << "this host has no user 'nobody'";
  uid_t during = before;
  const auto done = do_as("nobody", [&] { during = ::geteuid(); });
  EXPECT_EQ(done.has_value(), before == 0 || before == user->user);
  EXPECT_EQ(during, done ? user->user : before);
  EXPECT_EQ(::geteuid(), before);
}

/// The log file that a start as root tries must be one that the daemon can write to afterwards.
TEST(CheckStart, LeavesTheFileToTheUser) {
  const auto user = find_user("nobody");
  if (::geteuid() != 0 || !user) GTEST_SKIP() << "only root can become another user";
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  policy::Settings settings;
  settings.milter.user = "nobody";
  settings.log.directory = folder.file("log");
  ASSERT_THAT(check_start(settings), IsEmpty());
  bool can_write = false;
  ASSERT_TRUE(do_as("nobody", [&] {
    for (const auto& file : std::filesystem::directory_iterator(folder.file("log"))) {
      can_write = ::eaccess(file.path().c_str(), W_OK) == 0;
    }
  }));
  EXPECT_TRUE(can_write);
}

}  // namespace
}  // namespace waarmerk::milter
