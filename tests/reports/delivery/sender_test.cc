// From counted mail to mail handed over: what is sent, what waits, and why nobody gets anything.
#include "reporting/delivery/sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/reports/delivery/sender_fixture.h"

namespace waarmerk::reporting {
namespace {

using namespace std::chrono_literals;
using support::counted;
using support::failing_row;
using support::kMayDay;
using support::kMorning;
using support::passing_row;
using support::value_of;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = Handover::Kind;

const std::string kRua = "mailto:rua@example.com";

class SenderTest : public support::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    database_.emplace(open());
    outbox_.emplace(*database_);
  }

  /// Counts reports, read from a node that is behind `newest`.
  void count(std::vector<BatchReport> reports, WallTime newest = kMorning) {
    const auto lines = 10 * static_cast<std::uint64_t>(version_ + 1);
    RunProgress run = support::run_of("mx1", version_++, lines);
    run.newest = newest;
    const Batch batch{.runs = {run}, .files = {}, .reports = std::move(reports)};
    const auto stored = store_batch(*database_, batch, newest);
    ASSERT_TRUE(stored) << to_string(stored.error());
  }

  SendSummary run(const std::function<bool()>& stop = [] { return false; }) {
    Sender sender({*outbox_, zone_, mailer_, clock_}, settings_, reporter_, "test");
    said_.clear();
    return value_of(sender.run([this](const std::string& line) { said_.push_back(line); }, stop));
  }

  std::vector<StoredReport> reports() {
    return value_of(outbox_->list(kMayDay - std::chrono::days(100)));
  }
  std::string outcome() { return reports().back().outcome; }

  std::optional<Database> database_;
  std::optional<Outbox> outbox_;
  std::int64_t version_ = 0;
  dns::Zone zone_;
  support::KeepingMailer mailer_;
  support::SetClock clock_{kMorning};
  policy::Settings settings_ = support::sending_settings();
  Reporter reporter_ = support::test_reporter();
  std::vector<std::string> said_;
};
WAARMERK_ON_BOTH_DATABASES(SenderTest);

TEST_P(SenderTest, SendsEachReportOfADayThatIsOverOnce) {
  count({counted("example.com", kRua, {passing_row(1), failing_row(2)}),
         counted("example.org", "mailto:a@example.org,mailto:b@example.org", {passing_row()})});
  const SendSummary summary = run();
  EXPECT_EQ(summary.frozen, 2U);
  EXPECT_EQ(summary.reports_sent, 2U);
  EXPECT_EQ(summary.mails, 3U);
  EXPECT_EQ(summary.troubles, 0U);
  std::set<std::string> to;
  for (const ReportMail& mail : mailer_.mails) to.insert(mail.to.text());
  EXPECT_THAT(to, ElementsAre("a@example.org", "b@example.org", "rua@example.com"));
  for (const StoredReport& report : reports()) EXPECT_EQ(report.state, ReportState::Done);
  EXPECT_THAT(said_, testing::Contains("example.com 2026-05-01: 1 of 1 mail handed over"));
  EXPECT_EQ(run().mails, 0U);
  EXPECT_EQ(mailer_.mails.size(), 3U);
}

TEST_P(SenderTest, A_35_TheMailHasTheNamesOfItsDocument) {
  count({counted("example.com", kRua, {passing_row()})});
  settings_.report.sender = MailAddress::parse("bounces@mx.example.net").value();
  run();
  ASSERT_EQ(mailer_.mails.size(), 1U);
  const ReportMail& mail = mailer_.mails.front();
  const DocumentKey key{.submitter = reporter_.submitter, .report = reports().front().key};
  EXPECT_EQ(mail.subject, subject(key));
  EXPECT_EQ(mail.message_id, message_id(key));
  EXPECT_EQ(mail.file_name, file_name(key));
  EXPECT_EQ(mail.sender.text(), "bounces@mx.example.net");
  EXPECT_EQ(mail.from.text(), "dmarc@example.net");
  EXPECT_THAT(mail.note, HasSubstr("2026-05-01"));
  EXPECT_EQ(mail.attachment.substr(0, 2), "\x1f\x8b");
}

