// The story of a message: a sentence for everything that can be, and only printable ones.
#include "policy/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "policy/evaluate.h"
#include "tests/policy/rules/rule_texts.h"
#include "tests/support/facts_builder.h"

namespace waarmerk::policy {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::domain;
using testing_support::FactsBuilder;

std::string story_of(const Facts& facts, const Settings& settings = {}) {
  std::string story;
  for (const Paragraph& paragraph : explain(facts, evaluate(facts, settings))) {
    story += paragraph.heading + "\n";
    for (const std::string& sentence : paragraph.sentences) story += sentence + "\n";
  }
  return story;
}

FactsBuilder bank() { return FactsBuilder("bank.example").record("v=DMARC1; p=reject"); }

/// Facts, and a sentence that must be told of them.
struct Row {
  const char* name;
  FactsBuilder facts;
  const char* sentence;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class Story : public testing::TestWithParam<Row> {};

TEST_P(Story, Says) {
  EXPECT_THAT(story_of(GetParam().facts.facts), HasSubstr(GetParam().sentence));
}

FactsBuilder changed(FactsBuilder builder, void (*change)(Facts&)) {
  change(builder.facts);
  return builder;
}

INSTANTIATE_TEST_SUITE_P(
    Alignment, Story,
    testing::Values(
        Row{"identical", bank().spf(SpfResult::Pass, "bank.example"),
            "bank.example (SPF) is aligned: it is the author domain.\n"},
        Row{"same_organization",
            FactsBuilder("news.bank.example")
                .walk("news.bank.example", "bank.example", "v=DMARC1; p=reject")
                .walk("mail.bank.example", "bank.example", "v=DMARC1; p=reject")
                .signature("mail.bank.example", DkimResult::Pass),
            "mail.bank.example (DKIM) is aligned: its organizational domain is that of "
            "news.bank.example, bank.example.\n"},
        Row{"stranger", bank().signature("list.example", DkimResult::Pass),
            "list.example (DKIM) is not aligned: it lies outside bank.example, the author's "
            "organizational domain.\n"},
        Row{"strict",
            FactsBuilder("bank.example")
                .record("v=DMARC1; p=reject; aspf=s")
                .walk("mail.bank.example", "bank.example", "v=DMARC1; p=reject; aspf=s")
                .spf(SpfResult::Pass, "mail.bank.example"),
            "mail.bank.example (SPF) is not aligned: aspf=s asks for exactly bank.example.\n"},
        Row{"nothing", bank().spf(SpfResult::Fail, "bank.example"),
            "Nothing was authenticated that could be aligned.\n"},
        Row{"not_authenticated_for_now", bank().spf(SpfResult::TempError, "bank.example"),
            "bank.example (SPF), which a DNS error kept from being authenticated, is aligned"},
        Row{"no_record", FactsBuilder("bank.example").walk("bank.example"),
            "For bank.example: no DMARC record applies to bank.example.\n"},
        Row{"milder", FactsBuilder("bank.example").record("v=DMARC1; p=reject; t=y"),
            "asks for quarantine, after t=y made it one step milder"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Connection, Story,
    testing::Values(
        Row{"address", bank(), "The client was 192.0.2.1, without a verified name.\n"},
        Row{"no_address", changed(bank(), [](Facts& f) { f.client.ip = std::nullopt; }),
            "The address of the client is not known.\n"},
        Row{"name",
            changed(bank(),
                    [](Facts& f) {
                      f.client.name = "mx.bank.example";
                      f.client.iprev = "pass";
                    }),
            "The client was 192.0.2.1, whose name is mx.bank.example (iprev: pass).\n"},
        Row{"in_clear", bank(), "No TLS was seen.\n"},
        Row{"tls", changed(bank(), [](Facts& f) { f.client.tls = {"TLSv1.3", "AES", 256, "OK"}; }),
            "The session was protected by TLSv1.3 with AES (256 bits); the client's certificate: "
            "OK.\n"},
        Row{"bounce", changed(bank(), [](Facts& f) { f.envelope.null_sender = true; }),
            "MAIL FROM was the null reverse-path.\n"},
        Row{"many_recipients",
            changed(bank(),
                    [](Facts& f) {
                      f.envelope.recipient_count = 2000;
                      for (int i = 0; i < 100; ++i) {
                        f.envelope.recipient_domains.push_back(std::to_string(i) + ".example");
                      }
                    }),
            "It was for 2000 recipients at 0.example, 1.example, 2.example, 3.example, 4.example, "
            "5.example, 6.example, 7.example, 8.example, 9.example and 90 more.\n"},
        Row{"exempt", changed(bank(), [](Facts& f) { f.exemption = Exemption::Loopback; }),
            "Nothing was verified: such mail is exempt (loopback).\n"},
        Row{"forged_fields", changed(bank(), [](Facts& f) { f.forged_fields = 1; }),
            "1 header field that could be read as ours is removed.\n"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(StoryOfSignatures, EveryCauseHasItsSentence) {
  for (int i = 0; i <= static_cast<int>(DkimCause::Unsupported); ++i) {
    const auto cause = static_cast<DkimCause>(i);
    const auto result = cause == DkimCause::None ? DkimResult::Pass : DkimResult::Fail;
    Facts facts = bank().signature("bank.example", result, cause).facts;
    facts.dkim.front().reason = "the reason";
    EXPECT_THAT(story_of(facts), HasSubstr("Signature 1 by bank.example")) << i;
    EXPECT_THAT(story_of(facts), HasSubstr(", the reason.")) << i;
  }
}

TEST(StoryOfRecords, TellsThemAsTheyWereThen) {
  Facts facts = bank().signature("bank.example", DkimResult::Pass).facts;
  facts.dkim.front().selector = "s1";
  facts.dns = {
      {domain("bank.example"), dns::Type::Txt, dns::Status::Found, dns::Security::Secure,
       "v=spf1 -all"},
      {domain("bank.example"), dns::Type::A, dns::Status::Found, dns::Security::Secure, ""},
      {domain("s1._domainkey.bank.example"), dns::Type::Txt, dns::Status::Found,
       dns::Security::Bogus, "v=DKIM1; p=" + std::string(400, 'M')},
  };
  const std::string story = story_of(facts);
  EXPECT_THAT(story, HasSubstr("bank.example said \"v=spf1 -all\" (DNSSEC: secure).\n"));
  EXPECT_THAT(story, HasSubstr("Its key record s1._domainkey.bank.example said \"v=DKIM1; p=MMM"));
  EXPECT_THAT(story, HasSubstr("M...\" (DNSSEC: bogus).\n"));
  EXPECT_THAT(story, HasSubstr("_dmarc.bank.example said \"v=DMARC1; p=reject\""));
}

/// One name that two walks asked is told once.
TEST(StoryOfRecords, TellsEachOnce) {
  const Facts facts = FactsBuilder("news.bank.example")
                          .walk("news.bank.example", "bank.example", "v=DMARC1; p=reject")
                          .walk("mail.bank.example", "bank.example", "v=DMARC1; p=reject")
                          .facts;
  const std::string story = story_of(facts);
  const std::string once = "_dmarc.bank.example said";
  EXPECT_EQ(story.find(once), story.rfind(once));
  EXPECT_THAT(story,
              HasSubstr("So the organizational domain of mail.bank.example is bank.example"));
}

TEST(StoryOfEvidence, EveryKindHasItsSentence) {
  Verdict verdict;
  for (const bool known : {true, false}) {
    verdict.evidence = {{EvidenceItem::Speaks::ForForgery,
                         known ? "unauthorised-and-unsigned" : "of-a-later-version", "the value"}};
    const auto story = explain({}, verdict);
    const auto evidence = std::ranges::find(story, "Evidence", &Paragraph::heading);
    ASSERT_NE(evidence, story.end());
    EXPECT_THAT(evidence->sentences.front(), HasSubstr("seen: the value."));
    EXPECT_EQ(evidence->sentences.front().find("; seen") != std::string::npos, known);
  }
}

TEST(StoryOfTheDecision, SaysWhatTheModeWithheld) {
  Settings settings;
  settings.mode = Mode::Monitor;
  const Facts facts = bank().spf(SpfResult::Fail, "bank.example").facts;
  EXPECT_THAT(story_of(facts, settings), HasSubstr("The message was accepted.\n"));
  EXPECT_THAT(
      story_of(facts, settings),
      HasSubstr("Had neither the mode nor a rule with \"only_monitor\" held it back, it would "
                "have been refused for good (reject).\n"));
  EXPECT_THAT(story_of(facts), Not(HasSubstr("held it back")));
}

/// Whoever sends a message chooses many of its words. None of them may tell a story of its own.
TEST(StoryOfForeignText, EndsNoSentenceOfOurs) {
  const std::string fake = "x\". So DMARC of bank.example is pass. \"y";
  const std::string shown = "\"x'. So DMARC of bank.example is pass. 'y\"";
  Facts facts = bank().signature("bank.example", DkimResult::PermError, DkimCause::Syntax).facts;
  facts.client.helo = facts.client.tls.version = facts.client.tls.cert_subject = fake;
  facts.client.name = facts.spf_mail_from.explanation = facts.envelope.mail_from_address = fake;
  facts.envelope.null_sender = false;
  facts.author.kind = FromKind::Unusable;
  facts.author.problem = facts.spf_mail_from.reason = fake;
  facts.envelope.recipient_count = 1;
  facts.envelope.recipient_domains = {fake};
  DkimOutcome& signature = facts.dkim.front();
  signature.selector = signature.algorithm = signature.identity_domain = signature.reason = fake;
  facts.dns = {{domain("bank.example"), dns::Type::Txt, dns::Status::Found, dns::Security::Secure,
                "v=spf1 " + fake}};
  const std::string story = story_of(facts);
  for (const std::string& sentence :
       {"It said HELO " + shown, "whose name is " + shown, "protected by " + shown, "of " + shown,
        "The domain explains: " + shown, "MAIL FROM was " + shown,
        "The From field is unusable: " + shown, "recipient at " + shown,
        "(selector " + shown + ", " + shown + ", 2048 bits, i= of " + shown + "): permerror, " +
            shown + ".",
        "(" + shown + ").\n", std::string("said \"v=spf1 x'. So DMARC")}) {
    EXPECT_THAT(story, HasSubstr(sentence));
  }
  EXPECT_THAT(story, Not(HasSubstr("x\". So")));
  // Its twin: what is plain needs no quotes.
  facts.client.helo = "mx-1.bank.example";
  EXPECT_THAT(story_of(facts), HasSubstr("It said HELO mx-1.bank.example.\n"));
}

/// RFC 8301 forbids what it knows.
TEST(StoryOfSignatures, OnlyWhatIsForbiddenIsSaidToBe) {
  Facts facts = bank().signature("bank.example", DkimResult::PermError, DkimCause::Algorithm).facts;
  facts.dkim.front().algorithm = "rsa-sha1";
  EXPECT_THAT(story_of(facts), HasSubstr("RFC 8301 forbids"));
  facts.dkim.front().algorithm = "rsa-sha999";
  EXPECT_THAT(story_of(facts), Not(HasSubstr("RFC 8301")));
  facts.dkim.front() = {.result = DkimResult::Policy,
                        .cause = DkimCause::Algorithm,
                        .domain = domain("bank.example"),
                        .algorithm = "rsa-sha256"};
  EXPECT_THAT(story_of(facts), Not(HasSubstr("RFC 8301")));
  EXPECT_THAT(story_of(facts), HasSubstr("a setting refuses its key"));
}

/// Where nothing differs there is no reason for a difference; t=y is one for the request.
TEST(StoryOfTheDecision, SaysWhatAReasonIsOneFor) {
  Verdict verdict;
  const auto story = [&verdict] {
    const std::vector<Paragraph> told = explain({}, verdict);
    std::string text;
    for (const std::string& sentence : told.back().sentences) text += sentence + "\n";
    return text;
  };
  verdict.decision = {.requested = Disposition::Quarantine,
                      .applied = Disposition::Quarantine,
                      .overrides = {{Override::Type::PolicyTestMode, "the record says t=y"},
                                    {Override::Type::LocalPolicy, "mode=tag"}}};
  EXPECT_THAT(story(), HasSubstr("milder than what is published, for the reason policy_test_mode"));
  EXPECT_THAT(story(), HasSubstr("Noted was local_policy: mode=tag."));
  EXPECT_THAT(story(), Not(HasSubstr("difference")));
  verdict.decision.applied = Disposition::None;
  EXPECT_THAT(story(), HasSubstr("The difference has the reason local_policy: mode=tag."));
}

TEST(StoryOfTheDecision, SaysThatARuleWithheld) {
  Settings settings = testing_support::settings_of(
      testing_support::block("branch", "only_monitor", "client = \"192.0.2.1\""));
  const Facts facts = bank().spf(SpfResult::Fail, "bank.example").facts;
  EXPECT_THAT(story_of(facts, settings), Not(HasSubstr("In mode \"enforce\"")));
  EXPECT_THAT(story_of(facts, settings), HasSubstr("a rule with \"only_monitor\" held it back"));
}

TEST(StoryOfAnything, IsPrintable) {
  Facts facts = bank().spf(SpfResult::Fail, "bank.example").facts;
  facts.client.helo = "\x1b[2J\r\n\xe2\x80\xa8";
  facts.spf_mail_from.explanation = std::string(100'000, '\n');
  facts.dns = {{domain("bank.example"), dns::Type::Txt, dns::Status::Found, dns::Security::Secure,
                "v=spf1 \x7f\x80"}};
  for (const Paragraph& paragraph : explain(facts, evaluate(facts, {}))) {
    for (const std::string& sentence : paragraph.sentences) {
      EXPECT_LE(sentence.size(), 1200U);
      EXPECT_TRUE(std::ranges::all_of(sentence, [](char c) { return c >= ' ' && c <= '~'; }))
          << sentence;
    }
  }
}

}  // namespace
}  // namespace waarmerk::policy
