// Collectors that are killed, that meet, and that read what is being written: each line counts
// once, in both databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>

#include "base/descriptor.h"
#include "reporting/collect/collector.h"
#include "tests/reports/store/store_fixture.h"
#include "tests/support/mail_flow.h"
#include "tests/support/memory_count_store.h"
#include "tests/support/packed_file.h"

namespace waarmerk::reporting {
namespace {

using support::SpelledCounts;

constexpr std::uint64_t kLines = 400;
/// Some twenty transactions for all of the log: each waits for the disk.
constexpr BatchLimits kSmall{.rows = 20, .lines = 25};

class CrashTest : public support::StoreTest {
 protected:
  static const std::vector<std::string>& made_lines() {
    static const std::vector<std::string> lines = make_lines();
    return lines;
  }
  static std::vector<std::string> make_lines() {
    support::MailFlow flow({});
    std::vector<std::string> lines;
    for (std::uint64_t i = 0; i < kLines; ++i) lines.push_back(write_record(flow.next()) + "\n");
    return lines;
  }
  static std::string text_of(const std::vector<std::string>& lines, std::size_t first,
                             std::size_t last) {
    std::string text;
    for (std::size_t i = first; i < last; ++i) text += lines[i];
    return text;
  }

  /// What a collector makes of the whole log that nobody disturbs.
  static const SpelledCounts& expected() {
    static const SpelledCounts counts = count_all();
    return counts;
  }
  static SpelledCounts count_all() {
    const std::vector<std::string>& lines = made_lines();
    support::ScratchFolder folder;
    folder.write("aggregate-2026-05-01.jsonl", text_of(lines, 0, lines.size()));
    support::MemoryCountStore store;
    const SystemClock clock;
    CollectListener listener;
    Collector collector(store, clock, listener);
    EXPECT_TRUE(collector.collect({folder.path().string()}).has_value());
    return store.counts;
  }

  /// What is in the database.
  SpelledCounts stored() {
    Database database = open();
    Outbox outbox(database);
    SpelledCounts counts;
    for (const StoredReport& report : support::value_of(outbox.list({}))) {
      EXPECT_TRUE(outbox
                      .each_row(report.id,
                                [&](const CountedRow& row) -> Result<void> {
                                  auto& [all, ordinary] =
                                      counts[support::spelled(report.key, row.row)];
                                  all += row.messages.all;
                                  ordinary += row.messages.ordinary;
                                  return {};
                                })
                      .has_value());
    }
    return counts;
  }

  /// One collector over all places, as a program does it.
  Result<CollectTotals> collect(const std::vector<std::string>& places,
                                BatchLimits limits = kSmall) {
    Database database = open();
    DatabaseCountStore store(database, "mx");
    const SystemClock clock;
    CollectListener listener;
    Collector collector(store, clock, listener, limits);
    if (auto done = collector.collect(places); !done) return std::unexpected(done.error());
    return collector.totals();
  }

  std::string log_folder() const { return (folder().path() / "log").string(); }
  std::string log_file(const std::string& name) const { return "log/" + name; }

