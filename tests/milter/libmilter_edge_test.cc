// The milter on the wire: what is negotiated, and how connections and messages begin and end.
#include "milter/libmilter_edge.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <map>
#include <ostream>
#include <string>
#include <string_view>

#include "tests/milter/good_mail.h"
#include "tests/milter/milter_process.h"
#include "tests/support/free_port.h"
#include "tests/support/milter_wire.h"

namespace waarmerk::milter {
namespace {

using support::expect_accepted;
using support::good_message;
using support::greet;
using support::kGoodZone;
using support::MilterProcess;
using support::MilterWire;
using support::Personality;
using support::WireClient;
using support::WireMessage;
using support::WireOffer;
using support::WireOutcome;
namespace wire = support::wire;

/// Tests that run once with each mail server.
class OnTheWire : public testing::TestWithParam<Personality> {};
INSTANTIATE_TEST_SUITE_P(Servers, OnTheWire,
                         testing::Values(Personality::Postfix, Personality::Sendmail),
                         testing::PrintToStringParamName());

// M-01..M-05, M-48
TEST(Negotiation, TakesWhatIsOfUse) {
  MilterProcess milter(kGoodZone);
  ASSERT_TRUE(milter.started());
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  const auto& agreed = mta.negotiate();
  EXPECT_EQ(agreed.version, 6U);
  EXPECT_EQ(agreed.actions,
            wire::kAddHeaders | wire::kChangeHeaders | wire::kQuarantine | wire::kSetSymbolList);
  EXPECT_EQ(agreed.steps, (wire::kAllNoReplies & ~wire::kNoReplyBody) | wire::kNoUnknown |
                              wire::kSkip | wire::kLeadingSpace);
}

// M-06
TEST(Negotiation, AsksForMacrosOncePerStage) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  const auto& macros = mta.negotiate().macros;
  ASSERT_EQ(macros.size(), 6U);
  EXPECT_NE(macros.at(0).find("{client_addr}"), std::string::npos);
  EXPECT_NE(macros.at(2).find("{auth_authen}"), std::string::npos);
  EXPECT_NE(macros.at(2).find("{tls_version}"), std::string::npos);
  EXPECT_EQ(macros.at(4), "i");
}

TEST(Negotiation, AsksForNoMacrosWithoutTheRight) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  const auto& agreed = mta.negotiate({.actions = wire::kAllActions & ~wire::kSetSymbolList});
  EXPECT_TRUE(agreed.macros.empty());
  EXPECT_EQ(agreed.actions & wire::kSetSymbolList, 0U);
}

TEST(Negotiation, TakesNoReplyToTheBodyInsteadOfSkip) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  const auto& agreed = mta.negotiate({.steps = wire::kAllSteps & ~wire::kSkip});
  EXPECT_EQ(agreed.steps & (wire::kSkip | wire::kNoReplyBody), wire::kNoReplyBody);
}

struct OfferCase {
  std::string name;
  WireOffer offer;
};
std::ostream& operator<<(std::ostream& out, const OfferCase& row) { return out << row.name; }

class EveryOffer : public testing::TestWithParam<OfferCase> {};

/// Whatever is offered, a message gets its verdict and each step its answer.
TEST_P(EveryOffer, Works) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  greet(mta, GetParam().offer);
  WireMessage message = good_message();
  message.body = {"one\r\n", "two\r\n", "three\r\n"};
  expect_accepted(mta.send(message));
  EXPECT_EQ(mta.agreement().steps & ~GetParam().offer.steps, 0U);
  EXPECT_EQ(mta.agreement().actions & ~GetParam().offer.actions, 0U);
  expect_accepted(mta.send(message));
}

// M-07
INSTANTIATE_TEST_SUITE_P(
    Table, EveryOffer,
    testing::Values(
        OfferCase{"Everything", {}},
        OfferCase{"NoNoReplies", {.steps = wire::kAllSteps & ~wire::kAllNoReplies}},
        OfferCase{"NoSkip", {.steps = wire::kAllSteps & ~wire::kSkip}},
        OfferCase{"NeitherSkipNorNoReplies",
                  {.steps = wire::kAllSteps & ~(wire::kSkip | wire::kAllNoReplies)}},
        OfferCase{"NoLeadingSpace", {.steps = wire::kAllSteps & ~wire::kLeadingSpace}},
        OfferCase{"OnlyNoReplyToHeaders", {.steps = 0x7fU | wire::kNoReplyHeader}},
        OfferCase{"NoQuarantine", {.actions = wire::kAllActions & ~wire::kQuarantine}},
        OfferCase{"NoMacroLists", {.actions = wire::kAllActions & ~wire::kSetSymbolList}},
        OfferCase{"VersionTwo", {.version = 2, .actions = 0x3f, .steps = 0x7f}},
        OfferCase{"VersionTwoWithoutFlags", {.version = 2, .actions = 0x3f, .steps = 0x3f}}),
    [](const auto& row) { return row.param.name; });