TEST_P(SenderTest, A_35_ACopyThatIsSentLaterIsTheSameThoughWeHaveAnotherName) {
  count({counted("example.com", kRua, {passing_row()})});
  mailer_.answer = [](const ReportMail&) { return Handover{Kind::NotNow, "451 later"}; };
  run();
  mailer_.answer = {};
  reporter_.submitter = test::name("other.example.net");
  clock_.advance(1h);
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
  ASSERT_EQ(mailer_.mails.size(), 2U);
  EXPECT_EQ(mailer_.mails[0].message_id, mailer_.mails[1].message_id);
  EXPECT_EQ(mailer_.mails[0].subject, mailer_.mails[1].subject);
  EXPECT_EQ(mailer_.mails[0].attachment, mailer_.mails[1].attachment);
}

TEST_P(SenderTest, ADayIsClosedByTheLastNodeOrByTheGrace) {
  settings_.report.grace = 6h;
  count({counted("example.com", kRua, {passing_row()})}, kMayDay + 23h);
  clock_.set(kMayDay + 25h);
  EXPECT_EQ(run().frozen, 0U);
  clock_.set(kMayDay + 30h - 1s);
  EXPECT_EQ(run().frozen, 0U);
  clock_.set(kMayDay + 30h);
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
  EXPECT_THAT(said_, testing::Contains(HasSubstr("2026-05-01 is closed by report.grace_minutes")));
}

TEST_P(SenderTest, ADayThatAllHaveClosedIsSentAtOnceAndTheDayUnderWayIsNot) {
  settings_.report.grace = 6h;
  count({counted("example.com", kRua, {passing_row()}),
         counted("example.com", kRua, {passing_row()}, kMayDay + std::chrono::days(1))},
        kMayDay + 24h + 1min);
  clock_.set(kMayDay + 25h);
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
  EXPECT_THAT(said_, Each(testing::Not(HasSubstr("grace"))));
  EXPECT_EQ(reports().back().state, ReportState::Collecting);
}

TEST_P(SenderTest, LateMailGoesIntoAFurtherReport) {
  count({counted("example.com", kRua, {passing_row(1)})});
  run();
  count({counted("example.com", kRua, {passing_row(2)})});
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
  ASSERT_EQ(mailer_.mails.size(), 2U);
  EXPECT_NE(mailer_.mails[0].message_id, mailer_.mails[1].message_id);
}

TEST_P(SenderTest, A_30_ALargeReportGoesInParts) {
  std::vector<CountedRow> rows;
  for (unsigned i = 1; i <= 200; ++i) rows.push_back(passing_row(i));
  settings_.report.max_bytes = 2000;
  count({counted("example.com", kRua, rows)});
  const SendSummary summary = run();
  EXPECT_EQ(summary.reports_sent, 1U);
  ASSERT_GT(mailer_.mails.size(), 1U);
  std::set<std::string> ids;
  for (const ReportMail& mail : mailer_.mails) {
    EXPECT_LE(mail.attachment.size(), 2000U);
    EXPECT_TRUE(ids.insert(mail.message_id).second);
    EXPECT_THAT(mail.note, HasSubstr(" of " + std::to_string(mailer_.mails.size()) + ":"));
  }
}

// ---- Manners ------------------------------------------------------------------------------------

TEST_P(SenderTest, D_36_ARecordThatAsksForNothingGetsNothing) {
  count({counted("example.com", "", {passing_row()})});
  EXPECT_EQ(run().reports_without, 1U);
  EXPECT_EQ(outcome(), "not sent: its record asks for no reports");
}

TEST_P(SenderTest, TheNeverListCoversWhatIsBelow) {
  settings_.report.never = {test::name("example.com")};
  count({counted("mail.example.com", kRua, {passing_row()}),
         counted("notexample.com", "mailto:a@notexample.com", {passing_row()})});
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
  EXPECT_EQ(mailer_.mails.front().to.text(), "a@notexample.com");
  EXPECT_EQ(reports().front().outcome, "not sent: report.never names example.com");
}

TEST_P(SenderTest, A_38_ReportTrafficAloneCausesNoReport) {
  CountedRow traffic = passing_row();
  traffic.messages = {3, 0};
  count({counted("example.com", kRua, {traffic}),
         counted("example.org", "mailto:a@example.org", {traffic, passing_row(2)})});
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
  EXPECT_EQ(mailer_.mails.front().to.text(), "a@example.org");
  EXPECT_EQ(reports().front().outcome, "not sent: only report traffic was seen");
}

