// Logs as they lie on a disk: growing, renamed, packed, copied, damaged; each line counts once.
#include "reporting/collect/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/mail_flow.h"
#include "tests/support/memory_count_store.h"
#include "tests/support/packed_file.h"
#include "tests/support/record_samples.h"
#include "tests/support/scratch_folder.h"

namespace waarmerk::reporting {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kDay = "aggregate-2026-05-01.jsonl";
constexpr const char* kNextDay = "aggregate-2026-05-02.jsonl";

DomainName domain(std::string_view text) { return DomainName::from_octets(text).value(); }

/// Remembers what it is told.
class Told final : public CollectListener {
 public:
  void damaged(const Error& error, std::string_view line) override {
    errors.push_back(to_string(error));
    lines.emplace_back(line);
  }
  std::vector<std::string> errors;
  std::vector<std::string> lines;
};

class CollectorTest : public testing::Test {
 protected:
  /// A message of that number in its run, of a run "r" unless told.
  static std::string line(std::uint64_t seq, std::string run = "r") {
    Record record = support::plain_record();
    record.seq = seq;
    record.run = std::move(run);
    return write_record(record) + "\n";
  }
  static std::string lines(std::uint64_t first, std::uint64_t last) {
    std::string all;
    for (std::uint64_t seq = first; seq <= last; ++seq) all += line(seq);
    return all;
  }

  CollectTotals collect(const std::vector<std::string>& places) {
    Collector collector(store_, clock_, told_, limits_);
    const auto collected = collector.collect(places);
    EXPECT_TRUE(collected.has_value()) << to_string(collected.error());
    lost_ = collector.lost();
    found_ = collector.found();
    return collector.totals();
  }
  CollectTotals collect() { return collect({folder_.path().string()}); }
  std::string path(const char* name) const { return (folder_.path() / name).string(); }

  std::uint64_t messages() const {
    std::uint64_t all = 0;
    for (const auto& [row, count] : store_.counts) all += count.first;
    return all;
  }