TEST_P(OnTheWire, JudgesAMessage) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), GetParam());
  greet(mta);
  const WireOutcome outcome = mta.send(good_message());
  expect_accepted(outcome);
  ASSERT_EQ(outcome.inserted.size(), 1U);
  EXPECT_EQ(outcome.inserted.front().index, 0U);  // M-23
  EXPECT_TRUE(outcome.inserted.front().value.starts_with(" mx.example.org;"));
  EXPECT_TRUE(outcome.deleted.empty());
  const auto lines = milter.log_lines();
  ASSERT_EQ(lines.size(), 1U);
  const char* queue_id = GetParam() == Personality::Postfix ? "\"4P1\"" : "\"q1\"";
  EXPECT_NE(lines.front().find(queue_id), std::string::npos) << lines.front();  // M-46
}

// M-03: after a silent conversation the first packets belong to the end of the message.
TEST_P(OnTheWire, AnswersNothingBeforeTheEndOfTheMessage) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), GetParam());
  greet(mta);
  mta.send(good_message());
  std::string commands;
  for (const auto& frame : mta.received()) commands += frame.command;
  EXPECT_EQ(commands, "Osic");
}

// M-30, M-32
TEST_P(OnTheWire, JudgesSeveralMessagesOfOneConnection) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), GetParam());
  greet(mta);
  expect_accepted(mta.send(good_message()));
  WireMessage forged = good_message();
  forged.mail_from = "<sender@stranger.example>";
  EXPECT_NE(mta.send(forged).reply, 'c');
  expect_accepted(mta.send(good_message()));
  EXPECT_EQ(milter.log_lines().size(), 3U);
}

class AbortedAfter : public testing::TestWithParam<int> {};

// M-30
TEST_P(AbortedAfter, LeavesNothingBehind) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  const int steps = GetParam();
  mta.mail("<sender@stranger.example>");
  if (steps > 0) mta.recipient("<user@example.org>");
  if (steps > 1) mta.data();
  if (steps > 2) mta.header("From", " other@stranger.example");
  if (steps > 3) mta.header("Authentication-Results", " mx.example.org; dmarc=pass");
  if (steps > 4) mta.end_of_headers();
  if (steps > 5) mta.body("text\r\n");
  mta.abort();
  mta.abort();
  const WireOutcome outcome = mta.send(good_message());
  expect_accepted(outcome);
  EXPECT_TRUE(outcome.deleted.empty());
  EXPECT_EQ(milter.log_lines().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Steps, AbortedAfter, testing::Range(0, 7));

// M-20
TEST_P(OnTheWire, TakesTheLastHelo) {
  MilterProcess milter("helo.example TXT v=spf1 ip4:192.0.2.1 -all\n");
  MilterWire mta(milter.socket_path(), GetParam());
  greet(mta);
  mta.helo("helo.example");
  WireMessage bounce = good_message();
  bounce.mail_from = "<>";
  bounce.fields[0].second = " <mailer-daemon@helo.example>";
  const auto field = mta.send(bounce).field("Authentication-Results");
  ASSERT_TRUE(field);
  EXPECT_NE(field->find("spf=pass"), std::string::npos) << *field;
  EXPECT_NE(field->find("helo.example"), std::string::npos) << *field;
}

TEST_P(OnTheWire, NeedsNoHelo) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), GetParam());
  mta.negotiate();
  mta.connect();
  expect_accepted(mta.send(good_message()));
}

// M-31
TEST(Connection, MayEndBeforeItBegan) {
  MilterProcess milter(kGoodZone);
  {
    const MilterWire silent(milter.socket_path(), Personality::Postfix);
  }
  {
    MilterWire quits(milter.socket_path(), Personality::Postfix);
    quits.quit();
  }
  {
    MilterWire negotiates(milter.socket_path(), Personality::Postfix);
    negotiates.negotiate();
  }
  {
    MilterWire stops_half_way(milter.socket_path(), Personality::Postfix);
    greet(stops_half_way);
    stops_half_way.mail("<sender@example.com>");
    stops_half_way.data();
  }
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  expect_accepted(mta.send(good_message()));
}

/// libmilter knows this only after a message that was not refused.
TEST(Connection, GoesOnWithAnotherClientAfterAQuit) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  greet(mta);
  expect_accepted(mta.send(good_message()));
  mta.quit_for_new_connection();
  mta.connect({.host = "localhost", .address = "127.0.0.1"});
  mta.helo("localhost");
  const WireOutcome outcome = mta.send(good_message());
  EXPECT_EQ(outcome.reply, 'c');
  ASSERT_EQ(outcome.inserted.size(), 1U);
  EXPECT_TRUE(outcome.inserted.front().value.starts_with(" mx.example.org;"));
  EXPECT_TRUE(mta.skipping());
  const auto lines = milter.log_lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(lines.back().find("127.0.0.1"), std::string::npos) << lines.back();
}