TEST_P(SenderTest, ADomainWhoseMailNeverPassesGetsNothing) {
  count({counted("example.com", kRua, {failing_row()})});
  EXPECT_EQ(run().mails, 0U);
  EXPECT_THAT(outcome(), HasSubstr("none of its mail passed DMARC in 30 days"));
}

TEST_P(SenderTest, UnlessItIsToGetThemAlways) {
  settings_.report.always = {test::name("example.com")};
  zone_ = dns::Zone::parse("_dmarc.example.com TXT v=DMARC1; p=none\n").value();
  count({counted("mail.example.com", kRua, {failing_row()}),
         counted("example.org", "mailto:a@example.org", {failing_row()})});
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
  EXPECT_EQ(mailer_.mails.front().to.text(), "rua@example.com");
}

TEST_P(SenderTest, OrAllAreTo) {
  settings_.report.active_days = 0;
  count({counted("example.com", kRua, {failing_row()})});
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
}

TEST_P(SenderTest, OrItPassedOnADayBefore) {
  settings_.report.active_days = 10;
  const auto days_ago = [](int days) { return kMayDay - std::chrono::days(days); };
  count({counted("example.com", "", {passing_row()}, days_ago(9)),
         counted("example.com", kRua, {failing_row()}),
         counted("example.org", "", {passing_row()}, days_ago(10)),
         counted("example.org", "mailto:a@example.org", {failing_row()})});
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
  EXPECT_EQ(mailer_.mails.front().to.text(), "rua@example.com");
}

// ---- Destinations -------------------------------------------------------------------------------

TEST_P(SenderTest, A_51_AStrangerGetsNothing) {
  count({counted("example.com", "mailto:a@stranger.example", {passing_row()})});
  EXPECT_EQ(run().reports_without, 1U);
  EXPECT_THAT(mailer_.mails, IsEmpty());
  EXPECT_THAT(outcome(), HasSubstr("stranger.example does not take reports about example.com"));
}

TEST_P(SenderTest, A_53_ADnsErrorPutsAReportOffAndInTheEndRefusesTheAddress) {
  zone_ = dns::Zone::parse("example.com._report._dmarc.stranger.example TXT !SERVFAIL\n").value();
  count({counted("example.com", kRua + ",mailto:a@stranger.example", {passing_row()})});
  for (unsigned i = 0; i < kMaxDelays; ++i) {
    EXPECT_EQ(run().delayed, 1U) << i;
    EXPECT_EQ(run().delayed, 0U) << "due before its hour";
    clock_.advance(kOpenDelay);
  }
  EXPECT_THAT(mailer_.mails, IsEmpty());
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
  EXPECT_EQ(mailer_.mails.front().to.text(), "rua@example.com");
  EXPECT_EQ(outcome(), "1 of 1 mail handed over");
}

TEST_P(SenderTest, A_53_AnAnswerThatComesLaterIsStillInTime) {
  zone_ = dns::Zone::parse("example.com._report._dmarc.stranger.example TXT !TIMEOUT\n").value();
  count({counted("example.com", "mailto:a@stranger.example", {passing_row()})});
  EXPECT_EQ(run().delayed, 1U);
  zone_ = dns::Zone::parse("example.com._report._dmarc.stranger.example TXT v=DMARC1\n").value();
  clock_.advance(kOpenDelay);
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
}

// ---- A mail server with moods -------------------------------------------------------------------

TEST_P(SenderTest, WhatIsRefusedIsNotSentAgain) {
  mailer_.answer = [](const ReportMail& mail) {
    return mail.to.local_part() == "a" ? Handover{Kind::Refused, "550 5.1.1 no such user"}
                                       : Handover{Kind::Taken, "250 ok"};
  };
  count({counted("example.org", "mailto:a@example.org,mailto:b@example.org", {passing_row()})});
  const SendSummary summary = run();
  EXPECT_EQ(summary.refused, 1U);
  EXPECT_EQ(summary.reports_sent, 1U);
  EXPECT_EQ(outcome(), "1 of 2 mails handed over; a@example.org: 550 5.1.1 no such user");
  clock_.advance(72h);
  EXPECT_EQ(run().mails, 0U);
  EXPECT_EQ(mailer_.mails.size(), 2U);
}

