// A sender that is killed between any two of its steps, and several at once: no report is lost, and
// none goes out twice but where SMTP itself leaves no choice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/reports/delivery/sender_fixture.h"
#include "tests/support/smtp_server.h"

namespace waarmerk::reporting {
namespace {

using namespace std::chrono_literals;
using support::counted;
using support::kMorning;
using support::passing_row;
using support::SmtpMail;
using support::value_of;

/// Ends its process when it is asked for the time once too often. The sender asks at every step.
class KillingClock final : public Clock {
 public:
  KillingClock(WallTime now, unsigned steps) : now_(now), steps_(steps) {}
  [[nodiscard]] WallTime now() const override {
    if (steps_ > 0 && --steps_ == 0) ::raise(SIGKILL);
    return now_;
  }
  [[nodiscard]] Instant instant() const override { return Instant{}; }

 private:
  WallTime now_;
  mutable unsigned steps_;
};

class SenderCrash : public support::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    settings_.report.smtp = server_.address();
    settings_.report.smtp_tls = policy::SmtpTls::None;
  }

  void count(std::vector<BatchReport> reports) {
    Database database = open();
    RunProgress run = support::run_of("mx1", 0, 10);
    run.run = "run-" + std::to_string(++runs_);
    run.newest = kMorning;
    const auto stored = store_batch(
        database, {.runs = {run}, .files = {}, .reports = std::move(reports)}, kMorning);
    ASSERT_TRUE(stored) << to_string(stored.error());
  }

  /// One run of a sender, with a connection of its own.
  Result<SendSummary> send(const Clock& clock, const std::string& owner) const {
    auto database = open_store(store());
    if (!database) return std::unexpected(database.error());
    Outbox outbox(*database);
    dns::Zone zone;
    auto mailer = SmtpMailer::open(settings_.report, test::name("mx.example.net"), {});
    if (!mailer) return std::unexpected(mailer.error());
    Sender sender({outbox, zone, **mailer, clock}, settings_, support::test_reporter(), owner);
    return sender.run([](const std::string&) {}, [] { return false; });
  }

  /// The same in a process of its own, which is killed at a step; 0: never. Returns whether it was.
  bool send_and_die(unsigned step, WallTime now) const {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto sent = send(KillingClock(now, step), "child " + std::to_string(step));
      ::_exit(sent && sent->troubles == 0 ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    const bool was_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    EXPECT_TRUE(was_killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << status;
    return was_killed;
  }

  /// What was taken for each address: how often each Message-ID.
  std::map<std::string, std::map<std::string, int>> taken() const {
    std::map<std::string, std::map<std::string, int>> all;
    for (const SmtpMail& mail : server_.taken()) {
      EXPECT_EQ(mail.recipients.size(), 1U);
      ++all[mail.recipients.front()][support::header_value(mail.content, "Message-ID")];
    }
    return all;
  }

  support::SmtpServer server_;
  policy::Settings settings_ = support::sending_settings();
  int runs_ = 0;
};
WAARMERK_ON_BOTH_DATABASES(SenderCrash);

TEST_P(SenderCrash, KilledAtEachStepItLosesNothingAndDoublesOneMailOnly) {
  WallTime now = kMorning;
  unsigned step = 0;
  bool was_killed = true;
  std::vector<std::string> addresses;
  while (was_killed && step < 100) {
    const std::string domain = "d" + std::to_string(++step) + ".example";
    count({counted(domain, "mailto:a@" + domain + ",mailto:b@" + domain, {passing_row()})});
    addresses.push_back("<a@" + domain + ">");
    addresses.push_back("<b@" + domain + ">");
    was_killed = send_and_die(step, now);
    // The lease of the dead one ends, and another goes on.
    now += kLease + 1s;
    ASSERT_FALSE(send_and_die(0, now));
  }
  ASSERT_GT(step, 8U);
  ASSERT_LT(step, 100U);
  const auto got = taken();
  EXPECT_EQ(got.size(), addresses.size());
  int doubled = 0;
  for (const std::string& address : addresses) {
    ASSERT_TRUE(got.contains(address)) << address << " got nothing";
    ASSERT_EQ(got.at(address).size(), 1U) << address << " got two different mails";
    const int copies = got.at(address).begin()->second;
    EXPECT_LE(copies, 2) << address;
    if (copies == 2) ++doubled;
  }
  // Between the 250 of each of its two mails and the storing of that.
  EXPECT_EQ(doubled, 2);
  EXPECT_EQ(number("SELECT COUNT(*) FROM reports WHERE state <> 'done'"), 0);
}

TEST_P(SenderCrash, SeveralAtOnceSendEachReportOnce) {
  constexpr int kReports = 40;
  std::vector<BatchReport> many;
  for (int i = 0; i < kReports; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".example";
    many.push_back(counted(domain, "mailto:a@" + domain, {passing_row()}));
  }
  count(std::move(many));
  const support::SetClock clock(kMorning);
  std::vector<Result<SendSummary>> sent(3);
  {
    std::vector<std::jthread> senders;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      senders.emplace_back([&, i] { sent[i] = send(clock, "sender " + std::to_string(i)); });
    }
  }
  std::uint64_t mails = 0;
  for (const auto& summary : sent) {
    ASSERT_TRUE(summary) << to_string(summary.error());
    EXPECT_EQ(summary->troubles, 0U);
    mails += summary->mails;
  }
  EXPECT_EQ(mails, static_cast<std::uint64_t>(kReports));
  EXPECT_EQ(server_.taken().size(), static_cast<std::size_t>(kReports));
  EXPECT_EQ(taken().size(), static_cast<std::size_t>(kReports));
}

}  // namespace
}  // namespace waarmerk::reporting
