#include "milter/dry_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "milter/process.h"
#include "tests/milter/milter_process.h"
#include "tests/support/whole_file.h"

namespace waarmerk::milter {
namespace {

namespace fs = std::filesystem;

using policy::Finding;
using policy::Severity;
using support::TemporaryFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 5 / 1}};
constexpr const char* kToday = "aggregate-2026-05-01.jsonl";
/// No file: nobody could read it again.
const ConfigOrigin kOrigin{.name = "w.toml", .path = ""};

std::vector<Finding> log_findings(const std::string& directory, const std::string& user = {}) {
  policy::Settings settings;
  settings.log.directory = directory;
  settings.milter.user = user;
  return foresee_log(settings, kNow);
}

auto is(Severity severity, const std::string& key, const std::string& text) {
  return ElementsAre(AllOf(Field(&Finding::severity, severity), Field(&Finding::key, key),
                           Field(&Finding::text, HasSubstr(text))));
}

std::size_t entries_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::recursive_directory_iterator(folder), {}));
}

TEST(ForeseeLog, IsContentWithAFolderThatIsThere) {
  const TemporaryFolder folder;
  EXPECT_THAT(log_findings(folder.path()), IsEmpty());
  EXPECT_EQ(entries_in(folder.path()), 0U) << "it makes nothing";
}

TEST(ForeseeLog, SaysThatAStartMakesTheFolder) {
  const TemporaryFolder folder;
  EXPECT_THAT(log_findings(folder.file("a/b/c")),
              is(Severity::Note, "log.directory", "a start makes it"));
  EXPECT_EQ(entries_in(folder.path()), 0U) << "it makes nothing";
}

TEST(ForeseeLog, RefusesAFileForAFolder) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("log")) << "precious";
  EXPECT_THAT(log_findings(folder.file("log")),
              is(Severity::Error, "log.directory", "is no directory"));
  EXPECT_THAT(log_findings(folder.file("log/below")),
              is(Severity::Error, "log.directory", "cannot look at"));
}

/// What open() would say of today's file.
TEST(ForeseeLog, RefusesWhatIsNoFileOfToday) {
  const TemporaryFolder folder;
  fs::create_directory(folder.file(kToday));
  EXPECT_THAT(log_findings(folder.path()),
              is(Severity::Error, "log.directory",
                 "cannot open " + folder.file(kToday) + ": Is a directory"));
  fs::remove(folder.file(kToday));
  std::ofstream(folder.file(kToday)) << "{}\n";
  EXPECT_THAT(log_findings(folder.path()), IsEmpty());
}

