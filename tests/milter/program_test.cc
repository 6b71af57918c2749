// The daemon as a shell sees it: exit statuses of what does not come to serving.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "reporting/log_file.h"
#include "tests/milter/milter_process.h"
#include "tests/support/whole_file.h"

namespace waarmerk {
namespace {

using support::TemporaryFolder;

int run(const std::string& arguments) {
  const std::string command = std::string(WAARMERK_BINARY_DIR) + "/milter/waarmerk-milter " +
                              arguments + " >/dev/null 2>&1 </dev/null";
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string write(const TemporaryFolder& folder, const std::string& more) {
  std::ofstream(folder.file("w.toml"))
      << "mode = \"tag\"\n[milter]\nsocket = \"unix:" << folder.file("milter.sock")
      << "\"\n[log]\ndirectory = \"" << folder.file("log") << "\"\n"
      << more;
  return folder.file("w.toml");
}

TEST(MilterProgram, MapsUsageErrorsToSysexits) {
  EXPECT_EQ(run("--no-such-option"), EX_USAGE);
  EXPECT_EQ(run("--help"), EX_OK);
  EXPECT_EQ(run("--version"), EX_OK);
}

TEST(MilterProgram, ChecksWithoutMakingAnything) {
  const TemporaryFolder folder;
  EXPECT_EQ(run("--check --config " + write(folder, "")), EX_OK);
  EXPECT_FALSE(std::filesystem::exists(folder.file("log")));
  EXPECT_FALSE(std::filesystem::exists(folder.file("milter.sock")));
}

/// A wrong file ends a check and a start alike, and neither leaves anything behind.
TEST(MilterProgram, DoesNotStartWithAWrongFile) {
  const TemporaryFolder folder;
  for (const std::string wrong : {"adresses = true\n", "[log]\n", "[dns]\ntries = 0\n", "\x01"}) {
    const std::string file = write(folder, wrong);
    EXPECT_EQ(run("--check --config " + file), EX_CONFIG) << wrong;
    EXPECT_EQ(run("--config " + file), EX_CONFIG) << wrong;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("log")));
}

TEST(MilterProgram, RefusesWhatIsNoFile) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("large")) << std::string(std::size_t{2} << 20U, '#');
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  for (const std::string& path :
       {std::string("/no/such/file"), std::string("/"), std::string("/dev/zero"), std::string("''"),
        folder.file("pipe"), folder.file("large")}) {
    EXPECT_EQ(run("--check --config " + path), EX_CONFIG) << path;
    EXPECT_EQ(run("--config " + path), EX_CONFIG) << path;
  }
}

/// What a check refuses a start refuses too, with the same words.
TEST(MilterProgram, ChecksAsItStarts) {
  const TemporaryFolder folder;
  const std::string output = folder.file("said");
  const auto said = [&](const std::string& arguments) {
    const std::string command = std::string(WAARMERK_BINARY_DIR) + "/milter/waarmerk-milter " +
                                arguments + " >/dev/null 2>" + output + " </dev/null";
    static_cast<void>(std::system(command.c_str()));
    return support::read_whole(output);
  };
  const std::string file = write(folder, "[dns]\nservers = [\"127.0.0.1\"]\n");
  EXPECT_EQ(said("'--no\x1b[31moption'").find('\x1b'), std::string::npos);
  // Today's file, and tomorrow's if midnight comes in between.
  std::filesystem::create_directory(folder.file("log"));
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  for (const auto day : {today, today + std::chrono::days{1}}) {
    std::filesystem::create_directory(folder.file("log/" + reporting::log_file_name(day)));
  }
  const std::string checked = said("--check --config " + file);
  EXPECT_NE(checked.find("Is a directory"), std::string::npos) << checked;
  EXPECT_EQ(said("--config " + file), checked);
}

/// Nothing that is opened may take the place of a stream that a parent closed.
TEST(MilterProgram, RunsWithoutStandardStreams) {
  const TemporaryFolder folder;
  const std::string command = std::string(WAARMERK_BINARY_DIR) +
                              "/milter/waarmerk-milter --check --config " + write(folder, "") +
                              " <&- 2>&- >" + folder.file("said");
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), EX_OK);
}

}  // namespace
}  // namespace waarmerk
