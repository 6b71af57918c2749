// What a session answers when something of ours fails, or the mail server says too little.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "milter/session.h"
#include "tests/milter/session_mail.h"

namespace waarmerk::milter {
namespace {

using support::RecordingMta;
using support::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

// M-42
TEST_F(SessionTest, DefersWhenSomethingOfOursBreaksDown) {
  connect(kGoodClient);
  world.lookup.breaks_down = true;
  EXPECT_EQ(send(session, mta), Response::Defer);
  ASSERT_THAT(world.lines(), SizeIs(1));
  EXPECT_THAT(world.lines()[0], HasSubstr("event 1: the resolver broke down"));
  EXPECT_EQ(world.daemon_log.lines().front().text, "event 1: the resolver broke down");
  ASSERT_TRUE(mta.reply);
  EXPECT_EQ(mta.reply->code(), "451");
  EXPECT_THAT(mta.reply->text(), HasSubstr("event 1"));
  EXPECT_THAT(mta.reply->text(), Not(HasSubstr("resolver")));
  world.lookup.breaks_down = false;
  EXPECT_EQ(send(session, mta), Response::Continue);
}

class AcceptingErrors : public SessionTest {
 protected:
  AcceptingErrors() : SessionTest({.on_error = policy::OnError::Accept}) {}
};

TEST_F(AcceptingErrors, AcceptsAndSaysSo) {
  connect(kGoodClient);
  world.lookup.breaks_down = true;
  EXPECT_EQ(send(session, mta), Response::Continue);
  EXPECT_THAT(world.lines(), ElementsAre(HasSubstr("event 1")));
}

TEST_F(AcceptingErrors, StillRemovesForgedFields) {
  connect(kGoodClient);
  world.lookup.breaks_down = true;
  session.mail(mta, "<a@example.com>");
  session.header("Authentication-Results", " mx.example.org; dmarc=pass");
  EXPECT_EQ(session.end_of_message(mta), Response::Continue);
  EXPECT_THAT(mta.deleted, SizeIs(1));
}

TEST_F(SessionTest, RemembersAFailureUntilTheEndOfTheMessage) {
  connect(kGoodClient);
  begin_message(session, mta);
  session.remember_failure("out of memory");
  EXPECT_EQ(session.end_of_message(mta), Response::Defer);
  EXPECT_EQ(send(session, mta), Response::Continue);
}

/// What failed at CONNECT makes the client unknown; that must not exempt its messages.
TEST_F(SessionTest, RemembersAFailureOfTheConnection) {
  session.remember_failure("out of memory");
  EXPECT_EQ(send(session, mta), Response::Defer);
  EXPECT_EQ(send(session, mta), Response::Defer);
  connect(kGoodClient);
  EXPECT_EQ(send(session, mta), Response::Continue);
}

/// A client without an address is exempt; nobody at all is not.
TEST_F(SessionTest, DefersAMessageWithoutAClient) {
  EXPECT_EQ(send(session, mta), Response::Defer);
  EXPECT_THAT(world.lines(), ElementsAre(HasSubstr("came before its client was named")));
  connect(std::nullopt);
  EXPECT_EQ(send(session, mta), Response::Continue);
}

TEST_F(SessionTest, DefersAndLogsAMessageThatNeverBegan) {
  connect(kGoodClient);
  EXPECT_EQ(session.end_of_message(mta), Response::Defer);
  ASSERT_TRUE(mta.reply);
  EXPECT_EQ(mta.reply->text(), "internal error (event 1)");
  ASSERT_THAT(world.lines(), SizeIs(1));
  const auto record = reporting::parse_record(world.lines()[0]);
  ASSERT_TRUE(record) << record.error().text;
  EXPECT_EQ(record->facts.queue_id, "Q1");
  EXPECT_EQ(record->facts.client.ip, kGoodClient);
  EXPECT_EQ(record->facts.internal_error, "event 1: a message ended that never began");
  EXPECT_EQ(record->verdict.decision.action, policy::ActionKind::Defer);
  EXPECT_EQ(record->verdict.decision.cause, policy::Cause::InternalError);
  EXPECT_EQ(world.service.counters().messages, 1U);
  EXPECT_EQ(session.body("x"), Response::Continue);
}

/// Not even the little can be found out that a failed message is logged with.
TEST_F(SessionTest, LogsAMessageOfWhichNothingCanBeKnown) {
  connect(kGoodClient);
  begin_message(session, mta);
  mta.breaks_down = true;
  EXPECT_EQ(session.end_of_message(mta), Response::Defer);
  ASSERT_THAT(world.lines(), SizeIs(1));
  EXPECT_THAT(world.lines()[0], HasSubstr("event 1: the mail server broke down"));
  EXPECT_THAT(world.lines()[0], HasSubstr("\"ip\":\"192.0.2.1\""));
  EXPECT_EQ(world.service.counters().messages, 1U);
  EXPECT_EQ(world.service.counters().internal_errors, 2U);
}

TEST_F(SessionTest, CountsFieldsAfterTheHeaderAsAFailure) {
  connect(kGoodClient);
  session.mail(mta, "<a@example.com>");
  session.header("From", " a@example.com");
  session.end_of_headers();
  session.header("From", " b@example.com");
  EXPECT_EQ(session.end_of_message(mta), Response::Defer);
  EXPECT_EQ(world.service.counters().internal_errors, 1U);
  EXPECT_THAT(world.lines(), ElementsAre(HasSubstr("event 1: a header field came after the end")));
  EXPECT_THAT(world.daemon_log.lines().front().text, HasSubstr("event 1: a header field came"));
}

struct UnknownMessageCase {
  std::string name;
  policy::Settings settings;
  Response response;
  std::string action;
};
std::ostream& operator<<(std::ostream& out, const UnknownMessageCase& row) {
  return out << row.name;
}

class UnknownMessage : public testing::TestWithParam<UnknownMessageCase> {};

TEST_P(UnknownMessage, IsAnsweredAsTheSettingsSay) {
  World world(kZone, GetParam().settings);
  RecordingMta mta;
  Session session(world.service, Rights());
  EXPECT_EQ(session.end_of_message(mta), GetParam().response);
  EXPECT_EQ(session.end_of_message(mta), session.last_resort());
  ASSERT_THAT(world.lines(), SizeIs(2));
  EXPECT_THAT(world.lines()[0], HasSubstr(GetParam().action));
}

INSTANTIATE_TEST_SUITE_P(
    Table, UnknownMessage,
    testing::Values(
        UnknownMessageCase{"Enforce", {}, Response::Defer, R"("action":"defer","would":"defer")"},
        UnknownMessageCase{"Accept",
                           {.on_error = policy::OnError::Accept},
                           Response::Continue,
                           R"("action":"accept","would":"accept")"},
        UnknownMessageCase{"Tag",
                           {.mode = policy::Mode::Tag},
                           Response::Continue,
                           R"("action":"accept","would":"defer")"},
        UnknownMessageCase{"Monitor",
                           {.mode = policy::Mode::Monitor},
                           Response::Continue,
                           R"("action":"accept","would":"defer")"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace waarmerk::milter