  /// Runs `work` in a process of its own and kills it after `patience`, if it is not done by then.
  /// True if it was done, and ended well.
  static bool run_and_kill(std::chrono::microseconds patience, const std::function<bool()>& work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work() ? 0 : 1);
    const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    pollfd ended{.fd = handle.get(), .events = POLLIN, .revents = 0};
    const timespec wait{.tv_sec = patience.count() / 1'000'000,
                        .tv_nsec = patience.count() % 1'000'000 * 1000};
    if (::ppoll(&ended, 1, &wait, nullptr) == 0) ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  const std::vector<std::string>& lines_ = made_lines();
};

/// The time until the kill grows until a whole run fits into it, however slow the machine is.
TEST_P(CrashTest, KilledAtAnyPointItCountsEachLineOnce) {
  std::filesystem::create_directory(log_folder());
  folder().write(log_file("aggregate-2026-05-01.jsonl"), text_of(lines_, 0, 250));
  folder().write(log_file("aggregate-2026-05-02.jsonl"), text_of(lines_, 250, lines_.size()));
  constexpr int kMaxKills = 20;
  std::mt19937 random(7);
  std::chrono::microseconds longest(2000);
  int killed = 0;
  for (bool done = false; !done && killed < kMaxKills; longest += longest / 4) {
    const std::chrono::microseconds patience(1 + random() % static_cast<unsigned>(longest.count()));
    done = run_and_kill(patience, [this] { return collect({log_folder()}).has_value(); });
    if (!done) ++killed;
  }
  EXPECT_GT(killed, 0);
  ASSERT_TRUE(collect({log_folder()}).has_value());
  EXPECT_EQ(stored(), expected()) << "after " << killed << " kills";
  RecordProperty("kills", killed);
}

/// Each in a process of its own, all over the same files in other orders.
TEST_P(CrashTest, SeveralAtOnceCountEachLineOnce) {
  std::filesystem::create_directory(log_folder());
  const std::string first =
      folder().write(log_file("aggregate-2026-05-01.jsonl"), text_of(lines_, 0, 300));
  const std::string second =
      folder().write(log_file("aggregate-2026-05-02.jsonl"), text_of(lines_, 300, lines_.size()));
  static_cast<void>(open());
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto places = i % 2 == 0 ? std::vector{first, second} : std::vector{second, first};
      // Whoever comes second gives up, and goes on the next time.
      bool done = false;
      for (int tries = 0; tries < 1000 && !done; ++tries) done = collect(places).has_value();
      ::_exit(done ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  EXPECT_EQ(stored(), expected());
}

TEST_P(CrashTest, WhoeverComesSecondStoresNothing) {
  const std::string log = folder().write("log.jsonl", text_of(lines_, 0, 60));
  Database first = open();
  Database second = open();
  const auto other = load_run(second, "mx1.example.net", "1777615200-4711");
  ASSERT_TRUE(other.has_value());
  ASSERT_TRUE(collect({log}).has_value());
  const auto late = store_batch(second, {.runs = {*other}}, WallTime{});
  ASSERT_FALSE(late.has_value());
  EXPECT_THAT(to_string(late.error()), testing::HasSubstr("another collector"));
}

TEST_P(CrashTest, CopiesAndPackedCopiesCountOnce) {
  const std::string plain = folder().write("a.jsonl", text_of(lines_, 0, 350));
  const std::string packed =
      folder().write("b.jsonl.gz", support::packed(text_of(lines_, 200, lines_.size())));
  const std::string copy = folder().write("c.jsonl", text_of(lines_, 0, lines_.size()));
  ASSERT_TRUE(collect({packed, plain, plain}).has_value());
  const auto again = collect({copy, packed, plain});
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->counted + again->passed_over, 0U);
  EXPECT_EQ(again->duplicates, lines_.size());
  EXPECT_EQ(stored(), expected());
}

/// A daemon writes, half lines too, while collectors read.
TEST_P(CrashTest, ReadsWhatIsBeingWritten) {
  std::filesystem::create_directory(log_folder());
  const pid_t writer = ::fork();
  if (writer == 0) {
    const std::string text = text_of(lines_, 0, lines_.size());
    std::mt19937 random(3);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t piece = std::min<std::size_t>(1 + random() % 60'000, text.size() - at);
      folder().append(log_file("aggregate-2026-05-01.jsonl"), text.substr(at, piece));
      at += piece;
    }
    ::_exit(0);
  }
  bool is_written = false;
  std::uint64_t counted = 0;
  while (true) {
    // Whether it had ended before we read.
    is_written = is_written || ::waitpid(writer, nullptr, WNOHANG) == writer;
    const auto totals = collect({log_folder()});
    ASSERT_TRUE(totals.has_value()) << to_string(totals.error());
    EXPECT_EQ(totals->damaged + totals->duplicates, 0U);
    counted += totals->lines();
    if (is_written) break;
  }
  EXPECT_EQ(counted, lines_.size());
  EXPECT_EQ(stored(), expected());
}

WAARMERK_ON_BOTH_DATABASES(CrashTest);

}  // namespace
}  // namespace waarmerk::reporting