/// A file system that is read-only for everybody, as root sees it and as the daemon's user does.
/// Needs the right to mount.
class ReadOnlyFolder : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(path_);
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", path_.c_str(), "tmpfs", 0, "mode=0777") != 0) {
      GTEST_SKIP() << "this process may not mount";
    }
    is_mounted_ = true;
    fs::create_directory(path_ + "/log");
    fs::permissions(path_ + "/log", fs::perms::all);
    ASSERT_EQ(::mount("none", path_.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
    fs::permissions(folder_.path(), fs::perms::all);
  }
  void TearDown() override {
    if (is_mounted_) ::umount(path_.c_str());
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("mounted");
  bool is_mounted_ = false;
};

TEST_F(ReadOnlyFolder, IsForNoLogAndNoSocket) {
  std::vector<std::string> users{""};
  if (find_user("nobody")) users.emplace_back("nobody");
  for (const std::string& user : users) {
    EXPECT_THAT(log_findings(path_ + "/log", user),
                is(Severity::Error, "log.directory", "Read-only file system"));
    EXPECT_THAT(log_findings(path_ + "/none", user),
                is(Severity::Error, "log.directory", "Read-only file system"));
  }
  policy::Settings settings;
  settings.milter.socket = "unix:" + path_ + "/s";
  EXPECT_THAT(foresee_socket(settings),
              is(Severity::Error, "milter.socket",
                 "cannot listen on unix:" + path_ + "/s: Read-only file system"));
}

TEST(ForeseeLog, LeavesUnknownUsersToOthers) {
  const TemporaryFolder folder;
  EXPECT_THAT(log_findings(folder.path(), "no-such-user-here"), IsEmpty());
}

/// Root sees the folder as the daemon's user does; others can only say that they cannot.
TEST(ForeseeLog, LooksAsTheUser) {
  const TemporaryFolder folder;
  fs::create_directory(folder.file("log"));
  fs::permissions(folder.path(), fs::perms::owner_all | fs::perms::others_exec);
  if (::geteuid() != 0) {
    EXPECT_THAT(log_findings(folder.file("log"), "root"),
                is(Severity::Note, "log.directory", "not tried"));
    return;
  }
  if (!find_user("nobody")) GTEST_SKIP() << "this host has no user 'nobody'";
  EXPECT_THAT(log_findings(folder.file("log"), "nobody"),
              is(Severity::Error, "log.directory", "Permission denied"));
  fs::permissions(folder.file("log"), fs::perms::all);
  EXPECT_THAT(log_findings(folder.file("log"), "nobody"), IsEmpty());

  std::ofstream(folder.file("log") + "/" + kToday) << "of root\n";
  fs::permissions(folder.file("log") + "/" + kToday, fs::perms::owner_all);
  EXPECT_THAT(log_findings(folder.file("log"), "nobody"),
              is(Severity::Error, "log.directory", kToday));
  EXPECT_EQ(::geteuid(), 0U);
}

TEST(ForeseeLog, SaysWhatThisUserCannotMake) {
  if (::geteuid() == 0) {
    // Root can write everywhere but where the system itself refuses.
    EXPECT_THAT(log_findings("/proc/self/status/log"),
                is(Severity::Error, "log.directory", "cannot look at"));
    return;
  }
  EXPECT_THAT(log_findings("/no-such-folder"),
              is(Severity::Error, "log.directory", "cannot make directory"));
  EXPECT_THAT(log_findings("/no-such-folder", "root"),
              is(Severity::Note, "log.directory", "a start as root makes it"));
}

std::vector<Finding> socket_findings(const std::string& socket) {
  policy::Settings settings;
  settings.milter.socket = socket;
  return foresee_socket(settings);
}

TEST(ForeseeSocket, LooksForItsPlace) {
  const TemporaryFolder folder;
  EXPECT_THAT(socket_findings("unix:" + folder.file("new.sock")), IsEmpty());
  EXPECT_THAT(socket_findings("inet:127.0.0.1:8891"), IsEmpty());
  EXPECT_THAT(socket_findings("unix:" + folder.file("none/new.sock")),
              is(Severity::Warning, "milter.socket", "there is no directory"));
  std::ofstream(folder.file("file")) << "precious";
  EXPECT_THAT(socket_findings("unix:" + folder.file("file")),
              is(Severity::Error, "milter.socket", "exists and is no socket"));
}

/// A start refuses them too: whoever may write into the folder could aim a link elsewhere.
TEST(ForeseeSocket, TakesNoLink) {
  const TemporaryFolder folder;
  fs::create_symlink(folder.file("nowhere"), folder.file("dangling"));
  fs::create_symlink(folder.path(), folder.file("link"));
  for (const char* name : {"dangling", "link"}) {
    EXPECT_THAT(socket_findings("unix:" + folder.file(name)),
                is(Severity::Error, "milter.socket", "exists and is no socket"));
  }
  std::ofstream(folder.file("file")) << "precious";
  EXPECT_THAT(socket_findings("unix:" + folder.file("file/s")),
              is(Severity::Error, "milter.socket", "cannot look at socket"));
}

TEST(ForeseeSocket, TriesTheAddress) {
  EXPECT_THAT(socket_findings("inet:192.0.2.1:8891"),
              is(Severity::Error, "milter.socket", "Cannot assign requested address"));
  EXPECT_THAT(socket_findings("inet:*:8891"), IsEmpty());
}

// M-37
TEST(ForeseeReload, NeedsAFileThatTheUserCanRead) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("w.toml")) << "mode = \"tag\"\n";
  fs::permissions(folder.file("w.toml"), fs::perms::owner_read | fs::perms::owner_write);
  policy::Configuration configuration;
  EXPECT_THAT(foresee_reload(configuration, folder.file("w.toml")), IsEmpty())
      << "it stays who it is";
  configuration.settings.milter.user = "no-such-user-here";
  EXPECT_THAT(foresee_reload(configuration, folder.file("w.toml")), IsEmpty()) << "others say that";
  if (!find_user("nobody")) GTEST_SKIP() << "this host has no user 'nobody'";
  configuration.settings.milter.user = "nobody";
  if (::geteuid() != 0) {
    EXPECT_THAT(foresee_reload(configuration, folder.file("w.toml")),
                is(Severity::Note, "milter.user", "not tried"));
    return;
  }
  const auto warning = is(Severity::Warning, "milter.user",
                          "'nobody' cannot read " + folder.file("w.toml") + ": Permission denied");
  EXPECT_THAT(foresee_reload(configuration, folder.file("w.toml")), warning);
  fs::permissions(folder.file("w.toml"), fs::perms::others_read, fs::perm_options::add);
  EXPECT_THAT(foresee_reload(configuration, folder.file("w.toml")), warning)
      << "the folder is closed";
  fs::permissions(folder.path(), fs::perms::others_exec, fs::perm_options::add);
  EXPECT_THAT(foresee_reload(configuration, folder.file("w.toml")), IsEmpty());
}

