// The program itself, killed while it talks to a mail server; and two of it at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <map>
#include <optional>
#include <string>

#include "tests/cli/report_lab.h"
#include "tests/support/postgres.h"
#include "tests/support/smtp_server.h"
#include "tests/support/wait_for.h"
#include "tests/support/whole_file.h"

namespace waarmerk::cli {
namespace {

using support::SmtpMail;
using support::SmtpServer;
using support::SmtpStep;

/// What happens to the sender when a step of its second mail has come.
enum class Blow : std::uint8_t {
  KillBeforeTheReply,
  /// It cannot read the reply any more, which is on its way.
  StopThenReplyThenKill,
};

struct Row {
  const char* name;
  SmtpStep step;
  Blow blow;
  /// How often the second mail arrives.
  int copies;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class ReportKill : public testing::TestWithParam<Row> {
 protected:
  /// Deals the blow, once.
  SmtpServer::Script script() {
    return [this](SmtpStep step, const SmtpMail&) -> std::optional<std::string> {
      if (step != GetParam().step || ++times_ != 2 || sender_ <= 0) return std::nullopt;
      switch (GetParam().blow) {
        case Blow::KillBeforeTheReply:
          ::kill(sender_, SIGKILL);
          break;
        case Blow::StopThenReplyThenKill:
          ::kill(sender_, SIGSTOP);
          break;
      }
      is_dealt_ = true;
      return GetParam().blow == Blow::KillBeforeTheReply
                 ? std::optional(std::string(SmtpServer::kHangUp))
                 : std::nullopt;
    };
  }

  /// Starts one and waits for its end, or for the blow, after which it is killed for certain.
  int send(const ReportLab& lab) {
    is_dealt_ = false;
    // Nobody is dealt a blow before he has connected.
    const pid_t child = lab.start_sending();
    sender_ = child;
    int status = 0;
    const bool ended = support::wait_for([&] {
      if (is_dealt_) return true;
      return ::waitpid(child, &status, WNOHANG) == child;
    });
    EXPECT_TRUE(ended);
    if (!is_dealt_ && ended) return status;
    EXPECT_TRUE(support::wait_for([&] { return server_.taken().size() >= expected_taken_; }));
    ::kill(child, SIGKILL);
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return status;
  }

  std::atomic<pid_t> sender_ = 0;
  std::atomic<int> times_ = 0;
  std::atomic<bool> is_dealt_ = false;
  std::size_t expected_taken_ = 0;
  SmtpServer server_{script()};
};

TEST_P(ReportKill, LosesNothingAndDoublesOnlyWhatWasTakenUnseen) {
  ReportLab lab;
  lab.count({report_about("a.example", "mailto:r@a.example"),
             report_about("b.example", "mailto:r@b.example,mailto:s@b.example"),
             report_about("c.example", "mailto:r@c.example")});
  lab.configure(server_.port());
  expected_taken_ = GetParam().copies == 2 ? 2 : 1;
  const int status = send(lab);
  ASSERT_TRUE(WIFSIGNALED(status)) << support::read_whole(lab.folder().path() / "output");
  lab.forget_leases();
  const int again = send(lab);
  EXPECT_TRUE(WIFEXITED(again) && WEXITSTATUS(again) == 0)
      << support::read_whole(lab.folder().path() / "output");

  std::map<std::string, std::map<std::string, int>> got;
  for (const SmtpMail& mail : server_.taken()) {
    ++got[mail.recipients.front()][support::header_value(mail.content, "Message-ID")];
  }
  EXPECT_EQ(got.size(), 4U);
  int doubled = 0;
  for (const auto& [address, ids] : got) {
    EXPECT_EQ(ids.size(), 1U) << address;
    if (ids.begin()->second == 2) ++doubled;
    EXPECT_LE(ids.begin()->second, 2) << address;
  }
  EXPECT_EQ(doubled, GetParam().copies == 2 ? 1 : 0);
  EXPECT_EQ(lab.number("SELECT COUNT(*) FROM reports WHERE state <> 'done'"), 0);
  EXPECT_EQ(lab.number("SELECT COUNT(*) FROM documents"), 0);
}

const Row kRows[] = {
    {"AtConnect", SmtpStep::Connect, Blow::KillBeforeTheReply, 1},
    {"AtEhlo", SmtpStep::Ehlo, Blow::KillBeforeTheReply, 1},
    {"AtMail", SmtpStep::Mail, Blow::KillBeforeTheReply, 1},
    {"AtRcpt", SmtpStep::Rcpt, Blow::KillBeforeTheReply, 1},
    {"AtData", SmtpStep::Data, Blow::KillBeforeTheReply, 1},
    {"InTheContent", SmtpStep::Body, Blow::KillBeforeTheReply, 1},
    {"BehindTheDot", SmtpStep::End, Blow::KillBeforeTheReply, 1},
    {"Behind250", SmtpStep::End, Blow::StopThenReplyThenKill, 2},
};
INSTANTIATE_TEST_SUITE_P(Rows, ReportKill, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

// ---- Two at once --------------------------------------------------------------------------------

void expect_each_once_by_two(ReportLab& lab) {
  constexpr int kReports = 20;
  const SmtpServer server;
  std::vector<reporting::BatchReport> many;
  for (int i = 0; i < kReports; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".example";
    many.push_back(report_about(domain, "mailto:r@" + domain));
  }
  lab.count(std::move(many));
  lab.configure(server.port());
  for (const pid_t child : {lab.start_sending(), lab.start_sending()}) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << support::read_whole(lab.folder().path() / "output");
  }
  std::map<std::string, int> got;
  for (const SmtpMail& mail : server.taken()) ++got[mail.recipients.front()];
  EXPECT_EQ(got.size(), static_cast<std::size_t>(kReports));
  for (const auto& [address, copies] : got) EXPECT_EQ(copies, 1) << address;
}

TEST(ReportsByTwo, EachOnceFromOneFile) {
  ReportLab lab;
  expect_each_once_by_two(lab);
}

TEST(ReportsByTwo, EachOnceFromPostgresql) {
  const auto& postgres = support::Postgres::shared();
  if (!postgres.missing().empty()) GTEST_SKIP() << postgres.missing();
  ReportLab lab(postgres.url("postgres"));
  expect_each_once_by_two(lab);
}

}  // namespace
}  // namespace waarmerk::cli
