// LogFile over a file system that fails: whole lines, the order of seq, days, lost lines, syncing.
#include "reporting/log_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "reporting/log_lines.h"
#include "tests/support/fake_log_storage.h"
#include "tests/support/record_samples.h"

namespace waarmerk::reporting {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::chrono::sys_days kMayDay = std::chrono::year(2026) / 5 / 1;

class LogFileTest : public testing::Test {
 protected:
  static Record record_at(WallTime time) {
    Record record = support::plain_record();
    record.facts.time = time;
    return record;
  }

  /// The log line of a record that was appended as number `seq`.
  static std::string line_of(Record record, std::uint64_t seq) {
    record.node = "mx1.example.net";
    record.run = "run-1";
    record.seq = seq;
    return write_record(record);
  }

  /// The seqs of the records in a file; damaged lines count as 0.
  std::vector<std::uint64_t> seqs_in(const std::string& path) {
    std::vector<std::uint64_t> seqs;
    const std::string content = storage_.content(path);
    LogLines lines(content);
    while (const auto entry = lines.next()) {
      const Record* record = *entry ? std::get_if<Record>(&**entry) : nullptr;
      seqs.push_back(record == nullptr ? 0 : record->seq);
    }
    return seqs;
  }

  support::FakeLogStorage storage_;
  std::vector<std::pair<std::string, std::string>> lost_;
  std::vector<std::uint64_t> recoveries_;
  LogFile log_{
      {"mx1.example.net", "run-1"},
      {"/var/log/waarmerk", 0s},
      storage_,
      [this](std::string_view line, const Error& why) { lost_.emplace_back(line, why.text); },
      [this](std::uint64_t lost) { recoveries_.push_back(lost); }};
  const WallTime noon_ = kMayDay + 12h;
  const std::string may_day_ = "/var/log/waarmerk/aggregate-2026-05-01.jsonl";
  const std::string next_day_ = "/var/log/waarmerk/aggregate-2026-05-02.jsonl";
};

TEST_F(LogFileTest, A60_WritesTheLineWithOurNameAndTheNextSeq) {
  EXPECT_EQ(log_.append(record_at(noon_)), 1U);
  EXPECT_EQ(log_.append(record_at(noon_ + 1s)), 2U);
  EXPECT_EQ(storage_.content(may_day_),
            line_of(record_at(noon_), 1) + "\n" + line_of(record_at(noon_ + 1s), 2) + "\n");
  EXPECT_EQ(log_.counters(), (LogCounters{2, 0, 0}));
  EXPECT_THAT(lost_, IsEmpty());
}

TEST_F(LogFileTest, OpensNothingBeforeTheFirstLine) {
  log_.sync();
  EXPECT_THAT(storage_.opened, IsEmpty());
  EXPECT_EQ(log_.counters(), LogCounters{});
}

TEST_F(LogFileTest, A62_ContinuesAFileOfAnEarlierRun) {
  storage_.put(may_day_, line_of(record_at(noon_), 7) + "\n");
  log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(7, 1));
}

TEST_F(LogFileTest, A62_BeginsALineOfItsOwnBehindAHalfOne) {
  storage_.put(may_day_, line_of(record_at(noon_), 7) + "\n{\"v\":1,\"seq\":8,\"ti");
  log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(7, 0, 1));
}

TEST_F(LogFileTest, A62_AShortWriteLosesOneLineOnly) {
  storage_.appends = {100};
  for (int i = 0; i < 3; ++i) log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(0, 2, 3));
  ASSERT_EQ(lost_.size(), 1U);
  EXPECT_EQ(lost_[0].first, line_of(record_at(noon_), 1));
  EXPECT_THAT(lost_[0].second, HasSubstr("took only 100 of"));
  EXPECT_EQ(log_.counters(), (LogCounters{2, 1, 0}));
}

TEST_F(LogFileTest, A62_AWriteThatTookNothingLosesOneLineOnly) {
  storage_.appends = {0};
  for (int i = 0; i < 2; ++i) log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(2));
  EXPECT_EQ(lost_.size(), 1U);
}