// M-37
TEST(ForeseeReload, NeedsTheListsThatTheUserCanRead) {
  const TemporaryFolder folder;
  for (const char* name : {"w.toml", "open", "closed"}) std::ofstream(folder.file(name)) << "\n";
  fs::permissions(folder.path(), fs::perms::others_exec, fs::perm_options::add);
  for (const char* name : {"w.toml", "open"}) {
    fs::permissions(folder.file(name), fs::perms::others_read, fs::perm_options::add);
  }
  fs::permissions(folder.file("closed"), fs::perms::owner_read);
  policy::Configuration configuration;
  configuration.list_files = {folder.file("open"), folder.file("closed")};
  EXPECT_THAT(foresee_reload(configuration, folder.file("w.toml")), IsEmpty());
  if (!find_user("nobody")) GTEST_SKIP() << "this host has no user 'nobody'";
  configuration.settings.milter.user = "nobody";
  if (::geteuid() != 0) {
    EXPECT_THAT(foresee_reload(configuration, folder.file("w.toml")),
                is(Severity::Note, "milter.user", "this file and those that it names"));
    return;
  }
  EXPECT_THAT(foresee_reload(configuration, folder.file("w.toml")),
              is(Severity::Warning, "milter.user",
                 "'nobody' cannot read " + folder.file("closed") + ": Permission denied"));
  configuration.list_files.erase(folder.file("closed"));
  EXPECT_THAT(foresee_reload(configuration, folder.file("w.toml")), IsEmpty());
}

std::vector<Finding> resolver_findings(std::initializer_list<const char*> servers) {
  policy::Settings settings;
  for (const char* text : servers) {
    settings.dns.servers.push_back(*dns::ServerAddress::parse(text));
  }
  return foresee_resolvers(settings);
}

TEST(ForeseeResolvers, WarnsOfEachThatIsElsewhere) {
  EXPECT_THAT(resolver_findings({"127.0.0.1", "[::1]:5353"}), IsEmpty());
  EXPECT_THAT(resolver_findings({"127.0.0.1", "192.0.2.53", "[2001:db8::1]:5353"}),
              ElementsAre(Field(&Finding::text, HasSubstr("resolver 192.0.2.53 is not on")),
                          Field(&Finding::text, HasSubstr("resolver [2001:db8::1]:5353 is not"))));
}

