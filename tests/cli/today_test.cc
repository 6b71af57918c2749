// waarmerk explain --now: the answer that a logged message would get with today's DNS.
#include "cli/today.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sysexits.h>

#include <ostream>
#include <string>

#include "cli/chain.h"
#include "cli/explain.h"
#include "dns/zone.h"
#include "policy/gather_again.h"
#include "tests/cli/log_fixture.h"
#include "tests/policy/dkim/signed_mail.h"

namespace waarmerk::cli {
namespace {

using support::key_record;
using support::TestKey;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// The DNS of then, and the message of ada@example.com that came from 192.0.2.7.
const std::string kDmarc = "_dmarc.example.com TXT v=DMARC1; p=reject\n";
const std::string kSpf = "example.com TXT v=spf1 ip4:192.0.2.0/24 -all\n";
const std::string kKey = "sel._domainkey.example.com TXT " + key_record(TestKey::Rsa2048) + "\n";
const std::string kThen = kDmarc + kSpf + kKey;

enum class Signed : std::uint8_t { Yes, No };

class TodayTest : public LogFixture {
 protected:
  /// The message in the log, as it was judged with the DNS of then.
  void log_message(Signed is_signed, policy::Mode mode = policy::Mode::Enforce) {
    policy::dkim::Mail mail;
    if (is_signed == Signed::Yes) mail.sign();
    dns::Zone zone = dns::Zone::parse(kThen).value();
    policy::Settings settings;
    settings.mode = mode;
    policy::MessageParts parts;
    parts.queue_id = "Q1";
    parts.time = policy::dkim::kNow;
    parts.client.ip = IpAddress::parse("192.0.2.7").value();
    parts.client.helo = "mail.example.com";
    parts.mail_from = "ada@example.com";
    const policy::SplitMessage message{.fields = mail.fields, .body = mail.body};
    const auto output = run_chain({.parts = parts,
                                   .message = message,
                                   .settings = settings,
                                   .resolver = zone,
                                   .host = "mx.example.org",
                                   .now = Instant{}});
    log({output.record});
  }
  /// What is said of it under these settings with that DNS.
  nlohmann::json explained(const std::string& now) {
    options_.what = "Q1";
    options_.log.places = {folder()};
    options_.log.config_file = folder_.write("w.toml", settings_);
    options_.compare = CompareDns::WithNow;
    options_.zone_file = folder_.write("now", now);
    EXPECT_EQ(explain(options_, Output::Json, streams()), EX_OK) << err_.str();
    return json().at(0).at("today");
  }
  static std::vector<std::string> sentences(const nlohmann::json& today) {
    return today.at("sentences").get<std::vector<std::string>>();
  }