TEST_F(LogFileTest, A62_AFullDiskLosesLinesUntilThereIsRoomAgain) {
  storage_.appends = {std::nullopt, std::nullopt};
  for (int i = 0; i < 4; ++i) log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(3, 4));
  ASSERT_EQ(lost_.size(), 2U);
  EXPECT_EQ(lost_[1].first, line_of(record_at(noon_), 2));
  EXPECT_EQ(lost_[1].second, "no space left on device");
  EXPECT_EQ(log_.counters(), (LogCounters{2, 2, 0}));
}

TEST_F(LogFileTest, A62_ALineLostBehindAnotherDamagesNothing) {
  storage_.appends = {100, 50};
  for (int i = 0; i < 3; ++i) log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(0, 0, 3));
  ASSERT_EQ(lost_.size(), 2U);
  EXPECT_EQ(lost_[1].first, line_of(record_at(noon_), 2))
      << "the repairing newline is no part of it";
}

TEST_F(LogFileTest, A62_SaysHowManyWereLostWithTheNextGoodLine) {
  storage_.appends = {4096, std::nullopt, 100, 0, 4096, 4096, std::nullopt};
  for (int i = 0; i < 3; ++i) log_.append(record_at(noon_));
  log_.amend(1, noon_, "an amendment counts as well");
  EXPECT_THAT(recoveries_, IsEmpty());
  for (int i = 0; i < 4; ++i) log_.append(record_at(noon_));
  EXPECT_THAT(recoveries_, ElementsAre(3, 1));
  EXPECT_EQ(log_.counters(), (LogCounters{4, 4, 0}));
}

TEST_F(LogFileTest, AFileThatTookNoLineIsOpenedAgainByItsName) {
  storage_.appends = {std::nullopt};
  log_.append(record_at(noon_));
  storage_.put(may_day_, "");
  log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(2));
  EXPECT_THAT(storage_.opened, ElementsAre(may_day_, may_day_));
}

TEST_F(LogFileTest, A62_NoLineIsWrittenWhileTheEndIsPrepared) {
  std::jthread writer;
  std::atomic<bool> is_done = false;
  log_.between_lines([&] {
    writer = std::jthread([&] {
      log_.append(record_at(noon_));
      is_done = true;
    });
    // A writer that did not wait would be done at some time or other.
    for (int i = 0; i < 1000; ++i) std::this_thread::yield();
    EXPECT_FALSE(is_done);
    EXPECT_EQ(log_.counters(), LogCounters{});
  });
  writer.join();
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(1));
}

TEST_F(LogFileTest, AnUnopenableFileLosesTheLineAndIsTriedAgain) {
  storage_.open_problem = "no such directory";
  log_.append(record_at(noon_));
  storage_.open_problem.reset();
  log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(2));
  ASSERT_EQ(lost_.size(), 1U);
  EXPECT_EQ(lost_[0].second, "no such directory");
}

TEST_F(LogFileTest, ADeletedDirectoryIsNoticedByTheNextLine) {
  log_.append(record_at(noon_));
  storage_.delete_all();
  storage_.open_problem = "no such directory";
  log_.append(record_at(noon_));
  storage_.open_problem.reset();
  log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(3));
  EXPECT_EQ(log_.counters(), (LogCounters{2, 1, 0}));
}

TEST_F(LogFileTest, OpensTheNextDaysFileAtMidnight) {
  log_.append(record_at(kMayDay + 24h - 1us));
  log_.append(record_at(kMayDay + 24h));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(1));
  EXPECT_THAT(seqs_in(next_day_), ElementsAre(2));
  EXPECT_THAT(storage_.opened, ElementsAre(may_day_, next_day_));
}

TEST_F(LogFileTest, ALateLineOfYesterdayStandsInTheOrderOfSeq) {
  log_.append(record_at(kMayDay + 24h));
  log_.append(record_at(kMayDay + 24h - 1us));
  EXPECT_THAT(seqs_in(next_day_), ElementsAre(1, 2));
  EXPECT_THAT(storage_.opened, ElementsAre(next_day_));
}

TEST_F(LogFileTest, AClockSetBackByDaysGetsItsOwnFile) {
  log_.append(record_at(noon_ + std::chrono::days(30)));
  log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(2));
}

TEST_F(LogFileTest, A62_ReopensByNameAfterRotation) {
  log_.append(record_at(noon_));
  storage_.delete_all();
  log_.reopen({"/var/log/waarmerk", 0s});
  log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(2));
}

