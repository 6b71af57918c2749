#include "milter/check_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "milter/daemon.h"
#include "milter/process.h"
#include "policy/config_file.h"
#include "tests/milter/milter_process.h"
#include "tests/support/fake_log_storage.h"

namespace waarmerk::milter {
namespace {

using policy::Finding;
using policy::Severity;
using support::FakeLogStorage;
using support::TemporaryFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 5 / 1}};

TEST(CheckNames, TakesTheDefaults) { EXPECT_THAT(check_names({}), IsEmpty()); }

struct BadCase {
  std::string name;
  void (*spoil)(policy::Settings&);
  std::string key;
  std::string complaint;
};
std::ostream& operator<<(std::ostream& out, const BadCase& row) { return out << row.name; }

class BadSettings : public testing::TestWithParam<BadCase> {};

TEST_P(BadSettings, AreNamed) {
  policy::Configuration configuration;
  GetParam().spoil(configuration.settings);
  EXPECT_THAT(check_names(configuration),
              ElementsAre(AllOf(Field(&Finding::severity, Severity::Error),
                                Field(&Finding::key, GetParam().key),
                                Field(&Finding::text, HasSubstr(GetParam().complaint)))));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadSettings,
    testing::Values(
        BadCase{"Socket", [](policy::Settings& s) { s.milter.socket = "here"; }, "milter.socket",
                "expected unix:/path"},
        BadCase{"NoSocket", [](policy::Settings& s) { s.milter.socket = ""; }, "milter.socket",
                "expected unix:/path"},
        BadCase{"User", [](policy::Settings& s) { s.milter.user = "no-such-user-here"; },
                "milter.user", "there is no user 'no-such-user-here'"},
        BadCase{"Group", [](policy::Settings& s) { s.milter.socket_group = "no-such-group-here"; },
                "milter.socket_group", "there is no group 'no-such-group-here'"},
        BadCase{"NoDirectory", [](policy::Settings& s) { s.log.directory = ""; }, "log.directory",
                "is empty"}),
    [](const auto& row) { return row.param.name; });

TEST(CheckNames, SaysEverythingAtOnce) {
  policy::Configuration configuration;
  configuration.settings.milter.socket = "here";
  configuration.settings.log.directory = "";
  EXPECT_EQ(check_names(configuration).size(), 2U);
}

/// The twin is the same file with a Unix socket.
TEST(CheckNames, WarnsOfOptionsWithoutEffect) {
  const auto warnings = [](const std::string& socket) {
    const auto read = policy::read_configuration(
        "mode = \"tag\"\n[milter]\nsocket = \"" + socket + "\"\nsocket_mode = \"0600\"\n",
        "w.toml");
    return check_names(*read);
  };
  EXPECT_THAT(warnings("inet:127.0.0.1:8891"),
              ElementsAre(AllOf(Field(&Finding::severity, Severity::Warning),
                                Field(&Finding::key, "milter.socket_mode"))));
  EXPECT_THAT(warnings("unix:/run/waarmerk.sock"), IsEmpty());
}

/// The daemon says it at its start: decisions are as old as the list.
TEST(CheckNames, I_11_SayFromWhenThePublicSuffixListIs) {
  const auto notes = [](const std::string& lines) {
    return check_names(*policy::read_configuration("mode = \"tag\"\n" + lines, "w.toml"));
  };
  const auto of_key = [](const char* key) {
    return ElementsAre(
        AllOf(Field(&Finding::severity, Severity::Note), Field(&Finding::key, key),
              Field(&Finding::text, testing::MatchesRegex("the public suffix list is .* of "
                                                          "[0-9]+-[0-9]+-[0-9]+"))));
  };
  EXPECT_THAT(notes("[dmarc]\norg_domain = \"psl\"\n"), of_key("dmarc.org_domain"));
  EXPECT_THAT(notes("[dmarc]\ncompare_psl = true\n"), of_key("dmarc.compare_psl"));
  EXPECT_THAT(notes("[dmarc]\norg_domain = \"treewalk\"\n"), IsEmpty());
}

/// The twin is a socket on one address.
TEST(CheckNames, WarnsOfASocketForEverybody) {
  policy::Configuration configuration;
  configuration.settings.milter.socket = "inet:8891@*";
  EXPECT_THAT(check_names(configuration),
              ElementsAre(AllOf(Field(&Finding::severity, Severity::Warning),
                                Field(&Finding::key, "milter.socket"),
                                Field(&Finding::text, HasSubstr("whoever connects is believed")))));
  configuration.settings.milter.socket = "inet:8891@127.0.0.1";
  EXPECT_THAT(check_names(configuration), IsEmpty());
}

/// What the file says wrongly and what the host cannot do, in one list in the order of lines.
TEST(LoadConfiguration, SaysEverythingInTheOrderOfTheFile) {
  const auto loaded = load_configuration(
      "[milter]\n"
      "user = \"no-such-user-here\"\n"
      "socket_group = 7\n"
      "socket = \"here\"\n"
      "[log]\n"
      "directory = \"\"\n"
      "adresses = true\n",
      "w.toml");
  ASSERT_TRUE(loaded);
  std::vector<std::string> said;
  for (const Finding& finding : loaded->findings) said.push_back(to_string(loaded->say(finding)));
  EXPECT_THAT(said, ElementsAre(StartsWith("w.toml: \"mode\" is missing"),
                                StartsWith("w.toml:2: milter.user: there is no user"),
                                StartsWith("w.toml:3: milter.socket_group: is a number"),
                                StartsWith("w.toml:4: milter.socket: "),
                                StartsWith("w.toml:6: log.directory: is empty"),
                                StartsWith("w.toml:7: unknown key \"log.adresses\"")));
}

TEST(TryLog, OpensTheFileOfTheDay) {
  FakeLogStorage storage;
  EXPECT_THAT(try_log({}, storage, kNow), IsEmpty());
  EXPECT_THAT(storage.opened, ElementsAre("/var/log/waarmerk/aggregate-2026-05-01.jsonl"));
}

TEST(TryLog, SaysWhyNot) {
  FakeLogStorage storage;
  storage.open_problem = "permission denied";
  EXPECT_THAT(try_log({}, storage, kNow),
              ElementsAre(AllOf(Field(&Finding::key, "log.directory"),
                                Field(&Finding::text, "permission denied"))));
}

TEST(PrepareLog, MakesTheDirectoryOfTheLog) {
  const TemporaryFolder folder;
  policy::Settings settings;
  settings.log.directory = folder.file("log");
  EXPECT_THAT(prepare_log(settings), IsEmpty());
  EXPECT_TRUE(std::filesystem::is_directory(folder.file("log")));
}

TEST(PrepareLog, RefusesADirectoryThatIsAFile) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("log")) << "precious";
  policy::Settings settings;
  settings.log.directory = folder.file("log");
  EXPECT_THAT(prepare_log(settings), ElementsAre(Field(&Finding::key, "log.directory")));
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
TEST(PrepareLog, LeavesTheFileToTheUser) {
  const auto user = find_user("nobody");
  if (::geteuid() != 0 || !user) GTEST_SKIP() << "only root can become another user";
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  policy::Settings settings;
  settings.milter.user = "nobody";
  settings.log.directory = folder.file("log");
  ASSERT_THAT(prepare_log(settings), IsEmpty());
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