  std::string settings_ = "mode = \"enforce\"\n";
  ExplainOptions options_;
};

struct Row {
  const char* name;
  Signed is_signed;
  std::string now;
  bool same;
  /// The first sentence, and another one; empty: no matter.
  const char* answer;
  const char* reason;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class TodaysAnswer : public TodayTest, public testing::WithParamInterface<Row> {};

TEST_P(TodaysAnswer, IsSaidWithWhatMakesIt) {
  const Row& row = GetParam();
  log_message(row.is_signed);
  const auto today = explained(row.now);
  EXPECT_EQ(today.at("same"), row.same);
  EXPECT_EQ(sentences(today).front(), row.answer);
  EXPECT_THAT(sentences(today), Contains(HasSubstr(row.reason)));
  EXPECT_THAT(sentences(today), Not(Contains(HasSubstr("Not only the DNS"))));
  const auto action = today.at("/record/decision/action"_json_pointer).get<std::string>();
  EXPECT_THAT(row.answer, HasSubstr("and the action " + action));
  EXPECT_EQ(today.at("without_dns"), "accept");
}

constexpr const char* kRejected =
    "With today's DNS: DMARC of example.com fail with the policy reject, and the action reject; "
    "then it was DMARC of example.com pass with the policy reject, and the action accept.";
constexpr const char* kSame =
    "With today's DNS: the same, DMARC of example.com pass with the policy reject, and the action "
    "accept.";

INSTANTIATE_TEST_SUITE_P(
    Table, TodaysAnswer,
    testing::Values(
        Row{"all_as_it_was", Signed::Yes, kThen, true, kSame,
            "What this cannot know: signatures cannot be verified again without the message"},
        Row{"spf_changed", Signed::No, kDmarc + "example.com TXT v=spf1 -all\n", false, kRejected,
            "SPF of MAIL FROM would be fail (then pass): matched -all of example.com."},
        Row{"spf_changed_but_signed", Signed::Yes, kDmarc + kKey + "example.com TXT v=spf1 -all\n",
            true, kSame, "SPF of MAIL FROM would be fail (then pass)"},
        Row{"spf_passes_otherwise", Signed::No, kDmarc + "example.com TXT v=spf1 +all\n", true,
            kSame, "SPF of MAIL FROM would be pass as then: matched +all of example.com."},
        Row{"key_gone", Signed::Yes, kDmarc + "example.com TXT v=spf1 -all\n", false, kRejected,
            "Signature 1 would be permerror (then pass): there is no key record."},
        Row{"another_key", Signed::Yes,
            kDmarc + "example.com TXT v=spf1 -all\nsel._domainkey.example.com TXT " +
                key_record(TestKey::OtherRsa2048) + "\n",
            false, kRejected,
            "Signature 1 would be fail (then pass): the key is another one than then."},
        Row{"policy_changed", Signed::Yes,
            "_dmarc.example.com TXT v=DMARC1; p=none\n" + kSpf + kKey, false,
            "With today's DNS: DMARC of example.com pass with the policy none, and the action "
            "accept; then it was DMARC of example.com pass with the policy reject, and the action "
            "accept.",
            "In one sentence: "},
        Row{"no_record", Signed::Yes, kSpf + kKey, false,
            "With today's DNS: DMARC of example.com none, and the action accept; then it was DMARC "
            "of example.com pass with the policy reject, and the action accept.",
            "In one sentence: "},
        Row{"no_answer", Signed::No, kDmarc + "example.com TXT !SERVFAIL\n", false,
            "With today's DNS: DMARC of example.com temperror with the policy reject, and the "
            "action accept; then it was DMARC of example.com pass with the policy reject, and the "
            "action accept.",
            "SPF of MAIL FROM would be temperror (then pass)"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(TodayTest, TheTextEndsWithIt) {
  log_message(Signed::No);
  explained(kThen);
  ASSERT_EQ(explain(options_, Output::Text, streams()), EX_OK);
  EXPECT_TRUE(out_.str().ends_with(
      "DNS now\n  Every answer is as it was then.\nToday\n  " + std::string(kSame) +
      "\n  What this cannot know: SPF was asked for postmaster, since the log does not hold the "
      "local part of MAIL FROM.\n"))
      << out_.str();
  options_.compare = CompareDns::No;
  ASSERT_EQ(explain(options_, Output::Text, streams()), EX_OK);
  EXPECT_EQ(out_.str().find("Today"), std::string::npos);
}

TEST_F(TodayTest, TheModeIsThatOfThen) {
  log_message(Signed::No, policy::Mode::Monitor);
  const auto today = explained(kDmarc + "example.com TXT v=spf1 -all\n");
  EXPECT_THAT(
      sentences(today).front(),
      HasSubstr("and the action accept (but for the mode and \"only_monitor\": reject); then it "
                "was"));
  EXPECT_EQ(today.at("/record/decision/action"_json_pointer), "accept");
}

TEST_F(TodayTest, OtherSettingsAreNotTakenForTheDns) {
  log_message(Signed::No);
  const auto same_settings = explained(kThen);
  EXPECT_THAT(sentences(same_settings), Not(Contains(HasSubstr("Not only the DNS"))));
  settings_ =
      "mode = \"enforce\"\n[[rule]]\nname = \"r\"\nclient = [\"192.0.2.7\"]\naction = \"reject\"\n";
  const auto other_settings = explained(kThen);
  EXPECT_EQ(other_settings.at("without_dns"), "reject");
  EXPECT_THAT(sentences(other_settings),
              Contains("Not only the DNS differs: of the evidence of then these settings make "
                       "reject."));
}

TEST_F(TodayTest, WhatWasNotJudgedStaysSo) {
  reporting::Record exempt = typical("exempt");
  exempt.facts.queue_id = "Q1";
  log({exempt});
  const auto today = explained("# nothing\n");
  EXPECT_EQ(today.at("same"), true);
  EXPECT_EQ(sentences(today), std::vector<std::string>{
                                  "With today's DNS: the same, since the message was not judged."});
}

}  // namespace
}  // namespace waarmerk::cli
