#include "milter/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>

#include "reporting/record.h"
#include "tests/milter/session_mail.h"

namespace waarmerk::milter {
namespace {

using support::RecordingMta;
using support::World;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

TEST_F(SessionTest, AcceptsWhatPasses) {
  connect(kGoodClient);
  EXPECT_EQ(send(session, mta), Response::Continue);
  EXPECT_THAT(mta.field("Authentication-Results"), HasSubstr("dmarc=pass"));
  EXPECT_THAT(world.lines(), ElementsAre(HasSubstr("\"queue_id\":\"Q1\"")));
}

TEST_F(SessionTest, RefusesWhatIsForged) {
  connect(kStranger);
  EXPECT_EQ(send(session, mta), Response::Reject);
  ASSERT_TRUE(mta.reply);
  EXPECT_EQ(mta.reply->code(), "550");
  EXPECT_THAT(mta.inserted, SizeIs(0));
}

TEST_F(SessionTest, WritesTheLineBeforeItActs) {
  connect(kGoodClient);
  mta.obeys = false;
  EXPECT_EQ(send(session, mta), Response::Continue);
  ASSERT_THAT(world.lines(), SizeIs(2));
  EXPECT_THAT(world.lines()[1], HasSubstr("\"amends\":1"));
  EXPECT_THAT(world.lines()[1], HasSubstr("could not add Authentication-Results"));
  EXPECT_EQ(world.service.counters().failed_actions, 1U);
}

TEST_F(SessionTest, AmendsNothingWhenAllWasDone) {
  connect(kGoodClient);
  EXPECT_EQ(send(session, mta), Response::Continue);
  EXPECT_EQ(world.service.counters().failed_actions, 0U);
}

/// A full disk is no reason to hold mail up.
TEST_F(SessionTest, AnswersWithoutALog) {
  connect(kGoodClient);
  world.storage.open_problem = "no space left on device";
  EXPECT_EQ(send(session, mta), Response::Continue);
  EXPECT_THAT(mta.field("Authentication-Results"), HasSubstr("dmarc=pass"));
  EXPECT_THAT(world.lost, SizeIs(1));
}

TEST_F(SessionTest, TakesMoreRecipientsThanAreKept) {
  connect(kGoodClient);
  session.mail(mta, "<a@example.com>");
  for (std::size_t i = 0; i < kMaxRecipients + 7; ++i) session.recipient("<user@example.org>");
  session.header("From", " a@example.com");
  EXPECT_EQ(session.end_of_message(mta), Response::Continue);
  EXPECT_THAT(world.lines(), ElementsAre(HasSubstr("\"recipient_count\":10007")));
}

struct ExemptCase {
  std::string name;
  std::optional<IpAddress> client;
  std::string auth;
  std::string word;
};
std::ostream& operator<<(std::ostream& out, const ExemptCase& row) { return out << row.name; }

class ExemptMail : public SessionTest, public testing::WithParamInterface<ExemptCase> {
 protected:
  ExemptMail() : SessionTest(settings()) {}
  static policy::Settings settings() {
    policy::Settings settings;
    settings.exempt.networks = {*IpPrefix::parse("203.0.113.0/24")};
    return settings;
  }
};

// M-17, M-18, M-45, P-15
TEST_P(ExemptMail, IsNotJudgedButCleanedAndLogged) {
  connect(GetParam().client);
  if (!GetParam().auth.empty()) mta.macros["{auth_authen}"] = GetParam().auth;
  session.mail(mta, "<a@example.com>");
  session.header("Authentication-Results", " mx.example.org; dmarc=pass");
  session.header("From", " a@example.com");
  session.end_of_headers();
  EXPECT_EQ(session.body("Hello.\r\n"), Response::SkipBody);
  EXPECT_EQ(session.end_of_message(mta), Response::Continue);
  EXPECT_THAT(mta.deleted, SizeIs(1));
  EXPECT_THAT(mta.field("Authentication-Results"), Not(HasSubstr("dmarc")));
  EXPECT_THAT(world.lines(), ElementsAre(HasSubstr("\"exempt\":\"" + GetParam().word + "\"")));
  EXPECT_TRUE(world.lookup.prefetched.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, ExemptMail,
    testing::Values(ExemptCase{"Loopback", *IpAddress::parse("127.0.0.1"), "", "loopback"},
                    ExemptCase{"LoopbackV6", *IpAddress::parse("::1"), "", "loopback"},
                    ExemptCase{"Network", *IpAddress::parse("203.0.113.9"), "", "network"},
                    ExemptCase{"Authenticated", kStranger, "user", "authenticated"},
                    ExemptCase{"NoAddress", std::nullopt, "", "no_client_address"}),
    [](const auto& row) { return row.param.name; });

/// The neighbours: nearly exempt.
TEST_F(SessionTest, JudgesAClientThatOnlyClaims) {
  connect(kStranger);
  mta.macros["{auth_type}"] = "PLAIN";
  mta.macros["{client_addr}"] = "127.0.0.1";
  EXPECT_EQ(send(session, mta), Response::Reject);
}

// M-30: authentication belongs to the session as it is at MAIL.
TEST_F(SessionTest, ReadsAuthenticationAtEachMail) {
  connect(kStranger);
  mta.macros["{auth_authen}"] = "user";
  EXPECT_EQ(send(session, mta), Response::Continue);
  mta.macros.erase("{auth_authen}");
  EXPECT_EQ(send(session, mta), Response::Reject);
}

/// Mail of one who logged in, under such settings: our field, and the line of the log.
struct Submission {
  explicit Submission(const policy::Settings& settings) : world(kZone, settings) {
    RecordingMta mta;
    mta.macros["{auth_type}"] = "PLAIN";
    mta.macros["{auth_authen}"] = "ada@private.example";
    mta.macros["{auth_author}"] = "eve@claims.example";
    Session session(world.service, Rights());
    session.connect(mta, "client.example", kStranger);
    session.helo("client.example");
    EXPECT_EQ(send(session, mta), Response::Continue);
    field = mta.field("Authentication-Results");
    line = world.lines().at(0);
  }

  World world;
  std::string field;
  std::string line;
};

TEST(SubmissionTest, R_08_SaysThatTheClientLoggedInAndNotAsWhom) {
  policy::Settings settings;
  settings.log.addresses = true;
  const Submission mail(settings);
  EXPECT_EQ(mail.field, "mx.example.org;\n auth=pass (PLAIN) (not checked: authenticated)");
  EXPECT_THAT(mail.line, AllOf(HasSubstr("\"authenticated\":true"), Not(HasSubstr("private"))));
}

TEST(SubmissionTest, R_08_NamesTheLoginWhereItIsToldTo) {
  policy::Settings settings;
  settings.milter.show_login = true;
  const Submission mail(settings);
  EXPECT_EQ(mail.field,
            "mx.example.org;\n auth=pass (PLAIN) smtp.auth=ada@private.example (not checked:\n"
            " authenticated)");
  EXPECT_THAT(mail.line, AllOf(HasSubstr("\"authenticated\":true"), Not(HasSubstr("private"))));
}

TEST(SubmissionTest, R_08_JudgedMailSaysItBesideTheOtherResults) {
  policy::Settings settings;
  settings.exempt.authenticated = false;
  settings.mode = policy::Mode::Monitor;
  const Submission mail(settings);
  EXPECT_THAT(mail.field,
              AllOf(HasSubstr("mx.example.org;\n auth=pass (PLAIN);\n spf="),
                    HasSubstr("dmarc=fail"), Not(HasSubstr("private")), Not(HasSubstr("claims"))));
}

// M-47
TEST_F(SessionTest, ReadsTlsAtMail) {
  connect(kGoodClient);
  mta.macros["{tls_version}"] = "TLSv1.3";
  mta.macros["{cipher_bits}"] = "256";
  EXPECT_EQ(send(session, mta), Response::Continue);
  EXPECT_THAT(world.lines(), ElementsAre(HasSubstr("TLSv1.3")));
}

/// A reload in the middle of a message changes only the next one.
TEST_F(SessionTest, KeepsItsSettingsForAMessage) {
  connect(kStranger);
  begin_message(session, mta);
  world.service.replace_settings({.mode = policy::Mode::Monitor});
  EXPECT_EQ(session.end_of_message(mta), Response::Reject);
  EXPECT_EQ(send(session, mta), Response::Continue);
}

TEST_F(SessionTest, AsksEarlyForWhatItWillNeed) {
  connect(kGoodClient);
  session.mail(mta, "<a@example.com>");
  EXPECT_TRUE(world.lookup.has_prefetched("example.com"));
  EXPECT_TRUE(world.lookup.has_prefetched("mail.example.net"));
  EXPECT_FALSE(world.lookup.has_prefetched("_dmarc.author.example"));
  session.header("DKIM-Signature",
                 " v=1; a=rsa-sha256; d=signer.example; s=sel; h=from; "
                 "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=YQ==");
  EXPECT_TRUE(world.lookup.has_prefetched("sel._domainkey.signer.example"));
  session.header("From", " a@author.example");
  EXPECT_TRUE(world.lookup.has_prefetched("_dmarc.author.example"));
}

TEST_F(SessionTest, DoesNotSkipABodyForAServerThatCannot) {
  Session old(world.service, Rights{.skips_body = false});
  old.connect(mta, "mail.example.net", kGoodClient);
  begin_message(old, mta);
  EXPECT_EQ(old.body("x\r\n"), Response::Continue);
}

//
TEST_F(SessionTest, NamesItselfAsTheServerDoes) {
  connect(kGoodClient);
  EXPECT_EQ(send(session, mta), Response::Continue);
  EXPECT_TRUE(mta.field("Authentication-Results").starts_with("mx.example.org;"));
}

TEST_F(SessionTest, NamesItselfAfterTheHostWithoutAName) {
  mta.macros.erase("j");
  connect(kGoodClient);
  EXPECT_EQ(send(session, mta), Response::Continue);
  EXPECT_TRUE(mta.field("Authentication-Results").starts_with("host.example.org;"));
}

TEST_F(SessionTest, CountsWhatItDoes) {
  connect(kGoodClient);
  EXPECT_EQ(send(session, mta), Response::Continue);
  session.mail(mta, "<a@example.com>");
  session.abort();
  session.abort();
  EXPECT_EQ(world.service.counters().connections, 1U);
  EXPECT_EQ(world.service.counters().messages, 1U);
}

TEST_F(SessionTest, SaysOneLineForPeople) {
  connect(kStranger);
  EXPECT_EQ(send(session, mta), Response::Reject);
  const auto lines = world.daemon_log.lines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].level, DaemonLog::Level::Info);
  EXPECT_THAT(lines[0].text, testing::StartsWith("Q1: action=reject from=example.com dmarc=fail "
                                                 "client=198.51.100.7 "));
}

TEST_F(SessionTest, LetsNoQueueIdBreakTheLog) {
  connect(kGoodClient);
  mta.macros["i"] = "Q1\nfake: action=accept";
  EXPECT_EQ(send(session, mta), Response::Continue);
  EXPECT_THAT(world.lines(), SizeIs(1));
  EXPECT_EQ(world.daemon_log.lines()[0].text.find('\n'), std::string::npos);
}

TEST_F(SessionTest, SaysWhatTheServerDoesNotAllow) {
  const Session poor(world.service, Rights{.quarantines = false});
  ASSERT_THAT(world.daemon_log.lines(), SizeIs(1));
  EXPECT_THAT(world.daemon_log.lines()[0].text, HasSubstr("hold no mail"));
}

}  // namespace
}  // namespace waarmerk::milter