TEST_F(LogFileTest, ReopensInAnotherDirectory) {
  log_.append(record_at(noon_));
  log_.reopen({"/srv/log", 0s});
  log_.append(record_at(noon_));
  EXPECT_THAT(seqs_in(may_day_), ElementsAre(1));
  EXPECT_THAT(seqs_in("/srv/log/aggregate-2026-05-01.jsonl"), ElementsAre(2));
}

TEST_F(LogFileTest, ReopeningForgetsADamageThatIsInTheOldFile) {
  storage_.appends = {100};
  log_.append(record_at(noon_));
  log_.reopen({"/srv/log", 0s});
  log_.append(record_at(noon_));
  EXPECT_EQ(storage_.content("/srv/log/aggregate-2026-05-01.jsonl"),
            line_of(record_at(noon_), 2) + "\n");
}

TEST_F(LogFileTest, AmendsARecordInTheFileOfTheDay) {
  const std::uint64_t seq = log_.append(record_at(noon_));
  log_.amend(seq, noon_ + 1s, "the mail server did not take the header field");
  const Amendment amendment{"mx1.example.net", "run-1", seq, noon_ + 1s,
                            "the mail server did not take the header field"};
  EXPECT_EQ(storage_.content(may_day_),
            line_of(record_at(noon_), 1) + "\n" + write_amendment(amendment) + "\n");
}

TEST_F(LogFileTest, AnAmendmentCanBeLostToo) {
  storage_.appends = {std::nullopt};
  log_.amend(1, noon_, "problem");
  ASSERT_EQ(lost_.size(), 1U);
  EXPECT_THAT(lost_[0].first, HasSubstr("\"amends\":1"));
  EXPECT_EQ(log_.append(record_at(noon_)), 1U) << "an amendment takes no seq";
}

TEST_F(LogFileTest, SyncsWhenTheTimeHasCome) {
  log_.reopen({"/var/log/waarmerk", 10s});
  log_.append(record_at(noon_));
  log_.append(record_at(noon_ + 9s));
  EXPECT_EQ(storage_.syncs, 0);
  log_.append(record_at(noon_ + 10s));
  EXPECT_EQ(storage_.syncs, 1);
  log_.append(record_at(noon_ + 11s));
  EXPECT_EQ(storage_.syncs, 1);
  log_.append(record_at(noon_ - 1h));
  EXPECT_EQ(storage_.syncs, 2) << "a clock that was set back does not stop it";
}

TEST_F(LogFileTest, NeverSyncsByItselfWithoutTheOption) {
  for (int hour = 0; hour < 5; ++hour) log_.append(record_at(noon_ + std::chrono::hours(hour)));
  EXPECT_EQ(storage_.syncs, 0);
  log_.sync();
  EXPECT_EQ(storage_.syncs, 1);
}

TEST_F(LogFileTest, CountsASyncThatFails) {
  storage_.sync_fails = true;
  log_.append(record_at(noon_));
  log_.sync();
  EXPECT_EQ(log_.counters(), (LogCounters{1, 0, 1}));
  EXPECT_THAT(lost_, IsEmpty());
}

TEST_F(LogFileTest, A62_ManyThreadsMakeWholeLinesInTheOrderOfSeq) {
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kEach = 50;
  std::vector<std::vector<std::uint64_t>> got(kThreads);
  {
    std::vector<std::jthread> threads;
    for (auto& seqs : got) {
      threads.emplace_back([this, &seqs] {
        for (std::size_t i = 0; i < kEach; ++i) seqs.push_back(log_.append(record_at(noon_)));
      });
    }
  }
  std::set<std::uint64_t> distinct;
  for (const auto& seqs : got) distinct.insert(seqs.begin(), seqs.end());
  EXPECT_EQ(distinct.size(), kThreads * kEach);
  const auto written = seqs_in(may_day_);
  EXPECT_TRUE(std::equal(written.begin(), written.end(), distinct.begin(), distinct.end()));
}

TEST(LogFileName, IsTheUtcDay) {
  EXPECT_EQ(log_file_name(kMayDay), "aggregate-2026-05-01.jsonl");
  EXPECT_EQ(log_file_name(std::chrono::sys_days{}), "aggregate-1970-01-01.jsonl");
}

}  // namespace
}  // namespace waarmerk::reporting
