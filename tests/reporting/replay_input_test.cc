#include "reporting/replay_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "policy/config_file.h"
#include "tests/support/history_entry.h"
#include "tests/support/record_samples.h"

namespace waarmerk::reporting {
namespace {

using support::HistoryEntry;
using support::plain_record;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class ReplayInputTest : public testing::Test {
 protected:
  /// Reads a file of these lines; what is wrong with them, as it is said.
  std::vector<std::string> read(const std::string& file, const std::string& text) {
    std::vector<std::string> said;
    std::uint64_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
      ++number;
      if (line.empty()) continue;
      for (const Error& error : input_.take({line, file, number})) said.push_back(to_string(error));
    }
    return said;
  }

  policy::Settings settings_;
  Replay replay_{settings_, Basis::Action};
  ReplayInput input_{replay_, {}};
};

TEST_F(ReplayInputTest, ReadsTheLog) {
  EXPECT_THAT(read("a.jsonl", write_record(plain_record()) + "\n" +
                                  write_amendment({.node = "n", .run = "r", .amends = 1}) + "\n"),
              IsEmpty());
  EXPECT_EQ(replay_.report().messages, 1U);
  EXPECT_EQ(replay_.report().amendments, 1U);
  EXPECT_EQ(input_.history_messages(), 0U);
}

TEST_F(ReplayInputTest, ReadsAHistory) {
  EXPECT_THAT(read("history", HistoryEntry{}.text() + HistoryEntry{}.text()), IsEmpty());
  EXPECT_EQ(replay_.report().messages, 1U) << "the second may still go on";
  EXPECT_FALSE(input_.finish());
  EXPECT_EQ(replay_.report().messages, 2U);
  EXPECT_EQ(input_.history_messages(), 2U);
}

/// Of what a history does not say nothing holds, not even that it was none.
TEST(ReplayInput, AHistoryIsNotHeldAgainstWhatItDoesNotSay) {
  for (const auto& [condition, changed] :
       {std::pair{"tls = \"none\"", 0U}, std::pair{"dnssec = \"unknown\"", 0U},
        std::pair{"helo = \"*.example\"", 0U}, std::pair{"client_name = \"*.example\"", 0U},
        std::pair{"list_id = \"*.example\"", 0U}, std::pair{"any_recipient_domain = \"a\"", 0U},
        std::pair{"recipient_domain = \"a\"", 0U}, std::pair{"tls = \"none\"\ndkim = \"pass\"", 0U},
        std::pair{"client = \"0.0.0.0/0\"", 1U}}) {
    const auto read = policy::read_configuration(
        "mode = \"enforce\"\n[[rule]]\nname = \"r\"\naction = \"reject\"\n" +
            std::string(condition) + "\n",
        "w.toml");
    ASSERT_TRUE(read);
    ASSERT_EQ(read->settings.rules.size(), 1U) << condition;
    Replay replay(read->settings, Basis::Action);
    ReplayInput input(replay, {});
    for (const std::string& line : HistoryEntry{}.lines()) {
      EXPECT_THAT(input.take({line, "history", 1}), IsEmpty());
    }
    EXPECT_FALSE(input.finish());
    EXPECT_EQ(replay.report().by_action.changed(), changed) << condition;
  }
}

TEST_F(ReplayInputTest, TheKindIsThatOfTheFile) {
  EXPECT_THAT(read("history", HistoryEntry{}.text()), IsEmpty());
  EXPECT_THAT(read("a.jsonl", write_record(plain_record())), IsEmpty())
      << "the last message of the history ends with its file";
  EXPECT_THAT(read("history.2", HistoryEntry{}.text()), IsEmpty());
  EXPECT_FALSE(input_.finish());
  EXPECT_EQ(replay_.report().messages, 3U);
  EXPECT_EQ(input_.history_messages(), 2U);
}

/// Behind an entry, in the middle of one, and behind the last: the entries are what they were.
TEST_F(ReplayInputTest, LinesOfTheLogAmongAHistoryAreSaidOneByOne) {
  const std::string line = write_record(plain_record()) + "\n";
  const std::string entry = HistoryEntry{}.text();
  const auto half = entry.find('\n', entry.size() / 2) + 1;
  const std::string mixed = entry + line + line + entry.substr(0, half) + line + entry.substr(half);
  const auto said = read("history", mixed + line);
  EXPECT_EQ(said.size(), 4U);
  EXPECT_THAT(said,
              testing::Each(HasSubstr(": a line of the log in a file of OpenDMARC's history")));
  EXPECT_FALSE(input_.finish()) << "the message is whole";
  EXPECT_EQ(input_.history_messages(), 2U);
  EXPECT_EQ(replay_.report().messages, 2U);
}

TEST_F(ReplayInputTest, DamageIsSaidAtItsPlaceAndPassedOver) {
  const std::string line = write_record(plain_record());
  EXPECT_THAT(read("a.jsonl", line.substr(0, 500) + "\n" + line + "\njob x\n"),
              ElementsAre(StartsWith("a.jsonl:1: "), StartsWith("a.jsonl:3: ")));
  EXPECT_EQ(replay_.report().messages, 1U);
  EXPECT_THAT(read("history", HistoryEntry{}.with("spf", "99").text() + HistoryEntry{}.text()),
              ElementsAre(StartsWith("history:1: \"spf\" has the value \"99\"")));
  EXPECT_FALSE(input_.finish());
  EXPECT_EQ(replay_.report().messages, 2U);
}

TEST_F(ReplayInputTest, BothErrorsAtTheBorderOfTwoFilesAreSaid) {
  EXPECT_THAT(read("history", "job only\n"), IsEmpty());
  EXPECT_THAT(read("notes.txt", "dear diary\n"),
              ElementsAre(StartsWith("history:1: "), HasSubstr("notes.txt:1: neither a line")));
}

TEST_F(ReplayInputTest, AnotherVersionOfTheLogIsDamage) {
  EXPECT_THAT(read("a.jsonl", "{\"v\":2}\n"), ElementsAre(HasSubstr("version 2")));
}

TEST(ReplayInput, TakesOnlyTheSpan) {
  const WallTime time = plain_record().facts.time;
  struct Row {
    const char* name;
    TimeSpan span;
    std::uint64_t messages;
  };
  for (const Row& row : {Row{"no limit", {}, 1}, Row{"from then on", {time, {}}, 1},
                         Row{"until then", {{}, time}, 0},
                         Row{"later", {time + std::chrono::microseconds(1), {}}, 0},
                         Row{"within", {time, time + std::chrono::microseconds(1)}, 1}}) {
    const policy::Settings settings;
    Replay replay(settings, Basis::Action);
    ReplayInput input(replay, row.span);
    const std::string line = write_record(plain_record());
    EXPECT_THAT(input.take({line, "a.jsonl", 1}), IsEmpty()) << row.name;
    EXPECT_EQ(replay.report().messages, row.messages) << row.name;
  }
}

}  // namespace
}  // namespace waarmerk::reporting