/// Steps that come out of order are the mail server's mistake; the next connection must not pay.
TEST(Connection, SurvivesAnyOrder) {
  MilterProcess milter(kGoodZone);
  const std::map<char, std::string> packets{
      {'C', std::string("host\0U", 6)},          {'H', std::string("host\0", 5)},
      {'M', std::string("<a@b.example>\0", 14)}, {'R', std::string("<c@d.example>\0", 14)},
      {'L', std::string("From\0 a\0", 8)},       {'B', "text\r\n"}};
  for (const std::string_view order :
       {"TLNBE", "MMRREE", "CMRNLBE", "CRRTT", "CMRBBLE", "EEEE", "AAMA", "CCHH", "CMRLNNBLBE",
        "CMRTELBE", "KK", "CMKMRE", "OOCMRE", "LLLL", "CMRBEBE"}) {
    MilterWire mta(milter.socket_path(), Personality::Postfix);
    mta.negotiate();
    for (const char step : order) {
      const auto packet = packets.find(step);
      mta.send_frame(step, packet == packets.end() ? std::string() : packet->second);
    }
    mta.quit();
  }
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  expect_accepted(mta.send(good_message()));
}

struct Bulk {
  std::string name;
  std::size_t octets;
};
std::ostream& operator<<(std::ostream& out, const Bulk& row) { return out << row.name; }

class LargeHeader : public testing::TestWithParam<Bulk> {};

// M-08
TEST_P(LargeHeader, DoesNotEndTheSession) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  greet(mta);
  WireMessage message = good_message();
  message.fields.push_back({"X-Long", " " + std::string(GetParam().octets, 'x')});
  expect_accepted(mta.send(message));
}

INSTANTIATE_TEST_SUITE_P(Table, LargeHeader,
                         testing::Values(Bulk{"BelowTheOldLimit", 65'500},
                                         Bulk{"AtTheOldLimit", 65'535},
                                         Bulk{"AboveTheOldLimit", 70'000},
                                         Bulk{"AlmostAMegabyte", 1'000'000}),
                         [](const auto& row) { return row.param.name; });

TEST(Socket, ServesOverTcp) {
  policy::Settings settings;
  const std::uint16_t port = support::free_port();
  settings.milter.socket = "inet:127.0.0.1:" + std::to_string(port);
  MilterProcess milter(kGoodZone, settings);
  ASSERT_TRUE(milter.started());
  MilterWire mta(port, Personality::Postfix);
  greet(mta);
  expect_accepted(mta.send(good_message()));
}

// M-39
TEST(Socket, IsNotTakenFromALivingProcess) {
  MilterProcess first(kGoodZone);
  policy::Settings settings;
  settings.milter.socket = "unix:" + first.socket_path();
  const MilterProcess second(kGoodZone, settings);
  EXPECT_FALSE(second.started());
  ASSERT_EQ(second.daemon_lines().size(), 1U);
  EXPECT_NE(second.daemon_lines().front().find("answers on socket"), std::string::npos);
  MilterWire mta(first.socket_path(), Personality::Postfix);
  greet(mta);
  expect_accepted(mta.send(good_message()));
}

TEST(Socket, IsTakenOverFromADeadProcess) {
  const support::TemporaryFolder folder;
  policy::Settings settings;
  settings.milter.socket = "unix:" + folder.file("w.sock");
  {
    const MilterProcess killed(kGoodZone, settings);
  }
  ASSERT_TRUE(std::filesystem::exists(folder.file("w.sock")));
  const MilterProcess next(kGoodZone, settings);
  EXPECT_TRUE(next.started());
}

// M-37a, M-38
TEST(Stop, EndsWithStatusZeroAndAWholeLog) {
  MilterProcess milter(kGoodZone);
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  for (int i = 0; i < 20; ++i) expect_accepted(mta.send(good_message()));
  mta.mail("<sender@example.com>");
  milter.signal(SIGTERM);
  // libmilter looks for the stop when somebody connects, or after some seconds.
  const MilterWire knocks(milter.socket_path(), Personality::Postfix);
  EXPECT_EQ(milter.wait_for_end(), 0);
  const auto lines = milter.log_lines();
  EXPECT_EQ(lines.size(), 20U);
  for (const std::string& line : lines) EXPECT_TRUE(line.ends_with('}')) << line;
}

}  // namespace
}  // namespace waarmerk::milter