/// Beyond what the resolver takes.
TEST(ForeseeResolvers, RefusesTooMany) {
  policy::Settings settings;
  settings.dns.servers.assign(17, *dns::ServerAddress::parse("127.0.0.1"));
  EXPECT_THAT(foresee_resolvers(settings), is(Severity::Error, "dns.servers", ""));
}

std::string config(const TemporaryFolder& folder, const std::string& more = {}) {
  return "mode = \"tag\"\n"
         "[milter]\nsocket = \"unix:" +
         folder.file("milter.sock") +
         "\"\n"
         "[log]\ndirectory = \"" +
         folder.file("log") +
         "\"\n"
         "[dns]\nservers = [\"127.0.0.1\"]\n" +
         more;
}

TEST(DryRun, WouldStart) {
  const TemporaryFolder folder;
  const DryRun result = dry_run(config(folder), kOrigin, kNow);
  EXPECT_TRUE(result.would_start);
  EXPECT_THAT(result.lines, ElementsAre(AllOf(StartsWith("w.toml:5: note: log.directory: "),
                                              EndsWith("a start makes it"))));
  EXPECT_EQ(entries_in(folder.path()), 0U) << "it makes nothing";
}

TEST(DryRun, SaysWhatTheFileAndTheHostHaveAgainstIt) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("log")) << "precious";
  std::ofstream(folder.file("milter.sock")) << "precious";
  const DryRun result =
      dry_run(config(folder, "trusted = [\"192.0.2.1\"]\ntries = 0\n"), kOrigin, kNow);
  EXPECT_FALSE(result.would_start);
  EXPECT_THAT(result.lines, ElementsAre(StartsWith("w.toml:3: milter.socket: "),
                                        StartsWith("w.toml:5: log.directory: "),
                                        StartsWith("w.toml:8: warning: dns.trusted: "),
                                        StartsWith("w.toml:9: dns.tries: 0 is out of range")));
}

/// The lists of rules are looked at as the file itself is.
TEST(DryRun, M_37_LooksAtTheFilesThatRulesName) {
  if (::geteuid() != 0 || !find_user("nobody")) GTEST_SKIP() << "takes root and a user 'nobody'";
  const TemporaryFolder folder;
  std::ofstream(folder.file("w.toml")) << "\n";
  std::ofstream(folder.file("list")) << "a.example\n";
  fs::permissions(folder.path(), fs::perms::others_exec, fs::perm_options::add);
  fs::permissions(folder.file("w.toml"), fs::perms::others_read, fs::perm_options::add);
  const std::string text =
      "mode = \"tag\"\n[milter]\nuser = \"nobody\"\n[[rule]]\nname = \"r\"\naction = \"hold\"\n"
      "helo = \"@list\"\n";
  const auto lines = [&] {
    const auto read = [](const std::string& path, std::size_t) -> Result<std::string> {
      return support::read_whole(path);
    };
    return dry_run(text, {folder.file("w.toml"), folder.file("w.toml")}, kNow, read).lines;
  };
  const auto warning = HasSubstr("'nobody' cannot read " + folder.file("list"));
  fs::permissions(folder.file("list"), fs::perms::owner_read);
  EXPECT_THAT(lines(), testing::Contains(warning));
  fs::permissions(folder.file("list"), fs::perms::others_read, fs::perm_options::add);
  EXPECT_THAT(lines(), testing::Not(testing::Contains(warning)));
}

TEST(DryRun, LeavesASyntaxErrorAlone) {
  const DryRun result = dry_run("mode = \"tag\"\n[log\ndirectory = 7\n", kOrigin, kNow);
  EXPECT_FALSE(result.would_start);
  EXPECT_THAT(result.lines, ElementsAre(StartsWith("w.toml:2: ")));
}

}  // namespace
}  // namespace waarmerk::milter
