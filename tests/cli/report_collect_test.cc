// `waarmerk report collect` as a postmaster and a timer see it.
#include "cli/report_collect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "reporting/store/counts.h"
#include "reporting/store/schema.h"
#include "tests/cli/log_fixture.h"
#include "tests/support/wait_for.h"
#include "tests/support/whole_file.h"

namespace waarmerk::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ReportCollectTest : public LogFixture {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_.path() / "log");
    options_.log.config_file =
        folder_.write("waarmerk.toml", "mode = \"monitor\"\n[log]\ndirectory = \"" + folder() +
                                           "/log\"\n[report]\nstore = \"" + store() + "\"\n");
  }
  std::string store() const { return folder() + "/reports.db"; }
  static constexpr const char* kLog = "log/aggregate-2026-05-01.jsonl";

  static reporting::Record numbered(std::uint64_t seq) {
    reporting::Record record = support::plain_record();
    record.seq = seq;
    return record;
  }
  int collect(Output output = Output::Json) { return report_collect(options_, output, streams()); }

  CollectOptions options_;
};

TEST_F(ReportCollectTest, CountsTheLogOfTheSettings) {
  log({numbered(1), numbered(2), typical("exempt")}, kLog);
  EXPECT_EQ(collect(), EX_OK);
  EXPECT_EQ(json()["lines"], 3);
  EXPECT_EQ(json()["counted"], 2);
  EXPECT_EQ(json()["passed_over"], 1);
  EXPECT_EQ(json()["rows"], 1);
  EXPECT_EQ(json()["lost"], 39) << "the exempt one has number 42";
  EXPECT_EQ(collect(), EX_OK);
  EXPECT_EQ(json()["lines"], 0);
  EXPECT_THAT(err_.str(), IsEmpty());
}

TEST_F(ReportCollectTest, CountsTheFilesThatItIsGiven) {
  log({numbered(1)}, kLog);
  log({numbered(2)}, "shipped.jsonl");
  options_.log.places = {folder() + "/shipped.jsonl"};
  EXPECT_EQ(collect(), EX_OK);
  EXPECT_EQ(json()["counted"], 1);
}

TEST_F(ReportCollectTest, SaysTheSameToPeople) {
  log({numbered(1), numbered(2)}, kLog);
  EXPECT_EQ(collect(Output::Text), EX_OK);
  EXPECT_THAT(out_.str(), HasSubstr("           2  lines read\n"));
  EXPECT_THAT(out_.str(), HasSubstr("           2  messages that reports tell of\n"));
  EXPECT_THAT(out_.str(), HasSubstr("           1  rows stored or added to\n"));
}

TEST_F(ReportCollectTest, SaysWhatIsLostAndDamaged) {
  log({numbered(1), numbered(3), numbered(6)}, kLog);
  folder_.append(kLog, "\x1b[2Jdamage\n");
  options_.damaged_file = folder() + "/damaged.jsonl";
  EXPECT_EQ(collect(), EX_OK);
  EXPECT_EQ(json()["damaged"], 1);
  EXPECT_EQ(json()["lost"], 3);
  EXPECT_THAT(err_.str(), HasSubstr("aggregate-2026-05-01.jsonl:4: no JSON object"));
  EXPECT_THAT(err_.str(), HasSubstr("mx1.example.net 1777615200-4711: line 2 is missing\n"));
  EXPECT_THAT(err_.str(), HasSubstr("mx1.example.net 1777615200-4711: lines 4 to 5 are missing\n"));
  EXPECT_FALSE(could_steer_a_terminal(err_.str()));
  EXPECT_EQ(support::read_whole(options_.damaged_file), "\x1b[2Jdamage\n");
  log({numbered(4)}, "late.jsonl");
  options_.log.places = {folder() + "/late.jsonl"};
  EXPECT_EQ(collect(), EX_OK);
  EXPECT_EQ(json()["found"], 1);
  EXPECT_EQ(json()["lost"], 0);
  EXPECT_THAT(err_.str(), IsEmpty());
}

TEST_F(ReportCollectTest, SaysTheFirstOfMuchDamage) {
  for (int i = 0; i < 30; ++i) folder_.append(kLog, "damage\n");
  options_.damaged_file = "/no/such/folder/damaged.jsonl";
  EXPECT_EQ(collect(), EX_DATAERR);
  EXPECT_EQ(json()["damaged"], 30);
  EXPECT_THAT(err_.str(), HasSubstr("jsonl:10: no JSON object"));
  EXPECT_THAT(err_.str(), Not(HasSubstr("jsonl:11: no JSON object")));
  EXPECT_THAT(err_.str(), HasSubstr("/no/such/folder/damaged.jsonl: "));
}

TEST_F(ReportCollectTest, EndsWithTheStatusThatFits) {
  options_.log.places = {folder() + "/nowhere"};
  EXPECT_EQ(collect(), EX_NOINPUT);
  options_.log.places = {};
  options_.log.config_file = folder() + "/nowhere.toml";
  EXPECT_EQ(collect(), EX_NOINPUT);
  options_.log.config_file = folder_.write(
      "other.toml", "mode = \"monitor\"\n[report]\nstore = \"/no/such/folder/reports.db\"\n");
  options_.log.places = {folder_.write("log.jsonl", "")};
  EXPECT_EQ(collect(), EX_TEMPFAIL);
  EXPECT_THAT(err_.str(), HasSubstr("/no/such/folder"));
}

// ---- The program --------------------------------------------------------------------------------

/// `waarmerk report collect` with a log on its standard input, as a process.
class CollectProgram {
 public:
  CollectProgram(const std::string& config, const std::string& log) {
    const std::string program = std::string(WAARMERK_BINARY_DIR) + "/cli/waarmerk";
    std::array<std::string, 7> words{program,    "report", "collect", "--json",
                                     "--config", config,   log};
    std::array<char*, 8> arguments{};
    for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    EXPECT_EQ(::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ),
              0);
    ::posix_spawn_file_actions_destroy(&actions);
  }
  void kill() const { ::kill(pid_, SIGKILL); }
  int wait() const {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
};

TEST_F(ReportCollectTest, TheProgramGoesOnAfterItWasKilled) {
  const std::string pipe = folder() + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  CollectProgram killed(options_.log.config_file, pipe);
  // It has opened its store, and waits for the log.
  ASSERT_TRUE(support::wait_for([this] {
    std::error_code error;
    return std::filesystem::exists(store(), error);
  }));
  killed.kill();
  EXPECT_EQ(killed.wait(), -SIGKILL);
  log({numbered(1), numbered(2)}, kLog);
  EXPECT_EQ(CollectProgram(options_.log.config_file, folder() + "/log").wait(), EX_OK);
  EXPECT_EQ(CollectProgram(options_.log.config_file, folder() + "/log").wait(), EX_OK);
  auto database = reporting::open_store(store());
  ASSERT_TRUE(database.has_value());
  const auto run = reporting::load_run(*database, "mx1.example.net", "1777615200-4711");
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(run->version, 1);
  EXPECT_EQ(run->seen.ranges(), (std::vector{reporting::SeenNumbers::Range{1, 2}}));
}

TEST_F(ReportCollectTest, TheProgramMapsUsageErrors) {
  EXPECT_EQ(CollectProgram("/no/such.toml", kLog).wait(), EX_NOINPUT);
  EXPECT_EQ(CollectProgram(options_.log.config_file, "--no-such-option").wait(), EX_USAGE);
}

}  // namespace
}  // namespace waarmerk::cli
