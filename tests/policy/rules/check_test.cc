#include "policy/rules/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/policy/rules/rule_texts.h"

namespace waarmerk::policy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing_support::block;
using testing_support::Files;
using testing_support::said_of;

/// A rule with one thing wrong with it, and nearly the same without.
struct Row {
  const char* name;
  const char* action;
  const char* conditions;
  const char* says;
  const char* right;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class RuleCheckTest : public testing::TestWithParam<Row> {};

TEST_P(RuleCheckTest, SaysWhatIsWrongAtItsLine) {
  const Row& row = GetParam();
  const auto said = said_of("\n" + block("r", row.action, row.conditions));
  ASSERT_EQ(said.size(), 1U) << testing::PrintToString(said);
  EXPECT_THAT(said[0], StartsWith("w.toml:3: "));
  EXPECT_THAT(said[0], HasSubstr("rule \"r\": "));
  EXPECT_THAT(said[0], HasSubstr(row.says));
}

TEST_P(RuleCheckTest, HasNothingAgainstItsTwin) {
  EXPECT_THAT(said_of(block("r", GetParam().action, GetParam().right)), IsEmpty());
}

constexpr auto kName = [](const auto& row) { return std::string(row.param.name); };

/// Whoever writes a From, or anything else that is not proven, must not get off by it.
INSTANTIATE_TEST_SUITE_P(
    Unproven, RuleCheckTest,
    testing::Values(
        Row{"author", "accept", R"(author_domain = "a.example")", "with such author_domain; add",
            "author_domain = \"a.example\"\ndmarc = \"pass\""},
        Row{"author_that_may_fail", "laxer",
            "author_domain = \"a.example\"\ndmarc = [\"pass\", \"fail\"]", "anyone can send mail",
            "author_domain = \"a.example\"\nsigning_domain = \"list.example\""},
        Row{"policy_domain", "only_monitor", R"(policy_domain = "a.example")", "policy_domain; add",
            "policy_domain = \"a.example\"\nclient = \"192.0.2.1\""},
        Row{"only_results", "accept", R"(dmarc = "pass")", "with such dmarc; add",
            "dmarc = \"pass\"\nauthor_domain = \"a.example\""},
        Row{"mail_from", "accept", R"(mail_from_domain = "a.example")", "mail_from_domain; add",
            "mail_from_domain = \"a.example\"\nspf = \"pass\""},
        Row{"mail_from_neutral", "accept",
            "mail_from_domain = \"a.example\"\nspf = [\"pass\", \"neutral\"]", "spf; add",
            "mail_from_domain = \"a.example\"\nspf = \"pass\""},
        Row{"list", "laxer", R"(list_id = "a.example")", "with such list_id; add",
            "list_id = \"a.example\"\nsigning_domain = \"a.example\""},
        Row{"helo", "accept", R"(helo = "mx.a.example")", "with such helo; add",
            R"(client_name = "mx.a.example")"},
        Row{"nothing", "accept", "", "would hold for all mail", R"(signing_domain = "a.example")"},
        Row{"every_client", "accept", R"(client = ["192.0.2.1", "::/0"])", "wider than /8",
            R"(client = ["192.0.2.1", "2001:db8::/32"])"},
        Row{"every_client_in_halves", "accept", R"(client = ["0.0.0.0/1", "128.0.0.0/1"])",
            "a forger has an address there", R"(client = "10.0.0.0/8")"},
        Row{"nearly_every_client_v6", "laxer", R"(client = "2000::/15")", "of IPv6 /16",
            R"(client = "2001::/16")"},
        Row{"wide_client", "only_monitor", R"(client = "10.0.0.0/7")", "wider than /8",
            "client = \"10.0.0.0/7\"\nsigning_domain = \"a.example\""},
        Row{"recipient", "only_monitor", "list_id = \"a.example\"\ntls = \"none\"",
            "list_id and tls; add", "client = \"192.0.2.1\"\ntls = \"none\""}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Never, RuleCheckTest,
    testing::Values(
        Row{"request_of_passing", "reject", "requested = \"reject\"\ndmarc = \"pass\"",
            "can never match: the domain owner", "requested = \"none\"\ndmarc = \"pass\""},
        Row{"request_of_failing", "reject", "requested = \"reject\"\ndmarc = [\"none\", \"pass\"]",
            "can never match: the domain owner",
            "requested = \"reject\"\ndmarc = [\"none\", \"fail\"]"},
        Row{"policy_of_another", "reject",
            "policy_domain = \"b.example\"\nauthor_domain = \"a.example\"",
            "can never match: a record applies",
            "policy_domain = \"a.example\"\nauthor_domain = \"*.a.example\""},
        Row{"policy_below", "reject",
            "policy_domain = \"x.a.example\"\nauthor_domain = \"a.example\"",
            "can never match: a record applies",
            "policy_domain = \"x.a.example\"\nauthor_domain = \"*.a.example\""},
        Row{"signed_without_pass", "reject", "signing_domain = \"a.example\"\ndkim = \"fail\"",
            "can never match: signing_domain", "signing_domain = \"a.example\"\ndkim = \"pass\""},
        Row{"pass_of_nothing", "reject", "dmarc = \"pass\"\nspf = \"fail\"\ndkim = \"none\"",
            "can never match: DMARC passes", "dmarc = \"pass\"\nspf = \"fail\""},
        Row{"bogus_policy", "reject", "dnssec = \"bogus\"\npolicy_domain = \"a.example\"",
            "can never match: a record that is bogus",
            "dnssec = \"secure\"\npolicy_domain = \"a.example\""},
        Row{"bogus_pass", "defer", "dnssec = \"bogus\"\ndmarc = \"fail\"",
            "can never match: a record that is bogus", "dnssec = \"bogus\"\ndmarc = \"temperror\""},
        Row{"bogus_none", "defer", "dnssec = \"bogus\"\ndmarc = \"none\"",
            "DMARC has the result \"temperror\"",
            "dnssec = \"bogus\"\ndmarc = [\"none\", \"temperror\"]"},
        Row{"bogus_request", "hold", "dnssec = \"bogus\"\nrequested = \"reject\"",
            "nothing is requested", "dnssec = \"bogus\"\nrequested = \"none\""},
        Row{"permerror", "hold", R"(dmarc = "permerror")", "DMARC has no \"permerror\"",
            R"(dmarc = ["permerror", "fail"])"},
        Row{"policy_of_none", "hold", "policy_domain = \"a.example\"\ndmarc = \"none\"",
            "then there is no policy_domain",
            "policy_domain = \"a.example\"\ndmarc = \"temperror\""},
        Row{"secure_none", "hold", "dnssec = \"secure\"\ndmarc = \"none\"",
            "then its dnssec is \"unknown\"",
            "dnssec = [\"secure\", \"unknown\"]\ndmarc = \"none\""},
        Row{"insecure_none", "hold",
            "dnssec = [\"secure\", \"insecure\"]\ndmarc = [\"none\", \"permerror\"]",
            "then its dnssec is \"unknown\"", "dnssec = \"insecure\"\ndmarc = \"temperror\""},
        Row{"loopback", "reject", R"(client = ["127.0.0.1", "::1"])",
            "can never match: mail from there is not judged",
            R"(client = ["127.0.0.1", "192.0.2.1"])"},
        Row{"step_of_nothing", "stricter", R"(dmarc = ["pass", "temperror"])",
            "can never change anything", R"(dmarc = ["pass", "fail"])"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Doubts, RuleCheckTest,
    testing::Values(
        Row{"all_mail", "stricter", "", "has no condition: it decides about all mail",
            "tls = \"none\""},
        Row{"spf_error", "reject", R"(spf = "temperror")", "warning: rule \"r\": refuses for good",
            R"(spf = "permerror")"},
        Row{"dmarc_error", "reject", R"(dmarc = ["fail", "temperror"])",
            "\"defer\" asks for it again", R"(dmarc = "fail")"},
        Row{"dkim_error", "reject", R"(dkim = "temperror")", "\"defer\" asks", R"(dkim = "fail")"},
        Row{"all_recipients", "reject", R"(recipient_domain = "a.example")",
            "warning: rule \"r\": one reply serves all recipients: a message that goes",
            "tls = \"none\""},
        Row{"any_recipient", "reject", R"(any_recipient_domain = "a.example")",
            "warning: rule \"r\": one reply serves all recipients: what is done", "tls = \"none\""},
        Row{"laxer_than_accepted", "laxer", "author_domain = \"a.example\"\ndmarc = \"pass\"",
            "warning: rule \"r\": mail that passes DMARC is accepted without a rule",
            "signing_domain = \"a.example\"\ndmarc = \"fail\""},
        Row{"top_level", "accept", R"(signing_domain = "*.example")", "anyone can have a domain",
            R"(signing_domain = "*.a.example")"}),
    kName);

TEST(RuleCheck, ConflictingRecipients) {
  const auto said = said_of(block("r", "reject",
                                  "recipient_domain = \"a.example\"\n"
                                  "any_recipient_domain = \"b.example\""));
  EXPECT_THAT(said, Contains(HasSubstr("can never match: where all recipients")));
  EXPECT_THAT(said_of(block("r", "reject",
                            "recipient_domain = [\"a.example\", \"*.example\"]\n"
                            "any_recipient_domain = \"b.example\"")),
              Not(Contains(HasSubstr("can never match"))));
}

TEST(RuleCheck, ExemptNetworks) {
  const std::string exempt = "[exempt]\nnetworks = [\"192.0.2.0/24\"]\n";
  EXPECT_THAT(said_of(exempt + block("r", "reject", "client = \"192.0.2.128/25\"")),
              ElementsAre(HasSubstr("can never match: mail from there is not judged")));
  EXPECT_THAT(said_of(exempt + block("r", "reject", "client = \"192.0.0.0/16\"")), IsEmpty());
  EXPECT_THAT(said_of("[exempt]\nloopback = false\n" + block("r", "reject", "client = \"::1\"")),
              IsEmpty());
}

/// Two rules in order; the second is shadowed or not.
struct Shadow {
  const char* name;
  const char* wide;
  const char* narrow;
  const char* beside;
};
std::ostream& operator<<(std::ostream& out, const Shadow& row) { return out << row.name; }

class RuleShadowTest : public testing::TestWithParam<Shadow> {};

TEST_P(RuleShadowTest, AnEarlierRuleTakesItAll) {
  const Shadow& row = GetParam();
  EXPECT_THAT(said_of(block("wide", "hold", row.wide) + block("narrow", "reject", row.narrow)),
              Contains(HasSubstr("rule \"narrow\": can never match: the rule \"wide\" at line 2 "
                                 "takes all of its mail")));
  const auto never = Contains(HasSubstr("takes all of its mail"));
  EXPECT_THAT(said_of(block("wide", "hold", row.wide) + block("beside", "reject", row.beside)),
              Not(never));
  EXPECT_THAT(said_of(block("narrow", "hold", row.narrow) + block("wide", "reject", row.wide)),
              Not(never))
      << "in the other order both have their mail";
}

INSTANTIATE_TEST_SUITE_P(
    Table, RuleShadowTest,
    testing::Values(
        Shadow{"names", R"(author_domain = ["a.example", "*.b.example"])",
               "author_domain = \"x.b.example\"\nspf = \"fail\"", R"(author_domain = "b.example")"},
        Shadow{"below", R"(helo = "*.example")", R"(helo = "*.a.example")", R"(helo = "*.test")"},
        Shadow{"networks", R"(client = ["192.0.2.0/25", "192.0.2.128/25"])",
               R"(client = ["192.0.2.1", "192.0.2.200"])", R"(client = "192.0.2.0/24")"},
        Shadow{"words", R"(dmarc = ["fail", "none"])", R"(dmarc = "none")",
               R"(dmarc = ["none", "pass"])"},
        Shadow{"tls", R"(tls = "TLSv1.2+")", R"(tls = "TLSv1.3")", R"(tls = "TLSv1.1+")"},
        Shadow{"more_conditions", "spf = \"fail\"", "spf = \"fail\"\ndkim = \"none\"",
               "dkim = \"none\""}),
    kName);

TEST(RuleCheck, WithoutConditionsARuleTakesAllMail) {
  const std::string all = block("all", "stricter", "");
  const std::string some = block("some", "reject", "tls = \"none\"");
  const auto warned = HasSubstr("rule \"all\": has no condition");
  EXPECT_THAT(said_of(all + some), ElementsAre(warned, HasSubstr("takes all of its mail")));
  EXPECT_THAT(said_of(some + all), ElementsAre(warned));
}

TEST(RuleCheck, WhatLoosensLeavesMailOfSeveralAuthors) {
  const std::string conditions = "author_domain = \"a.example\"\ndmarc = \"pass\"";
  EXPECT_THAT(said_of(block("first", "accept", conditions) + block("second", "hold", conditions)),
              IsEmpty());
  EXPECT_THAT(said_of(block("first", "hold", conditions) + block("second", "accept", conditions)),
              Contains(HasSubstr("takes all of its mail")));
}

TEST(RuleCheck, WhatLoosensLeavesMailWithUnlistedRecipients) {
  const std::string conditions = "client = \"192.0.2.1\"\nany_recipient_domain = \"a.example\"";
  const auto takes_all = Contains(HasSubstr("takes all of its mail"));
  EXPECT_THAT(said_of(block("first", "accept", conditions) + block("second", "hold", conditions)),
              Not(takes_all));
  EXPECT_THAT(said_of(block("first", "hold", conditions) + block("second", "accept", conditions)),
              takes_all);
}

/// What settings for From refuse is left by proof of a domain, and taken by that of a client.
TEST(RuleCheck, ProofOfADomainLeavesMailWithASecondFrom) {
  const std::string domain = R"(signing_domain = "a.example")";
  const std::string client = "client = \"192.0.2.1\"\n";
  const auto takes_all = Contains(HasSubstr("takes all of its mail"));
  EXPECT_THAT(said_of(block("first", "accept", domain) + block("second", "hold", domain)),
              IsEmpty());
  EXPECT_THAT(said_of(block("first", "accept", domain) + block("second", "laxer", domain)),
              takes_all);
  EXPECT_THAT(said_of(block("first", "accept", domain) + block("second", "laxer", client + domain)),
              IsEmpty());
  EXPECT_THAT(said_of(block("first", "accept", client) + block("second", "hold", client + domain)),
              takes_all);
}

/// Lists of many names: compared where that is cheap, and not a thousand times a hundred thousand.
TEST(RuleCheck, LongListsAreComparedWithinABound) {
  std::string names;
  for (int i = 0; i < 100'000; ++i) names += "n" + std::to_string(i) + ".example\n";
  const Files files{{"one", names}, {"other", names}};
  std::string differ;
  std::string equal;
  for (int i = 0; i < 200; ++i) {
    const std::string list = i % 2 == 0 ? "author_domain = \"@one\"" : "author_domain = \"@other\"";
    const std::string number = std::to_string(i);
    differ += block("r" + number, "hold", list + "\nhelo = \"h" + number + ".example\"");
    equal += block("r" + number, "hold", list + "\nhelo = [\"h.example\", \"h" + number + "\"]");
  }
  EXPECT_THAT(said_of(differ, files), IsEmpty());
  EXPECT_THAT(said_of(equal, files), IsEmpty());
  EXPECT_THAT(
      said_of(differ + block("last", "hold", "author_domain = \"@other\"\nhelo = \"h7.example\""),
              files),
      Contains(HasSubstr("rule \"last\": can never match: the rule \"r7\"")));
}

TEST(RuleCheck, FilesCountByWhatIsInThem) {
  const Files files{{"names", "a.example\nb.example\n"}, {"few", "b.example\n"}};
  const std::string wide = block("wide", "hold", "author_domain = \"@names\"");
  EXPECT_THAT(said_of(wide + block("r", "reject", "author_domain = \"@few\""), files),
              ElementsAre(HasSubstr("takes all of its mail")));
  EXPECT_THAT(
      said_of(wide + block("r", "reject", "author_domain = [\"@few\", \"c.example\"]"), files),
      IsEmpty());
}

}  // namespace
}  // namespace waarmerk::policy
