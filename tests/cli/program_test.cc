// The program as a shell sees it: exit statuses and where output goes.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>

#include "tests/support/whole_file.h"

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
  EXPECT_EQ(run("config test /no/such/file"), EX_NOINPUT);
  EXPECT_EQ(run("config show --config /no/such/file"), EX_NOINPUT);
  EXPECT_EQ(run("config check --config /no/such/file"), EX_NOINPUT);
  EXPECT_EQ(run("config check --config - </dev/null"), EX_CONFIG) << "no mode";
}

TEST(Program, LogsAreAskedWithStatusesOfGrep) {
  const std::string missing = " --log /no/such/log";
  EXPECT_EQ(run("explain abc" + missing), EX_NOINPUT);
  EXPECT_EQ(run("explain - </dev/null"), 1);
  EXPECT_EQ(run("explain --log /no/such/log abc"), EX_NOINPUT) << "the id is no second place";
  EXPECT_EQ(run("log query --log - </dev/null"), 1);
  EXPECT_EQ(run("log top domains --log - --json </dev/null"), 1);
  EXPECT_EQ(run("log tail --no-follow" + missing), EX_NOINPUT);
  for (const char* usage : {"explain", "explain abc --dns /dev/null", "log", "log top",
                            "log top colours", "log query --limit 0", "log query --since soon",
                            "log tail -n -1", "explain - --since soon </dev/null"}) {
    EXPECT_EQ(run(usage), EX_USAGE) << usage;
  }
}

/// What the program writes, of a shell command behind which it stands.
std::string printed(const std::string& before, const std::string& arguments) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("waarmerk-printed-" + std::to_string(::getpid()) + ".txt");
  const std::string command =
      before + WAARMERK_BINARY_DIR + "/cli/waarmerk " + arguments + " >" + file.string() + " 2>&1";
  static_cast<void>(std::system(command.c_str()));
  const std::string text = waarmerk::support::read_whole(file);
  std::filesystem::remove(file);
  return text;
}

/// Nobody adds to standard input: its last line counts. A file may still be written.
TEST(Program, TakesTheLastLineOfStandardInputWithoutItsNewline) {
  const std::string golden =
      WAARMERK_SOURCE_DIR "/tests/golden/05-unsigned-from-elsewhere/record.json";
  const std::string line = "printf '%s' \"$(cat " + golden + ")\"";
  const std::string config = " --config " WAARMERK_SOURCE_DIR "/etc/waarmerk.toml ";
  EXPECT_TRUE(printed(line + " | ", "explain -").starts_with("Message "));
  EXPECT_NE(printed(line + " | ", "replay" + config + "-").find("Messages: 1"), std::string::npos);
  EXPECT_NE(printed(line + " | ", "log query --log -").find("QUEUE-ID"), std::string::npos);
  EXPECT_NE(printed(line + " | head -c 900 | ", "explain -").find("standard input:1: no JSON"),
            std::string::npos)
      << "a half line";
  const auto file = (std::filesystem::temp_directory_path() /
                     ("waarmerk-piece-" + std::to_string(::getpid()) + ".jsonl"))
                        .string();
  for (const std::string& arguments :
       {"explain --log " + file + " x", "replay" + config + file, "log query --log " + file}) {
    const std::string said = printed(line + " >" + file + "; ", arguments);
    EXPECT_NE(said.find(file + ": note: the last line has no newline and was passed over"),
              std::string::npos)
        << said;
    EXPECT_EQ(said.find("QUEUE-ID"), std::string::npos) << said;
  }
  std::filesystem::remove(file);
}

TEST(Program, WhatWasCountedIsAskedWithStatusesOfGrep) {
  EXPECT_EQ(run("report export --format opendmarc-history --log - </dev/null"), 1);
  EXPECT_EQ(run("report export --format csv --config /no/such/file"), EX_NOINPUT);
  EXPECT_EQ(run("report rows --json --limit 5 --config /no/such/file"), EX_NOINPUT);
  for (const char* usage :
       {"report", "report export", "report export --format rfc9990", "report export --format pdf",
        "report rows --format rfc9990", "report rows --json --format csv", "report rows --limit 0",
        "report domains --domain '*.'", "report sources --since soon"}) {
    EXPECT_EQ(run(usage), EX_USAGE) << usage;
  }
}