TEST_P(SenderTest, WhatIsNotTakenWaitsLongerEachTimeAndIsGivenUpInTheEnd) {
  mailer_.answer = [](const ReportMail&) { return Handover{Kind::NotNow, "451 4.3.0 later"}; };
  count({counted("example.com", kRua, {passing_row()})});
  EXPECT_EQ(run().delayed, 1U);
  EXPECT_THAT(said_, testing::Contains(HasSubstr("451 4.3.0 later")));
  clock_.advance(kFirstWait - 1s);
  EXPECT_EQ(run().delayed, 0U);
  clock_.advance(1s);
  EXPECT_EQ(run().delayed, 1U);
  clock_.advance(kFirstWait);
  EXPECT_EQ(run().delayed, 0U);
  clock_.advance(kFirstWait);
  EXPECT_EQ(run().delayed, 1U);
  EXPECT_EQ(mailer_.mails.size(), 3U);
  for (int i = 0; i < 30; ++i) {
    clock_.advance(kLongestWait);
    run();
  }
  EXPECT_EQ(outcome(), "0 of 1 mail handed over; rua@example.com: 451 4.3.0 later");
  // Three days of waits of at most four hours.
  EXPECT_LE(mailer_.mails.size(), 3U + 20U);
}

TEST_P(SenderTest, AMailServerThatTakesNothingIsLeftAlone) {
  mailer_.answer = [](const ReportMail&) { return Handover{Kind::NotNow, "no connection"}; };
  std::vector<BatchReport> many;
  for (int i = 0; i < 12; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".example";
    many.push_back(counted(domain, "mailto:a@" + domain, {passing_row()}));
  }
  count(std::move(many));
  run();
  EXPECT_EQ(mailer_.mails.size(), kMaxInVain);
  mailer_.answer = {};
  EXPECT_EQ(run().mails, 12U - kMaxInVain);
}

TEST_P(SenderTest, AtMostSoManyAnHour) {
  settings_.report.max_per_hour = 2;
  count({counted("a.example", "mailto:x@a.example", {passing_row()}),
         counted("b.example", "mailto:x@b.example,mailto:y@b.example", {passing_row()})});
  EXPECT_EQ(run().mails, 2U);
  EXPECT_THAT(said_, testing::Contains(HasSubstr("max_per_hour")));
  clock_.advance(59min);
  EXPECT_EQ(run().mails, 0U);
  clock_.advance(11min);
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
  std::set<std::string> to;
  for (const ReportMail& mail : mailer_.mails) EXPECT_TRUE(to.insert(mail.to.text()).second);
  EXPECT_EQ(to.size(), 3U);
}

TEST_P(SenderTest, StopsWhenItIsToldAndAnotherGoesOnAtOnce) {
  count({counted("a.example", "mailto:x@a.example,mailto:y@a.example", {passing_row()}),
         counted("b.example", "mailto:x@b.example", {passing_row()})});
  EXPECT_EQ(run([this] { return !mailer_.mails.empty(); }).mails, 1U);
  EXPECT_EQ(run().mails, 2U);
  EXPECT_EQ(mailer_.mails.size(), 3U);
}

TEST_P(SenderTest, ReportsAreSpread) {
  settings_.report.spread = 12h;
  std::vector<BatchReport> many;
  for (int i = 0; i < 40; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".example";
    many.push_back(counted(domain, "mailto:a@" + domain, {passing_row()}));
  }
  count(std::move(many));
  std::uint64_t sent = 0;
  for (int hour = 0; hour <= 12; ++hour) {
    sent += run().mails;
    if (hour == 6) {
      EXPECT_GT(sent, 5U);
      EXPECT_LT(sent, 35U);
    }
    clock_.advance(1h);
  }
  EXPECT_EQ(sent, 40U);
}

TEST_P(SenderTest, AReportThatAnotherHoldsIsLeftToHim) {
  count({counted("example.com", kRua, {passing_row()})});
  ASSERT_TRUE(outbox_->freeze(kMayDay, clock_.now()));
  const auto held = outbox_->claim({"another", clock_.now() + kLease}, clock_.now(), 0min);
  ASSERT_TRUE(held && *held);
  EXPECT_EQ(run().mails, 0U);
  // He has not been heard of since.
  clock_.advance(kLease + 1s);
  ASSERT_EQ(run().mails, 1U) << testing::PrintToString(said_);
}

}  // namespace
}  // namespace waarmerk::reporting
