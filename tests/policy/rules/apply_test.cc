#include "policy/rules/apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>

#include "policy/evaluate.h"
#include "tests/policy/rules/rule_texts.h"
#include "tests/support/facts_builder.h"

namespace waarmerk::policy {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::block;
using testing_support::FactsBuilder;
using testing_support::settings_of;

/// Rejected without a rule.
Facts forgery() {
  return FactsBuilder("bank.example")
      .record("v=DMARC1; p=reject")
      .spf(SpfResult::Fail, "bank.example")
      .facts;
}
/// Quarantined without a rule.
Facts doubtful() {
  return FactsBuilder("bank.example")
      .record("v=DMARC1; p=quarantine")
      .spf(SpfResult::Fail, "bank.example")
      .facts;
}
/// Accepted without a rule, and fails.
Facts tolerated() {
  return FactsBuilder("bank.example")
      .record("v=DMARC1; p=none")
      .spf(SpfResult::Fail, "bank.example")
      .facts;
}
Facts genuine() {
  return FactsBuilder("bank.example")
      .record("v=DMARC1; p=reject")
      .spf(SpfResult::Pass, "bank.example")
      .facts;
}
/// Left open by an error of the DNS.
Facts undecided() {
  return FactsBuilder("bank.example")
      .record("v=DMARC1; p=reject")
      .signature("bank.example", DkimResult::TempError, DkimCause::Dns)
      .facts;
}

Decision decide(const Facts& facts, std::string_view rule_action, std::string_view before = "") {
  // By the client, so that any action may have it.
  const Settings settings =
      settings_of(std::string(before) + block("r", rule_action, "client = \"192.0.2.1\""));
  EXPECT_EQ(settings.rules.size(), 1U);
  return evaluate(facts, settings).decision;
}

struct Row {
  const char* name;
  const char* action;
  Facts facts;
  ActionKind expected;
  const char* rule;
  const char* before = "";
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class RuleApplyTest : public testing::TestWithParam<Row> {};

TEST_P(RuleApplyTest, Answers) {
  const Row& row = GetParam();
  const Decision decision = decide(row.facts, row.action, row.before);
  EXPECT_EQ(to_string(decision.action), to_string(row.expected)) << decision.why;
  EXPECT_EQ(decision.rule, row.rule);
  EXPECT_THAT(decision.why, HasSubstr("rule \"r\""));
  // P-13: a difference from the request always has a reason.
  EXPECT_TRUE(decision.applied == decision.requested || !decision.overrides.empty());
}

constexpr auto kName = [](const auto& row) { return std::string(row.param.name); };
using enum ActionKind;

INSTANTIATE_TEST_SUITE_P(
    Loosening, RuleApplyTest,
    testing::Values(
        Row{"accept_forgery", "accept", forgery(), Accept, "rule=r"},
        Row{"accept_genuine", "accept", genuine(), Accept, "rule=r"},
        Row{"laxer_rejected", "laxer", forgery(), Tag, "rule=r, on_reject=evidence"},
        Row{"laxer_quarantined", "laxer", doubtful(), Accept, "rule=r, on_quarantine=tag"},
        Row{"laxer_accepted", "laxer", tolerated(), Accept, "rule=r, default"},
        Row{"laxer_held", "laxer", forgery(), Hold, "rule=r, on_reject=evidence",
            "[policy]\non_quarantine = \"hold\"\n"},
        Row{"laxer_from_hold", "laxer", doubtful(), Tag, "rule=r, on_quarantine=hold",
            "[policy]\non_quarantine = \"hold\"\n"},
        Row{"laxer_where_quarantine_is_reject", "laxer", forgery(), Tag,
            "rule=r, on_reject=evidence", "[policy]\non_quarantine = \"reject\"\n"},
        Row{"laxer_deferred", "laxer", undecided(), Accept, "rule=r, on_temperror=defer",
            "[policy]\non_temperror = \"defer\"\n"},
        Row{"only_monitor", "only_monitor", forgery(), Accept, "rule=r, on_reject=evidence"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Tightening, RuleApplyTest,
    testing::Values(
        Row{"tag", "tag", genuine(), Tag, "rule=r"}, Row{"hold", "hold", genuine(), Hold, "rule=r"},
        Row{"defer", "defer", genuine(), Defer, "rule=r"},
        Row{"reject", "reject", genuine(), Reject, "rule=r"},
        Row{"hold_for_tag", "hold", doubtful(), Hold, "rule=r"},
        Row{"stricter_accepted", "stricter", tolerated(), Tag, "rule=r, default"},
        Row{"stricter_quarantined", "stricter", doubtful(), Reject, "rule=r, on_quarantine=tag"},
        Row{"stricter_rejected", "stricter", forgery(), Reject, "rule=r, on_reject=evidence"},
        Row{"stricter_spares_genuine", "stricter", genuine(), Accept, "rule=r, default"},
        Row{"stricter_spares_undecided", "stricter", undecided(), Accept,
            "rule=r, on_temperror=accept"}),
    kName);

/// What tightens makes nothing milder: a forger who meets such a rule gains nothing.
INSTANTIATE_TEST_SUITE_P(
    NeverMilder, RuleApplyTest,
    testing::Values(Row{"tag_rejected", "tag", forgery(), Reject, "rule=r, on_reject=evidence"},
                    Row{"hold_rejected", "hold", forgery(), Reject, "rule=r, on_reject=evidence"},
                    Row{"defer_rejected", "defer", forgery(), Reject, "rule=r, on_reject=evidence"},
                    Row{"tag_held", "tag", doubtful(), Hold, "rule=r, on_quarantine=hold",
                        "[policy]\non_quarantine = \"hold\"\n"},
                    Row{"defer_held", "defer", doubtful(), Defer, "rule=r",
                        "[policy]\non_quarantine = \"hold\"\n"},
                    Row{"hold_deferred", "hold", undecided(), Defer, "rule=r, on_temperror=defer",
                        "[policy]\non_temperror = \"defer\"\n"},
                    Row{"reject_deferred", "reject", undecided(), Reject, "rule=r",
                        "[policy]\non_temperror = \"defer\"\n"},
                    Row{"tag_deferred", "tag", undecided(), Defer, "rule=r, on_temperror=defer",
                        "[policy]\non_temperror = \"defer\"\n"}),
    kName);

/// A shop that fails its own p=none, and a second author whose DNS the sender lets fail.
Facts beside_unreachable_author(SpfResult of_shop) {
  FactsBuilder builder = FactsBuilder("shop.example").record("v=DMARC1; p=none");
  builder.spf(of_shop, "shop.example").walk("evil.example");
  builder.facts.walks.back().steps.front().status = dns::Status::ServFail;
  builder.facts.author.kind = FromKind::SeveralDomains;
  builder.facts.author.domains.push_back(DomainName::parse("evil.example").value());
  return builder.facts;
}

TEST(RuleApply, D_05_StricterIsNotSwitchedOffByASecondAuthor) {
  const std::string of_shop = block("r", "stricter", "author_domain = \"shop.example\"");
  const std::string of_anyone = block("r", "stricter", "client = \"192.0.2.1\"");
  for (const std::string& rule : {of_shop, of_anyone}) {
    const Settings settings = settings_of(rule);
    EXPECT_EQ(evaluate(beside_unreachable_author(SpfResult::Fail), settings).decision.action, Tag);
    EXPECT_EQ(evaluate(beside_unreachable_author(SpfResult::Pass), settings).decision.action,
              Accept)
        << "neither author is suspected";
  }
}

TEST(RuleApply, P_11_TheReasonIsTheRules) {
  const Settings settings = settings_of(
      block("news", "laxer",
            "client = \"192.0.2.1\"\noverride = \"mailing_list\"\ncomment = \"our newsletter\""));
  const Decision decision = evaluate(forgery(), settings).decision;
  ASSERT_EQ(decision.overrides.size(), 1U);
  EXPECT_EQ(decision.overrides[0],
            (Override{Override::Type::MailingList, "rule=news: our newsletter"}));
  EXPECT_THAT(
      decision.why,
      HasSubstr("tagged by rule \"news\" instead of rejected: our newsletter (rejected per"));
  EXPECT_EQ(decision.requested, Disposition::Reject);
  EXPECT_EQ(decision.applied, Disposition::Quarantine);
}

/// `what happened` by the rule, and nothing that did not.
TEST(RuleApply, TheSentenceNamesWhatTheRuleDid) {
  struct Said {
    const char* action;
    Facts facts;
    const char* begin;
  };
  for (const Said& row :
       {Said{"tag", forgery(), "rejected; rule \"r\" (tag) changes nothing (rejected per"},
        Said{"stricter", genuine(), "accepted; rule \"r\" (stricter) changes nothing (DMARC pass"},
        Said{"laxer", tolerated(), "accepted; rule \"r\" (laxer) changes nothing ("},
        Said{"stricter", tolerated(), "tagged by rule \"r\" instead of accepted ("},
        Said{"reject", forgery(), "rejected by rule \"r\" (rejected per"},
        Said{"reject", genuine(), "rejected by rule \"r\" instead of accepted ("},
        Said{"only_monitor", forgery(), "only monitored by rule \"r\", otherwise rejected ("}}) {
    EXPECT_THAT(decide(row.facts, row.action).why, testing::StartsWith(row.begin));
  }
}

/// What a rule undid is no reason for what came of it. RFC 9990 3.1.6
TEST(RuleApply, P_13_AStepThatWasUndoneIsNoReason) {
  Facts two_fields = tolerated();
  two_fields.author.kind = FromKind::SeveralFields;
  EXPECT_THAT(decide(two_fields, "laxer").overrides,
              testing::ElementsAre(Override{Override::Type::LocalPolicy, "rule=r"}));
  EXPECT_THAT(
      decide(two_fields, "tag").overrides,
      testing::ElementsAre(Override{Override::Type::LocalPolicy, "several_from_fields=reject"}));
}

/// A rule that tightens is no reason for something milder than what was asked.
TEST(RuleApply, P_13_WhatTightensIsNoReasonForLess) {
  const Facts doubtful_forgery = FactsBuilder("bank.example")
                                     .record("v=DMARC1; p=reject")
                                     .spf(SpfResult::Pass, "other.example")
                                     .facts;
  const Override milder{Override::Type::LocalPolicy, "no evidence of forgery beside the policy"};
  EXPECT_THAT(decide(doubtful_forgery, "hold").overrides, testing::ElementsAre(milder));
  EXPECT_THAT(decide(doubtful_forgery, "reject").overrides, IsEmpty());
  EXPECT_THAT(decide(doubtful_forgery, "laxer").overrides,
              testing::ElementsAre(Override{Override::Type::LocalPolicy, "rule=r"}, milder))
      << "both led from reject to none";
}

/// A mode that takes back what a rule did leaves nothing that differs.
TEST(RuleApply, P_13_NoReasonWhereAModeTookItBack) {
  Settings settings = settings_of(block("r", "reject", "client = \"192.0.2.1\""));
  settings.mode = Mode::Monitor;
  EXPECT_THAT(evaluate(genuine(), settings).decision.overrides, IsEmpty());
  settings.mode = Mode::Tag;
  EXPECT_THAT(evaluate(genuine(), settings).decision.overrides,
              testing::ElementsAre(Override{Override::Type::LocalPolicy, "rule=r"},
                                   Override{Override::Type::LocalPolicy, "mode=tag"}));
}

/// No difference, no reason. P-13
TEST(RuleApply, P_13_NoReasonWhereNothingDiffers) {
  EXPECT_THAT(decide(genuine(), "accept").overrides, IsEmpty());
  EXPECT_THAT(decide(forgery(), "reject").overrides, IsEmpty());
}

TEST(RuleApply, OnlyMonitorSaysWhatWouldHaveBeen) {
  const Decision decision = decide(forgery(), "only_monitor");
  EXPECT_EQ(decision.would, Reject);
  EXPECT_EQ(decision.action, Accept);
  ASSERT_FALSE(decision.overrides.empty());
  EXPECT_EQ(decision.overrides.back(), (Override{Override::Type::LocalPolicy, "rule=r"}));
}

TEST(RuleApply, CauseIsTheRuleUnlessItOnlyTookAStep) {
  EXPECT_EQ(decide(genuine(), "reject").cause, Cause::Rule);
  EXPECT_EQ(decide(tolerated(), "stricter").cause, Cause::Rule);
  EXPECT_EQ(decide(doubtful(), "stricter").cause, Cause::DmarcPolicy);
  EXPECT_EQ(decide(forgery(), "tag").cause, Cause::DmarcPolicy);
}

TEST(RuleApply, FirstMatchDecides) {
  const std::string rules = block("other", "reject", "client = \"198.51.100.1\"") +
                            block("first", "hold", "spf = \"fail\"") +
                            block("second", "reject", "dmarc = \"fail\"");
  EXPECT_EQ(evaluate(tolerated(), settings_of(rules)).decision.rule, "rule=first");
}

TEST(RuleApply, ModesSoftenRulesAsAllElse) {
  Settings settings = settings_of(block("r", "reject", "client = \"192.0.2.1\""));
  for (const auto& [mode, action] : {std::pair{Mode::Enforce, Reject}, std::pair{Mode::Tag, Tag},
                                     std::pair{Mode::Monitor, Accept}}) {
    settings.mode = mode;
    const Decision decision = evaluate(genuine(), settings).decision;
    EXPECT_EQ(decision.action, action);
    EXPECT_EQ(decision.would, Reject);
  }
}

/// Rules stand behind what was not judged, and before everything that is: P-15
TEST(RuleApply, P_15_Precedence) {
  const Settings settings = settings_of(block("r", "reject", ""));
  ASSERT_EQ(settings.rules.size(), 1U);
  Facts exempt = genuine();
  exempt.exemption = Exemption::Authenticated;
  EXPECT_EQ(evaluate(exempt, settings).decision.rule, "exempt=authenticated");
  Facts failed = genuine();
  failed.internal_error = "event 1: out of memory";
  EXPECT_EQ(evaluate(failed, settings).decision.rule, "on_error=defer");
  Facts oversized = genuine();
  oversized.oversized_header = true;
  EXPECT_EQ(evaluate(oversized, settings).decision.rule, "oversized_header=reject");
  Facts two_fields = genuine();
  two_fields.author.kind = FromKind::SeveralFields;
  EXPECT_EQ(evaluate(two_fields, settings).decision.rule, "rule=r");
  const Settings accepts = settings_of(block("r", "accept", "client = \"192.0.2.1\""));
  EXPECT_EQ(evaluate(two_fields, accepts).decision.action, Accept);
}

/// A message that a list signed, sent again with a second From above the first.
Facts second_from() {
  Facts facts =
      FactsBuilder("bank.example").record("v=DMARC1; p=reject").walk("member.example").facts;
  facts.author.kind = FromKind::SeveralFields;
  facts.author.domains.push_back(DomainName::parse("member.example").value());
  facts.dkim.push_back(
      {.result = DkimResult::Pass, .domain = DomainName::parse("lists.example.org").value()});
  facts.envelope.mail_from_domain = DomainName::parse("lists.example.org").value();
  facts.spf_mail_from = {.result = SpfResult::Pass, .domain = facts.envelope.mail_from_domain};
  return facts;
}

/// What a sender of mail proves, and what his client does.
constexpr std::array kProofsOfDomains{
    R"(signing_domain = "lists.example.org")",
    "mail_from_domain = \"lists.example.org\"\nspf = \"pass\"",
    "signing_domain = \"lists.example.org\"\nclient = \"0.0.0.0/0\""};

TEST(RuleApply, D_03_ASignatureVouchesForNoSecondFrom) {
  for (const char* proof : kProofsOfDomains) {
    for (const char* action : {"accept", "laxer", "only_monitor"}) {
      const Settings settings = settings_of(block("r", action, proof));
      ASSERT_EQ(settings.rules.size(), 1U);
      const Decision decision = evaluate(second_from(), settings).decision;
      EXPECT_EQ(decision.action, Reject) << action << proof;
      EXPECT_EQ(decision.rule, "several_from_fields=reject");
    }
  }
}

TEST(RuleApply, D_03_AClientMay) {
  for (const char* action : {"accept", "laxer", "only_monitor"}) {
    const Settings settings = settings_of(
        block("r", action, "client = \"192.0.2.1\"\nsigning_domain = \"lists.example.org\""));
    EXPECT_NE(evaluate(second_from(), settings).decision.action, Reject) << action;
  }
}

/// Where the settings leave it to DMARC, there is nothing to lift.
TEST(RuleApply, D_03_WhereFromIsEvaluatedASignatureCounts) {
  const std::string rule = block("r", "accept", kProofsOfDomains[0]);
  const Settings settings = settings_of("[policy]\nseveral_from_fields = \"evaluate\"\n" + rule);
  EXPECT_EQ(evaluate(second_from(), settings).decision.action, Accept);
  Facts too_many = second_from();
  too_many.author.truncated = true;
  EXPECT_EQ(evaluate(too_many, settings).decision.action, Reject);
}

/// The first rule that may take it does: a second From must not lead around those behind.
TEST(RuleApply, D_03_TheNextRuleIsTried) {
  const Settings settings = settings_of(block("r", "accept", kProofsOfDomains[0]) +
                                        block("s", "reject", "dmarc = \"fail\""));
  EXPECT_EQ(evaluate(second_from(), settings).decision.rule, "rule=s");
}

TEST(RuleApply, D_07_ASignatureVouchesForNoMissingFrom) {
  Facts facts = second_from();
  facts.author = {.kind = FromKind::None};
  const Settings by_signature = settings_of(block("r", "accept", kProofsOfDomains[0]));
  EXPECT_EQ(evaluate(facts, by_signature).decision.action, Reject);
  const Settings by_client = settings_of(block("r", "accept", "client = \"192.0.2.1\""));
  EXPECT_EQ(evaluate(facts, by_client).decision.action, Accept);
}

}  // namespace
}  // namespace waarmerk::policy