  SystemClock clock_;
  support::ScratchFolder folder_;
  support::MemoryCountStore store_;
  BatchLimits limits_;
  Told told_;
  std::vector<LostLines> lost_;
  std::uint64_t found_ = 0;
};

// ---- Files --------------------------------------------------------------------------------------

TEST_F(CollectorTest, CountsALogOnce) {
  folder_.write(kDay, lines(1, 5));
  CollectTotals totals = collect();
  EXPECT_EQ(totals.counted, 5U);
  EXPECT_EQ(totals.rows, 1U);
  EXPECT_EQ(messages(), 5U);
  totals = collect();
  EXPECT_EQ(totals.lines(), 0U) << "nothing is read again";
  EXPECT_EQ(store_.batches, 1) << "nor stored";
  totals = collect({path(kDay), path(kDay)});
  EXPECT_EQ(totals.lines(), 0U);
  EXPECT_EQ(messages(), 5U);
}

TEST_F(CollectorTest, GoesOnWhereItStopped) {
  folder_.write(kDay, lines(1, 2));
  collect();
  folder_.append(kDay, lines(3, 4));
  EXPECT_EQ(collect().lines(), 2U);
  EXPECT_EQ(messages(), 4U);
}

//
TEST_F(CollectorTest, DoesNotReadALineBeforeItIsWhole) {
  const std::string last = line(3);
  folder_.write(kDay, lines(1, 2) + last.substr(0, 700));
  EXPECT_EQ(collect().lines(), 2U);
  EXPECT_EQ(collect().lines(), 0U);
  folder_.append(kDay, last.substr(700, 50));
  EXPECT_EQ(collect().lines(), 0U);
  folder_.append(kDay, last.substr(750));
  EXPECT_EQ(collect().counted, 1U);
  EXPECT_EQ(messages(), 3U);
  EXPECT_THAT(told_.errors, IsEmpty());
}

TEST_F(CollectorTest, CountsNothingTwiceOfFilesThatAreRenamedPackedOrCopied) {
  folder_.write(kDay, lines(1, 4));
  collect();
  fs::rename(path(kDay), path("old.jsonl"));
  EXPECT_EQ(collect({path("old.jsonl")}).duplicates, 4U);
  folder_.write("aggregate-2026-05-01.jsonl.gz", support::packed(lines(1, 6)));
  CollectTotals totals = collect();
  EXPECT_EQ(totals.duplicates, 4U);
  EXPECT_EQ(totals.counted, 2U);
  EXPECT_EQ(collect().lines(), 0U) << "a packed file is read once";
  folder_.write("copy", lines(1, 7));
  totals = collect({path("copy"), path("old.jsonl")});
  EXPECT_EQ(totals.counted, 1U);
  EXPECT_EQ(messages(), 7U);
}

TEST_F(CollectorTest, ReadsWhatWasWrittenAfterPacking) {
  folder_.write(kDay, lines(1, 4));
  collect();
  fs::remove(path(kDay));
  folder_.write("aggregate-2026-05-01.jsonl.gz", support::packed(lines(1, 4)));
  folder_.write(kDay, lines(5, 6));
  EXPECT_EQ(collect().counted, 2U);
  EXPECT_EQ(messages(), 6U);
  EXPECT_THAT(lost_, IsEmpty());
}

/// A new file under the old name, perhaps with the old inode: it begins with other octets.
TEST_F(CollectorTest, KnowsAFileThatReplacedAnother) {
  for (int round = 0; round < 5; ++round) {
    const std::string run = "run" + std::to_string(round);
    fs::remove(path(kDay));
    folder_.write(kDay, line(1, run) + line(2, run) + line(3, run));
    EXPECT_EQ(collect().counted, 3U) << round;
  }
}

TEST_F(CollectorTest, BeginsAgainWithAFileThatBecameShorter) {
  folder_.write(kDay, lines(1, 4));
  collect();
  folder_.write(kDay, lines(1, 2));
  EXPECT_EQ(collect().duplicates, 2U);
  folder_.append(kDay, lines(5, 5));
  EXPECT_EQ(collect().counted, 1U);
  EXPECT_EQ(messages(), 5U);
}

TEST_F(CollectorTest, MakesTransactionsOfBoundedSize) {
  support::MailFlow flow({});
  std::string log;
  for (int i = 0; i < 600; ++i) log += write_record(flow.next()) + "\n";
  folder_.write(kDay, log);
  collect();
  const auto whole = store_.counts;
  EXPECT_EQ(store_.batches, 1);
  for (const BatchLimits limits : {BatchLimits{.rows = 20}, BatchLimits{.lines = 7}}) {
    store_ = {};
    limits_ = limits;
    collect();
    EXPECT_GT(store_.batches, 10);
    EXPECT_EQ(store_.counts, whole);
  }
}

TEST_F(CollectorTest, GoesOnAfterATransactionThatFailed) {
  folder_.write(kDay, lines(1, 20));
  limits_.lines = 6;
  class Failing final : public CountStore {
   public:
    explicit Failing(support::MemoryCountStore& store) : store_(store) {}
    Result<RunProgress> load_run(const std::string& node, const std::string& run) override {
      return store_.load_run(node, run);
    }
    Result<std::optional<FileProgress>> load_file(const std::string& path) override {
      return store_.load_file(path);
    }
    Result<void> store(Batch batch, WallTime now) override {
      if (++stored_ == 3) return fail("the disk is full");
      return store_.store(std::move(batch), now);
    }

   private:
    support::MemoryCountStore& store_;
    int stored_ = 0;
  } failing(store_);
  Collector collector(failing, clock_, told_, limits_);
  const auto collected = collector.collect({folder_.path().string()});
  ASSERT_FALSE(collected.has_value());
  EXPECT_EQ(messages(), 12U);
  EXPECT_EQ(collect().counted, 8U);
  EXPECT_EQ(messages(), 20U);
}

// ---- Losses and damage --------------------------------------------------------------------------

TEST_F(CollectorTest, SaysALossOnceAndWhenItIsFound) {
  folder_.write(kDay, lines(3, 5) + lines(8, 9));
  collect();
  EXPECT_THAT(lost_, ElementsAre(LostLines{"mx1.example.net", "r", {6, 7}}))
      << "what came before the first is not lost: collecting began then";
  folder_.append(kDay, line(11));
  collect();
  EXPECT_THAT(lost_, ElementsAre(LostLines{"mx1.example.net", "r", {10, 10}}));
  folder_.write(kNextDay, lines(6, 7));
  EXPECT_EQ(collect().counted, 2U);
  EXPECT_THAT(lost_, IsEmpty());
  EXPECT_EQ(found_, 2U);
  EXPECT_EQ(collect().lines(), 0U);
  EXPECT_EQ(found_, 0U);
}

TEST_F(CollectorTest, PassesOverDamageAndSaysWhere) {
  folder_.write(kDay, line(1) + "{\"v\":1,\"seq\":2,\n\n" + line(3) + std::string(70'000, 'x') +
                          "\n" + line(5));
  const CollectTotals totals = collect();
  EXPECT_EQ(totals.counted, 3U);
  EXPECT_EQ(totals.damaged, 2U);
  ASSERT_THAT(told_.errors, SizeIs(2));
  EXPECT_THAT(told_.errors[0], HasSubstr("/aggregate-2026-05-01.jsonl:2: no JSON object"));
  EXPECT_THAT(told_.errors[1], HasSubstr("/aggregate-2026-05-01.jsonl:5: a line of more than"));
  EXPECT_EQ(told_.lines[0], "{\"v\":1,\"seq\":2,");
  EXPECT_EQ(lost_.size(), 2U) << "what is damaged is lost, too";
  collect();
  EXPECT_THAT(told_.errors, SizeIs(2)) << "said once";
}

TEST_F(CollectorTest, CountsTheLinesBeforeWhereItBegan) {
  folder_.write(kDay, lines(1, 3));
  collect();
  folder_.append(kDay, line(4) + "damage\n");
  collect();
  ASSERT_THAT(told_.errors, SizeIs(1));
  EXPECT_THAT(told_.errors[0], HasSubstr("aggregate-2026-05-01.jsonl:5: "));
}

TEST_F(CollectorTest, TellsOfAFileThatCannotBeRead) {
  folder_.write("aggregate-2026-05-01.jsonl.gz", support::packed(lines(1, 3)).substr(0, 60));
  folder_.write(kNextDay, lines(4, 5));
  EXPECT_EQ(collect().damaged, 1U);
  EXPECT_EQ(messages(), 2U);
  folder_.write("aggregate-2026-05-01.jsonl.gz", support::packed(lines(1, 3)));
  collect();
  EXPECT_EQ(messages(), 5U) << "it came as a whole later";
  Collector collector(store_, clock_, told_);
  EXPECT_FALSE(collector.collect({path("nowhere")}).has_value());
}

// ---- What counts --------------------------------------------------------------------------------

TEST_F(CollectorTest, CorrectionsChangeNoCount) {
  folder_.write(kDay, line(1) + write_amendment({"mx1.example.net", "r", 1, WallTime{}, "no"}) +
                          "\n" + line(2));
  const CollectTotals totals = collect();
  EXPECT_EQ(totals.amended, 1U);
  EXPECT_EQ(totals.counted, 2U);
  EXPECT_EQ(messages(), 2U);
}

TEST_F(CollectorTest, ReportTrafficIsCountedApart) {
  Record record = support::plain_record();
  folder_.write(kDay, write_record(record) + "\n");
  record.seq = 43;
  record.facts.envelope.to_report_mailbox = true;
  folder_.append(kDay, write_record(record) + "\n");
  collect();
  ASSERT_THAT(store_.counts, SizeIs(1));
  EXPECT_EQ(store_.counts.begin()->second, std::pair(std::uint64_t{2}, std::uint64_t{1}));
}

/// The day is that of the line's time, whatever file it stands in and wherever the clock jumped.
TEST_F(CollectorTest, ClockStepsDecideTheDayOfEachLine) {
  using namespace std::chrono_literals;
  const std::chrono::sys_days day = std::chrono::year(2026) / 5 / 1;
  Record record = support::plain_record();
  std::string log;
  for (const WallTime time : std::initializer_list<WallTime>{
           day + 23h, day + 24h + 1s, day + 23h + 59min, day + 24h * 400, day + 25h}) {
    record.facts.time = time;
    ++record.seq;
    log += write_record(record) + "\n";
  }
  folder_.write(kDay, log);
  collect();
  std::vector<std::string> days;
  for (const auto& [row, count] : store_.counts) {
    days.push_back(row.substr(0, 10) + " " + std::to_string(count.first));
  }
  EXPECT_THAT(days, ElementsAre("2026-05-01 2", "2026-05-02 2", "2027-06-05 1"));
  EXPECT_EQ(store_.runs.begin()->second.newest, WallTime(day + 25h))
      << "the last line says what time it is, not the latest";
}

/// Mail from example.com, from foo.example.com without a record, and from bar.example.com with its
/// own. RFC 9990 3.1.2
TEST_F(CollectorTest, A03_ExampleOfTheRfcFromLinesToRows) {
  std::string log;
  std::uint64_t seq = 0;
  const auto add = [&log, &seq](const char* author, const char* policy_domain, int times) {
    Record record = support::plain_record();
    auto& evaluation = record.verdict.dmarc.front();
    evaluation.author_domain = domain(author);
    evaluation.policy_domain = domain(policy_domain);
    for (int i = 0; i < times; ++i) {
      record.seq = ++seq;
      log += write_record(record) + "\n";
    }
  };
  add("example.com", "example.com", 2);
  add("foo.example.com", "example.com", 1);
  add("bar.example.com", "bar.example.com", 3);
  add("example.com", "example.com", 1);
  folder_.write(kDay, log);
  collect();
  std::vector<std::string> rows;
  for (const auto& [row, count] : store_.counts) {
    const auto policy = row.find(' ') + 1;
    const auto from = row.find(" pass ") + 6;
    rows.push_back(row.substr(policy, row.find(' ', policy) - policy) + ": " +
                   row.substr(from, row.find(' ', from) - from) + " " +
                   std::to_string(count.first));
  }
  EXPECT_THAT(rows, testing::UnorderedElementsAre("bar.example.com: bar.example.com 3",
                                                  "example.com: example.com 3",
                                                  "example.com: foo.example.com 1"));
}

}  // namespace
}  // namespace waarmerk::reporting
