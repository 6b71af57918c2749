// The program as a shell sees it: exit statuses and where output goes.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <sysexits.h>

#include <cstdlib>
#include <string>

namespace {

int run(const std::string& arguments) {
  const std::string command =
      std::string(WAARMERK_BINARY_DIR) + "/cli/waarmerk " + arguments + " >/dev/null 2>&1";
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Program, MapsUsageErrorsToSysexits) {
  EXPECT_EQ(run(""), EX_USAGE);
  EXPECT_EQ(run("nonsense"), EX_USAGE);
  EXPECT_EQ(run("check"), EX_USAGE);
  EXPECT_EQ(run("check --no-such-option /dev/null"), EX_USAGE);
  EXPECT_EQ(run("check --time soon /dev/null"), EX_USAGE);
  EXPECT_EQ(run("config"), EX_USAGE);
  EXPECT_EQ(run("config nonsense"), EX_USAGE);
  EXPECT_EQ(run("config template --json"), EX_USAGE);
}

TEST(Program, HelpAndVersionAreNoErrors) {
  EXPECT_EQ(run("--help"), EX_OK);
  EXPECT_EQ(run("check --help"), EX_OK);
  EXPECT_EQ(run("--version"), EX_OK);
}

TEST(Program, ConfigChecksShowsAndPrints) {
  EXPECT_EQ(run("config template"), EX_OK);
  EXPECT_EQ(run("config show --config " WAARMERK_SOURCE_DIR "/etc/waarmerk.toml"), EX_OK);
  EXPECT_EQ(run("config show --json --config " WAARMERK_SOURCE_DIR "/etc/waarmerk.toml"), EX_OK);
  EXPECT_EQ(run("config test " WAARMERK_SOURCE_DIR "/etc/waarmerk.toml"), EX_OK);
  EXPECT_EQ(run("config test --json --config " WAARMERK_SOURCE_DIR "/etc/waarmerk.toml"), EX_OK);
  EXPECT_EQ(run("config test /no/such/file"), EX_CONFIG);
  EXPECT_EQ(run("config show --config /no/such/file"), EX_CONFIG);
  EXPECT_EQ(run("config check --config /no/such/file"), EX_CONFIG);
  EXPECT_EQ(run("config check --config - </dev/null"), EX_CONFIG) << "no mode";
}

TEST(Program, UnreadableInputHasItsOwnStatus) {
  EXPECT_EQ(run("check --dns /dev/null /no/such/message"), EX_NOINPUT);
  EXPECT_EQ(run("check --dns /no/such/zone /dev/null"), EX_NOINPUT);
  EXPECT_EQ(run("check --config /no/such/file --dns /dev/null /dev/null"), EX_CONFIG);
  EXPECT_EQ(run("check --dns /dev/null /"), EX_NOINPUT) << "a directory";
}

TEST(Program, OptionsAreReadAsTheShellGivesThem) {
  EXPECT_EQ(run("check --dns /dev/null --rcpt a@example.org --rcpt b@example.org /dev/null"),
            EX_OK);
  EXPECT_EQ(run("check --dns /dev/null --mail-from= --ip=nonsense /dev/null"), EX_USAGE)
      << "an empty value does not swallow the next option";
  EXPECT_EQ(run("check --dns /dev/null --mail-from '' --helo= /dev/null"), EX_OK);
  EXPECT_EQ(run("check --dns /dev/null --time 9223372036854775807 /dev/null"), EX_USAGE);
  EXPECT_EQ(run("check --dns /dev/null --time -1 /dev/null"), EX_USAGE);
}

TEST(Program, SaysWhenItsOutputIsLost) {
  const std::string command =
      std::string(WAARMERK_BINARY_DIR) +
      "/cli/waarmerk check --dns /dev/null /dev/null >/dev/full 2>/dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), EX_IOERR);
}

}  // namespace
