// waarmerk log tail: the newest messages, those that come, and what it cannot follow.
#include "cli/log_tail.h"

#include <gtest/gtest.h>
#include <sysexits.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/cli/log_fixture.h"
#include "tests/support/packed_file.h"

namespace waarmerk::cli {
namespace {

class LogTailTest : public LogFixture {
 protected:
  int tail(TailOptions options, const std::function<bool()>& should_end,
           Output output = Output::Text) {
    options.log.places = {folder()};
    return log_tail(options, output, streams(), should_end);
  }
  /// The queue id of each line.
  std::string ids() const {
    std::string all;
    for (const std::string& line : lines()) {
      const auto begin = line.find(' ') + 1;
      all += line.substr(begin, line.find(' ', begin) - begin) + " ";
    }
    return all;
  }
};

TEST_F(LogTailTest, PrintsTheLastOnesOfTheNewestFile) {
  log({typical("exempt")}, "aggregate-2026-04-30.jsonl");
  for (const char* name : {"plain", "failing", "monitored"}) log({typical(name)});
  EXPECT_EQ(tail({.lines = 2, .follow = Follow::No}, {}), EX_OK);
  EXPECT_EQ(ids(), "failing monitored ");
  EXPECT_EQ(lines()[0],
            "2026-05-01T12:30:05Z failing reject: from example.com by 192.0.2.1, spf=fail "
            "dkim=none dmarc=fail, DMARC of example.com fails and its policy is reject");
  EXPECT_EQ(tail({.lines = 10, .follow = Follow::No}, {}), EX_OK);
  EXPECT_EQ(ids(), "plain failing monitored ");
  EXPECT_EQ(tail({.lines = 0, .follow = Follow::No}, {}), EX_OK);
  EXPECT_EQ(ids(), "");
}

/// The wanted ones stand before many others: further back than any first look.
TEST_F(LogTailTest, LooksBackUntilThereAreEnough) {
  log({typical("failing"), typical("plain"), typical("failing")});
  std::string others;
  const std::string other = reporting::write_record(typical("monitored")) + "\n";
  while (others.size() < 40 * reporting::kMaxLine) others += other;
  folder_.append(kDay, others);
  const auto ids_of = [this](const std::string& action, std::size_t lines) {
    const TailOptions options{.filter = {.action = action}, .lines = lines, .follow = Follow::No};
    EXPECT_EQ(tail(options, {}), EX_OK);
    return ids();
  };
  EXPECT_EQ(ids_of("reject", 2), "failing failing ");
  EXPECT_EQ(ids_of("reject", 5), "failing failing ") << "there are no more";
  EXPECT_EQ(ids_of("reject", 1), "failing ");
  EXPECT_EQ(ids_of("accept", 2), "monitored monitored ");
  EXPECT_EQ(tail({.filter = {.action = "hold"}, .follow = Follow::No}, {}), kNothingFound);
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(LogTailTest, SaysDamageOnceAndOnlyTheLastOfMuch) {
  log({typical("failing")});
  std::string damage;
  for (int i = 0; i < 100'000; ++i) damage += "damage\n";
  folder_.append(kDay, damage + "the last\n");
  EXPECT_EQ(tail({.lines = 1, .follow = Follow::No}, {}), EX_OK);
  EXPECT_EQ(ids(), "failing ");
  EXPECT_EQ(std::ranges::count(err_.str(), '\n'), 100);
  EXPECT_NE(err_.str().find(":100002: "), std::string::npos) << "the whole file was read";
}

TEST_F(LogTailTest, RefusesWhatCannotGrow) {
  const std::string line = reporting::write_record(typical("plain")) + "\n";
  const std::pair<std::string, const char*> rows[] = {
      {"-", "--log: nothing comes after the end of standard input"},
      {folder_.write("one.jsonl.gz", support::packed(line)), "one.jsonl.gz: is packed"},
      {folder_.write("two", support::packed(line)), "two: is packed"}};
  for (const auto& [place, said] : rows) {
    for (const Follow follow : {Follow::No, Follow::Yes}) {
      EXPECT_EQ(log_tail({.log = {{place}, {}}, .follow = follow}, Output::Text, streams(),
                         [] { return true; }),
                EX_USAGE);
      EXPECT_NE(err_.str().find(said), std::string::npos) << err_.str();
      EXPECT_EQ(out_.str(), "");
    }
  }
}

/// A plain file may be named, whatever it is called.
TEST_F(LogTailTest, FollowsOneFile) {
  for (const char* name : {"one.jsonl", "plain.gz"}) {
    log({typical("plain")}, name);
    bool written = false;
    const auto write_on = [&] {
      if (std::exchange(written, true)) return true;
      log({typical("failing")}, name);
      return false;
    };
    EXPECT_EQ(log_tail({.log = {{folder() + "/" + name}, {}}}, Output::Text, streams(), write_on),
              EX_OK);
    EXPECT_EQ(ids(), "plain failing ") << name;
  }
}

TEST_F(LogTailTest, FiltersAndSaysAmendments) {
  log({typical("plain"), typical("failing")});
  folder_.append(
      kDay, reporting::write_amendment({"mx1", "run", 42, WallTime{}, "could not hold"}) + "\n");
  EXPECT_EQ(tail({.filter = {.action = "reject"}, .follow = Follow::No}, {}), EX_OK);
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_TRUE(lines()[1].ends_with("amends record 42 of run run: could not hold")) << lines()[1];
  EXPECT_EQ(tail({.follow = Follow::No}, {}, Output::Json), EX_OK);
  for (const std::string& line : lines()) EXPECT_TRUE(nlohmann::json::accept(line));
}

/// What is asked whether to go on writes the next piece of the log meanwhile.
TEST_F(LogTailTest, FollowsThroughMidnightAndRotation) {
  log({typical("plain")});
  std::vector<std::function<void()>> events = {
      [this] { log({typical("failing")}); },
      [this] { log({typical("monitored")}, "aggregate-2026-05-02.jsonl"); },
      [this] {
        const auto path = folder_.path() / "aggregate-2026-05-02.jsonl";
        std::filesystem::rename(path, folder_.path() / "aggregate-2026-05-02.jsonl.1");
        log({typical("exempt")}, "aggregate-2026-05-02.jsonl");
      },
  };
  std::size_t next = 0;
  const auto write_on = [&] {
    if (next == events.size()) return true;
    events[next++]();
    return false;
  };
  EXPECT_EQ(tail({}, write_on), EX_OK);
  EXPECT_EQ(ids(), "plain failing monitored exempt ");
}

TEST_F(LogTailTest, EndsWhenNobodyReads) {
  log({typical("plain")});
  int asked = 0;
  TailOptions options{.log = {{folder()}, {}}};
  const Streams gone = streams();
  out_.setstate(std::ios::badbit);
  EXPECT_EQ(log_tail(options, Output::Text, gone,
                     [&] {
                       ++asked;
                       return false;
                     }),
            EX_IOERR);
  EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace waarmerk::cli
