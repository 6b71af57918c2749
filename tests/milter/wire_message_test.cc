// Whole messages on the wire: what is verified, changed, refused and held, byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "policy/message.h"
#include "tests/milter/milter_process.h"
#include "tests/support/dkim_signer.h"
#include "tests/support/milter_wire.h"

namespace waarmerk::milter {
namespace {

using support::MilterProcess;
using support::MilterWire;
using support::Personality;
using support::WireMessage;
using support::WireOutcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
namespace wire = support::wire;

/// A signing domain, and two that say what to do with mail that fails. The client of all tests,
/// 192.0.2.1, is authorised by none.
std::string zone() {
  return "sel._domainkey.example.com TXT " + support::key_record(support::TestKey::Ed25519) +
         "\n"
         "_dmarc.example.com TXT v=DMARC1; p=reject\n"
         "reject.example TXT v=spf1 -all\n"
         "_dmarc.reject.example TXT v=DMARC1; p=reject\n"
         "quarantine.example TXT v=spf1 -all\n"
         "_dmarc.quarantine.example TXT v=DMARC1; p=quarantine\n";
}

policy::Settings holding() {
  policy::Settings settings;
  settings.on_quarantine = policy::OnQuarantine::Hold;
  return settings;
}

void greet(MilterWire& mta, std::uint32_t steps = wire::kAllSteps,
           std::uint32_t actions = wire::kAllActions) {
  mta.negotiate({.actions = actions, .steps = steps});
  mta.connect();
  mta.helo("mail.example.net");
}

WireMessage from(const std::string& domain) {
  WireMessage message;
  message.mail_from = "<sender@" + domain + ">";
  message.fields = {{"From", " <sender@" + domain + ">"}, {"Subject", " Hello"}};
  return message;
}

/// Signed with simple canonicalization, where every octet of a field counts.
WireMessage signed_message(const std::string& subject, std::vector<std::string> body) {
  const std::vector<policy::HeaderField> fields{{"From", " <sender@example.com>"},
                                                {"Subject", subject}};
  std::string whole;
  for (const std::string& piece : body) whole += piece;
  const policy::HeaderField signature = support::sign(fields, whole,
                                                      {.key = support::TestKey::Ed25519,
                                                       .canonicalization = "simple/simple",
                                                       .names = {"From", "Subject"}});
  WireMessage message;
  message.mail_from = "<>";
  message.fields = {
      {signature.name, signature.value}, {"From", " <sender@example.com>"}, {"Subject", subject}};
  message.body = std::move(body);
  return message;
}

struct SubjectCase {
  std::string name;
  std::string value;
  bool survives_an_eaten_space;
};
std::ostream& operator<<(std::ostream& out, const SubjectCase& row) { return out << row.name; }

class LeadingSpace : public testing::TestWithParam<SubjectCase> {};

// M-10, M-11
TEST_P(LeadingSpace, IsSignedAndVerified) {
  MilterProcess milter(zone());
  ASSERT_TRUE(milter.started());
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  const WireOutcome outcome = mta.send(signed_message(GetParam().value, {"Hello.\r\n"}));
  EXPECT_EQ(outcome.reply, 'c') << outcome.reply_text;
  EXPECT_THAT(outcome.field("Authentication-Results").value_or(""), HasSubstr("dkim=pass"));
}

TEST_P(LeadingSpace, IsPutBackWhereTheServerAteIt) {
  MilterProcess milter(zone());
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta, wire::kAllSteps & ~wire::kLeadingSpace);
  const WireOutcome outcome = mta.send(signed_message(GetParam().value, {"Hello.\r\n"}));
  EXPECT_EQ(outcome.reply == 'c', GetParam().survives_an_eaten_space) << outcome.reply_text;
}

INSTANTIATE_TEST_SUITE_P(Table, LeadingSpace,
                         testing::Values(SubjectCase{"None", "x", false},
                                         SubjectCase{"One", " x", true},
                                         SubjectCase{"Two", "  x", true},
                                         SubjectCase{"Tab", "\tx", true},
                                         SubjectCase{"Folded", " a\r\n\tb\r\n  c", true}),
                         [](const auto& row) { return row.param.name; });

// M-05
TEST(Body, IsSkippedAfterOnePieceWhenNothingIsSigned) {
  MilterProcess milter(zone());
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  WireMessage message = from("none.example");
  message.body.assign(50, std::string(65'535, 'x'));
  EXPECT_EQ(mta.send(message).reply, 'c');
  EXPECT_EQ(mta.body_frames(), 1U);
}

// M-12
TEST(Body, IsReadToItsEndWhenItIsSigned) {
  MilterProcess milter(zone());
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  greet(mta);
  const std::vector<std::string> pieces{
      "one\r", "\ntwo", std::string("\0three\r\n", 8), "\r\n", "x", "\r", "\n"};
  const WireOutcome outcome = mta.send(signed_message(" x", pieces));
  EXPECT_THAT(outcome.field("Authentication-Results").value_or(""), HasSubstr("dkim=pass"));
  EXPECT_EQ(mta.body_frames(), pieces.size());
}

TEST(Body, ThatWasChangedFails) {
  MilterProcess milter(zone());
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  greet(mta);
  WireMessage message = signed_message(" x", {"one\r\n", "two\r\n"});
  message.body.back() = "too\r\n";
  const WireOutcome outcome = mta.send(message);
  EXPECT_NE(outcome.reply, '\0');
  EXPECT_THAT(outcome.field("Authentication-Results").value_or(""), Not(HasSubstr("dkim=pass")));
}

TEST(Body, MayBeMissing) {
  MilterProcess milter(zone());
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  const WireOutcome outcome = mta.send(signed_message(" x", {}));
  EXPECT_EQ(outcome.reply, 'c') << outcome.reply_text;
}

// R-15, R-17, M-21
TEST(ForgedFields, AreRemovedFromTheHighestIndexDown) {
  MilterProcess milter(zone());
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  WireMessage message = from("none.example");
  message.fields.insert(message.fields.begin(),
                        {{"Authentication-Results", " mx.example.org; dmarc=pass"},
                         {"Authentication-Results", " other.example; spf=pass"},
                         {"authentication-results", " (hi) MX.Example.Org; spf=pass"},
                         {"X-Waarmerk-Action", " none"}});
  const WireOutcome outcome = mta.send(message);
  EXPECT_EQ(outcome.reply, 'c');
  std::vector<std::uint32_t> results;
  std::vector<std::uint32_t> marks;
  for (const auto& one : outcome.deleted) {
    (one.name.starts_with("X-") ? marks : results).push_back(one.index);
  }
  EXPECT_THAT(results, ElementsAre(3U, 1U));
  EXPECT_THAT(marks, ElementsAre(1U));
}

TEST(ForgedFields, AreKeptFromATrustedContentFilter) {
  policy::Settings settings;
  settings.trusted_reinjection = {*IpPrefix::parse("192.0.2.0/24")};
  MilterProcess milter(zone(), settings);
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  WireMessage message = from("none.example");
  message.fields.push_back({"Authentication-Results", " mx.example.org; dmarc=pass"});
  EXPECT_TRUE(mta.send(message).deleted.empty());
}

// R-20
TEST(ForgedFields, OfAllNamesOfThisHostAreRemoved) {
  policy::Settings settings;
  settings.milter.authserv_id = "auth.example.org";
  settings.milter.more_authserv_ids = {"old.example.org"};
  MilterProcess milter(zone(), settings);
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  greet(mta);
  WireMessage message = from("none.example");
  message.fields.push_back({"Authentication-Results", " old.example.org; dmarc=pass"});
  message.fields.push_back({"Authentication-Results", " auth.example.org; dmarc=pass"});
  message.fields.push_back({"Authentication-Results", " mx.example.org; dmarc=pass"});
  const WireOutcome outcome = mta.send(message);
  ASSERT_EQ(outcome.deleted.size(), 2U);
  EXPECT_EQ(outcome.deleted[0].index, 2U);
  EXPECT_EQ(outcome.deleted[1].index, 1U);
  EXPECT_THAT(outcome.field("Authentication-Results").value_or(""), HasSubstr("auth.example.org"));
}

// X-01, X-02
TEST(Refusal, SaysWhyInOneLine) {
  MilterProcess milter(zone());
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  const WireOutcome outcome = mta.send(from("reject.example"));
  EXPECT_EQ(outcome.reply, 'y');
  EXPECT_TRUE(outcome.reply_text.starts_with("550 5.7.1 ")) << outcome.reply_text;
  EXPECT_THAT(outcome.reply_text, HasSubstr("reject.example"));
  EXPECT_EQ(outcome.reply_text.find('\n'), std::string::npos);
  EXPECT_TRUE(outcome.inserted.empty());
}

TEST(Quarantine, IsATagByDefault) {
  MilterProcess milter(zone());
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  const WireOutcome outcome = mta.send(from("quarantine.example"));
  EXPECT_EQ(outcome.reply, 'c');
  EXPECT_EQ(outcome.field("X-Waarmerk-Action"), " quarantine");
  EXPECT_FALSE(outcome.quarantined);
  EXPECT_EQ(outcome.inserted.back().name, "Authentication-Results");  // M-23
}

// M-50
TEST(Quarantine, HoldsWhereThatIsConfigured) {
  MilterProcess milter(zone(), holding());
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  greet(mta);
  const WireOutcome outcome = mta.send(from("quarantine.example"));
  EXPECT_EQ(outcome.reply, 'c');
  ASSERT_TRUE(outcome.quarantined);
  EXPECT_THAT(*outcome.quarantined, HasSubstr("quarantine.example"));
  EXPECT_FALSE(outcome.field("X-Waarmerk-Action"));
}

TEST(Quarantine, BecomesATagWhereTheServerHoldsNothing) {
  MilterProcess milter(zone(), holding());
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  greet(mta, wire::kAllSteps, wire::kAllActions & ~wire::kQuarantine);
  const WireOutcome outcome = mta.send(from("quarantine.example"));
  EXPECT_EQ(outcome.reply, 'c');
  EXPECT_FALSE(outcome.quarantined);
  EXPECT_EQ(outcome.field("X-Waarmerk-Action"), " quarantine");
  const auto lines = milter.log_lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("\"action\":\"hold\""));
  EXPECT_THAT(lines[1], HasSubstr("\"amends\":1"));
}

// M-01
TEST(Rights, ThatAreMissingAreSaidInTheLog) {
  MilterProcess milter(zone());
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  greet(mta, wire::kAllSteps, 0x2);  // only the body may be changed
  EXPECT_EQ(mta.send(from("none.example")).reply, 'c');
  const auto lines = milter.log_lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[1], HasSubstr("could not add Authentication-Results"));
  EXPECT_THAT(milter.daemon_lines().front(), HasSubstr("warning: "));
}

TEST(DaemonLines, BeginWithTheQueueId) {
  MilterProcess milter(zone());
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  mta.send(from("reject.example"));
  const auto lines = milter.daemon_lines();
  ASSERT_FALSE(lines.empty());
  EXPECT_TRUE(lines.back().starts_with("info: 4P1: action=reject")) << lines.back();
}

}  // namespace
}  // namespace waarmerk::milter