/// What the program writes to standard error.
std::string said(const std::string& arguments) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("waarmerk-said-" + std::to_string(::getpid()) + ".txt");
  const std::string command = std::string(WAARMERK_BINARY_DIR) + "/cli/waarmerk " + arguments +
                              " >/dev/null 2>" + file.string();
  static_cast<void>(std::system(command.c_str()));
  const std::string text = waarmerk::support::read_whole(file);
  std::filesystem::remove(file);
  return text;
}

struct Typed {
  std::string name;
  /// As a shell reads it.
  std::string arguments;
  std::string said;
};
std::ostream& operator<<(std::ostream& out, const Typed& row) { return out << row.name; }

class ControlOctets : public testing::TestWithParam<Typed> {};

TEST_P(ControlOctets, NeverReachTheTerminal) {
  const std::string text = said(GetParam().arguments);
  EXPECT_NE(text.find(GetParam().said), std::string::npos) << text;
  for (const char c : text) EXPECT_TRUE(c == '\n' || !std::iscntrl(static_cast<unsigned char>(c)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, ControlOctets,
    testing::Values(
        Typed{"Message", "check --dns /dev/null \"$(printf 'no\\033[31mfile')\"", "no?[31mfile"},
        Typed{"Zone", "check --dns \"$(printf 'no\\033[31mzone')\" /dev/null", "no?[31mzone"},
        Typed{"Config", "config check --config \"$(printf 'no\\033[31mtoml')\"", "no?[31mtoml"},
        Typed{"ShownConfig", "config show --config \"$(printf 'no\\033[31mtoml')\"", "no?[31mtoml"},
        Typed{"Option", "check \"$(printf -- '--no\\033[31moption')\" /dev/null", "no?[31moption"},
        Typed{"Address", "check --ip \"$(printf '1\\033[31m')\" /dev/null", "--ip: "},
        Typed{"Engine", "check --engine \"$(printf 'x\\033[31m')\" /dev/null", "--engine: "},
        Typed{"Nothing", "config check --config ''", "'': cannot be opened"}),
    [](const auto& row) { return row.param.name; });

TEST(Program, ReadsPipesThatSomebodyWritesTo) {
  EXPECT_EQ(run("check --dns /dev/null /dev/stdin </dev/null"), EX_OK);
  EXPECT_EQ(WEXITSTATUS(std::system("printf 'From: a@b.example\\r\\n\\r\\n' | " WAARMERK_BINARY_DIR
                                    "/cli/waarmerk check --dns /dev/null /dev/stdin >/dev/null")),
            EX_OK);
  EXPECT_EQ(run("check --dns /dev/zero /dev/null"), EX_NOINPUT);
  EXPECT_EQ(run("check --dns /dev/null /dev/zero"), EX_NOINPUT);
  EXPECT_EQ(run("config check --config /dev/null"), EX_NOINPUT);
}

/// A file that is opened must not take the place of a stream that a parent closed.
TEST(Program, RunsWithoutStandardStreams) {
  const std::string check =
      std::string(WAARMERK_BINARY_DIR) + "/cli/waarmerk check --dns /dev/null /dev/null ";
  EXPECT_EQ(WEXITSTATUS(std::system((check + "<&- >/dev/null 2>&-").c_str())), EX_OK);
  EXPECT_EQ(WEXITSTATUS(std::system((check + "<&- >&- 2>&-").c_str())), EX_IOERR)
      << "an answer that nobody gets";
}

TEST(Program, SaysThatItTakesTheNullSender) {
  const std::string note = "no --mail-from";
  EXPECT_NE(said("check --dns /dev/null /dev/null").find(note), std::string::npos);
  EXPECT_EQ(said("check --dns /dev/null --mail-from '' /dev/null").find(note), std::string::npos);
  EXPECT_EQ(said("check --dns /dev/null --mail-from= /dev/null").find(note), std::string::npos);
  EXPECT_EQ(said("check --dns /dev/null --mail-from a@b.example /dev/null").find(note),
            std::string::npos);
}

TEST(Program, UnreadableInputHasItsOwnStatus) {
  EXPECT_EQ(run("check --dns /dev/null /no/such/message"), EX_NOINPUT);
  EXPECT_EQ(run("check --dns /no/such/zone /dev/null"), EX_NOINPUT);
  EXPECT_EQ(run("check --config /no/such/file --dns /dev/null /dev/null"), EX_NOINPUT);
  EXPECT_EQ(run("check --dns /dev/null /"), EX_NOINPUT) << "a directory";
}

TEST(Program, ReplaysALog) {
  const std::string config = " --config " WAARMERK_SOURCE_DIR "/etc/waarmerk.toml ";
  const std::string log =
      WAARMERK_SOURCE_DIR "/tests/golden/05-unsigned-from-elsewhere/record.json";
  EXPECT_EQ(run("replay" + config + log), EX_OK);
  EXPECT_EQ(run("replay --json" + config + log), EX_OK);
  EXPECT_EQ(run("replay --csv --top 5" + config + log + " - <" + log), EX_OK);
  EXPECT_EQ(run("replay" + config + WAARMERK_SOURCE_DIR "/README.md"), EX_DATAERR);
  EXPECT_EQ(run("replay" + config + "/no/such/log"), EX_NOINPUT);
  EXPECT_EQ(run("replay --config /no/such/file " + log), EX_NOINPUT);
  EXPECT_EQ(run("replay " + log), EX_USAGE) << "no settings to try";
  EXPECT_EQ(run("replay" + config), EX_USAGE) << "no log";
  EXPECT_EQ(run("replay --json --csv" + config + log), EX_USAGE);
}

/// An empty variable of a script asks for nothing that could be meant.
TEST(Program, AnEmptyLimitIsNone) {
  const std::string log =
      WAARMERK_SOURCE_DIR "/tests/golden/05-unsigned-from-elsewhere/record.json";
  const std::string replay = "replay --config " WAARMERK_SOURCE_DIR "/etc/waarmerk.toml ";
  for (const char* option :
       {"--domain", "--source", "--verdict", "--action", "--since", "--until"}) {
    for (const std::string& value : {std::string("= "), std::string(" '' ")}) {
      EXPECT_EQ(run("log query " + (option + value) + "--log " + log), EX_USAGE) << option;
    }
  }
  for (const std::string& empty : {"explain --since '' --log " + log + " x",
                                   replay + "--since= " + log, replay + "--until '' " + log}) {
    EXPECT_EQ(run(empty), EX_USAGE) << empty;
    EXPECT_NE(said(empty).find("is empty"), std::string::npos) << said(empty);
  }
  EXPECT_EQ(run("log query --since 2000-01-01 --log " + log), EX_OK);
  EXPECT_EQ(run(replay + "--since 2000-01-01 " + log), EX_OK);
}

TEST(Program, NumbersHaveTheirRange) {
  const std::string log =
      WAARMERK_SOURCE_DIR "/tests/golden/05-unsigned-from-elsewhere/record.json";
  const std::string replay = "replay --config " WAARMERK_SOURCE_DIR "/etc/waarmerk.toml " + log;
  for (const char* wrong : {" --top -1", " --top=-1", " --top some", " --top 99999999999"}) {
    EXPECT_EQ(run(replay + wrong), EX_USAGE) << wrong;
  }
  for (const char* right : {" --top 0", " --top 1"}) EXPECT_EQ(run(replay + right), EX_OK) << right;
}

TEST(Program, AConfigurationIsNamedOnce) {
  const std::string file = WAARMERK_SOURCE_DIR "/etc/waarmerk.toml";
  EXPECT_EQ(run("config test " + file + " --config " + file), EX_USAGE);
  EXPECT_EQ(run("config test --config " + file), EX_OK);
}

TEST(Program, StandardInputIsReadForOneThing) {
  const std::string etc = WAARMERK_SOURCE_DIR "/etc/waarmerk.toml";
  const std::string log =
      WAARMERK_SOURCE_DIR "/tests/golden/05-unsigned-from-elsewhere/record.json";
  for (const std::string& twice :
       {std::string("replay --config - -"), "replay --config - --current - " + log,
        "replay --config " + etc + " - -", std::string("check --config - -"),
        std::string("check --dns - -"), std::string("explain --now --dns - -")}) {
    EXPECT_EQ(run(twice + " <" + etc), EX_USAGE) << twice;
    EXPECT_NE(said(twice + " <" + etc).find("standard input, which can be read only once"),
              std::string::npos)
        << twice;
  }
  EXPECT_EQ(run("replay --config - " + log + " <" + etc), EX_OK);
  EXPECT_EQ(run("replay --config " + etc + " - <" + log), EX_OK);
  EXPECT_EQ(run("check --dns /dev/null - </dev/null"), EX_OK);
  EXPECT_EQ(run("check --dns - /dev/null </dev/null"), EX_OK);
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
