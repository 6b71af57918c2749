#include "policy/evaluate.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/facts_builder.h"

namespace waarmerk::policy {
namespace {

using testing_support::domain;
using testing_support::FactsBuilder;

constexpr std::string_view kReject = "v=DMARC1; p=reject";
constexpr std::string_view kQuarantine = "v=DMARC1; p=quarantine";
constexpr std::string_view kNone = "v=DMARC1; p=none";

/// A plain forgery: SPF fails for the author domain itself, nothing is signed.
FactsBuilder forgery(std::string_view record) {
  return FactsBuilder("bank.example").record(record).spf(SpfResult::Fail, "bank.example");
}

/// An author under `record` whose SPF passes in alignment.
FactsBuilder genuine(std::string_view record) {
  return FactsBuilder("bank.example").record(record).spf(SpfResult::Pass, "bank.example");
}

FactsBuilder several_domains(std::string_view second_record) {
  FactsBuilder builder = genuine(kReject);
  builder.facts.author.kind = FromKind::SeveralDomains;
  builder.facts.author.domains.push_back(domain("shop.example"));
  builder.walk("shop.example", "shop.example", second_record);
  return builder;
}

FactsBuilder with_kind(FactsBuilder builder, FromKind kind) {
  builder.facts.author.kind = kind;
  if (kind == FromKind::None || kind == FromKind::Unusable) builder.facts.author.domains.clear();
  return builder;
}

struct Row {
  const char* name;
  FactsBuilder facts;
  std::function<void(Settings&)> set;
  ActionKind action;
  Disposition requested;
  Disposition applied;
  Cause cause;
  const char* rule;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

void defaults(Settings&) {}

class EvaluateTest : public testing::TestWithParam<Row> {};

TEST_P(EvaluateTest, Decides) {
  const Row& row = GetParam();
  Settings settings;
  row.set(settings);
  const Decision decision = evaluate(row.facts.facts, settings).decision;
  EXPECT_EQ(to_string(decision.action), to_string(row.action)) << decision.why;
  EXPECT_EQ(decision.would, row.action);
  EXPECT_EQ(to_string(decision.requested), to_string(row.requested));
  EXPECT_EQ(to_string(decision.applied), to_string(row.applied));
  EXPECT_EQ(to_string(decision.cause), to_string(row.cause));
  EXPECT_EQ(decision.rule, row.rule);
  EXPECT_FALSE(decision.why.empty());
  // P-13: a difference from the request always has a reason.
  EXPECT_TRUE(decision.applied == decision.requested || !decision.overrides.empty());
}

using enum ActionKind;
constexpr auto kNo = Disposition::None;
constexpr auto kQ = Disposition::Quarantine;
constexpr auto kR = Disposition::Reject;

INSTANTIATE_TEST_SUITE_P(
    Dmarc, EvaluateTest,
    testing::Values(
        Row{"D78_aligned_pass", genuine(kReject), defaults, Accept, kNo, kNo, Cause::None,
            "default"},
        Row{"P01_policy_none", forgery(kNone), defaults, Accept, kNo, kNo, Cause::None, "default"},
        Row{"D63_no_record", FactsBuilder("bank.example").walk("bank.example"), defaults, Accept,
            kNo, kNo, Cause::None, "default"},
        Row{"P16_quarantine_tags", forgery(kQuarantine), defaults, Tag, kQ, kQ, Cause::DmarcPolicy,
            "on_quarantine=tag"},
        Row{"P16_quarantine_holds", forgery(kQuarantine),
            [](Settings& s) { s.on_quarantine = OnQuarantine::Hold; }, Hold, kQ, kQ,
            Cause::DmarcPolicy, "on_quarantine=hold"},
        Row{"P16_quarantine_rejects", forgery(kQuarantine),
            [](Settings& s) { s.on_quarantine = OnQuarantine::Reject; }, Reject, kQ, kR,
            Cause::DmarcPolicy, "on_quarantine=reject"},
        Row{"P04_forgery_is_rejected", forgery(kReject), defaults, Reject, kR, kR,
            Cause::DmarcPolicy, "on_reject=evidence"},
        Row{"P02_P03_no_evidence_is_quarantined",
            FactsBuilder("bank.example").record(kReject).spf(SpfResult::Pass, "evil.example"),
            defaults, Tag, kR, kQ, Cause::DmarcPolicy, "on_reject=evidence, on_quarantine=tag"},
        Row{"P05_reject_always",
            FactsBuilder("bank.example").record(kReject).spf(SpfResult::Pass, "evil.example"),
            [](Settings& s) { s.on_reject = OnReject::Reject; }, Reject, kR, kR, Cause::DmarcPolicy,
            "on_reject=reject"},
        Row{"reject_never", forgery(kReject),
            [](Settings& s) { s.on_reject = OnReject::Quarantine; }, Tag, kR, kQ,
            Cause::DmarcPolicy, "on_reject=quarantine, on_quarantine=tag"},
        Row{"D57_testing_lowers_reject", forgery("v=DMARC1; p=reject; t=y"), defaults, Tag, kQ, kQ,
            Cause::DmarcPolicy, "on_quarantine=tag"},
        Row{"D57_testing_lowers_quarantine", forgery("v=DMARC1; p=quarantine; t=y"), defaults,
            Accept, kNo, kNo, Cause::None, "default"}),
    [](const auto& param) { return std::string(param.param.name); });

FactsBuilder key_unreachable() {
  return FactsBuilder("bank.example")
      .record(kReject)
      .signature("bank.example", DkimResult::TempError, DkimCause::Dns);
}

INSTANTIATE_TEST_SUITE_P(
    Errors, EvaluateTest,
    testing::Values(Row{"D62_temperror_accepts", key_unreachable(), defaults, Accept, kNo, kNo,
                        Cause::DmarcTempError, "on_temperror=accept"},
                    Row{"P08_temperror_defers", key_unreachable(),
                        [](Settings& s) { s.on_temperror = OnTempError::Defer; }, Defer, kNo, kNo,
                        Cause::DmarcTempError, "on_temperror=defer"},
                    Row{"D61_proven_pass_stands",
                        key_unreachable().spf(SpfResult::Pass, "bank.example"),
                        [](Settings& s) { s.on_temperror = OnTempError::Defer; }, Accept, kNo, kNo,
                        Cause::None, "default"}),
    [](const auto& param) { return std::string(param.param.name); });

INSTANTIATE_TEST_SUITE_P(
    From, EvaluateTest,
    testing::Values(
        Row{"D03_D79_several_fields_rejected", with_kind(genuine(kReject), FromKind::SeveralFields),
            defaults, Reject, kNo, kR, Cause::SeveralFromFields, "several_from_fields=reject"},
        Row{"D03_several_fields_quarantined", with_kind(genuine(kReject), FromKind::SeveralFields),
            [](Settings& s) { s.several_from_fields = OnFrom::Quarantine; }, Tag, kNo, kQ,
            Cause::SeveralFromFields, "several_from_fields=quarantine"},
        Row{"D03_several_fields_evaluated", with_kind(forgery(kReject), FromKind::SeveralFields),
            [](Settings& s) { s.several_from_fields = OnFrom::Evaluate; }, Reject, kR, kR,
            Cause::DmarcPolicy, "on_reject=evidence"},
        Row{"D03_several_fields_accepted", with_kind(genuine(kReject), FromKind::SeveralFields),
            [](Settings& s) { s.several_from_fields = OnFrom::Accept; }, Accept, kNo, kNo,
            Cause::SeveralFromFields, "several_from_fields=accept"},
        Row{"D05_strictest_failing_policy_counts", several_domains(kQuarantine), defaults, Tag, kQ,
            kQ, Cause::DmarcPolicy, "on_quarantine=tag"},
        Row{"D05_all_pass_or_none", several_domains(kNone), defaults, Accept, kNo, kNo, Cause::None,
            "default"},
        Row{"D05_several_domains_rejected", several_domains(kNone),
            [](Settings& s) { s.several_from_domains = OnFrom::Reject; }, Reject, kNo, kR,
            Cause::SeveralFromDomains, "several_from_domains=reject"},
        Row{"D07_no_from", with_kind(forgery(kReject), FromKind::None), defaults, Reject, kNo, kR,
            Cause::NoFrom, "no_from=reject"},
        Row{"D07_unusable_from", with_kind(forgery(kReject), FromKind::Unusable), defaults, Reject,
            kNo, kR, Cause::NoFrom, "unusable_from=reject"},
        Row{"D07_unusable_from_quarantined", with_kind(forgery(kReject), FromKind::Unusable),
            [](Settings& s) {
              s.unusable_from = OnFrom::Quarantine;
              s.no_from = OnFrom::Reject;
            },
            Tag, kNo, kQ, Cause::NoFrom, "unusable_from=quarantine"},
        Row{"D07_no_from_accepted", with_kind(forgery(kReject), FromKind::None),
            [](Settings& s) { s.no_from = OnFrom::Accept; }, Accept, kNo, kNo, Cause::NoFrom,
            "no_from=accept"}),
    [](const auto& param) { return std::string(param.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Spf, EvaluateTest,
    testing::Values(
        Row{"P14_fail_alone_is_no_reason", forgery(kNone), defaults, Accept, kNo, kNo, Cause::None,
            "default"},
        Row{"S36_fail_rejected", forgery(kNone), [](Settings& s) { s.on_spf_fail = OnSpf::Reject; },
            Reject, kNo, kR, Cause::SpfFail, "on_spf_fail=reject"},
        Row{"S35_softfail_is_no_fail",
            FactsBuilder("bank.example").record(kNone).spf(SpfResult::SoftFail, "bank.example"),
            [](Settings& s) { s.on_spf_fail = OnSpf::Reject; }, Accept, kNo, kNo, Cause::None,
            "default"},
        Row{"P14_dmarc_pass_is_stronger",
            forgery(kReject).signature("bank.example", DkimResult::Pass),
            [](Settings& s) { s.on_spf_fail = OnSpf::Reject; }, Accept, kNo, kNo, Cause::None,
            "default"},
        Row{"S37_permerror_rejected",
            FactsBuilder("bank.example").record(kNone).spf(SpfResult::PermError, "evil.example"),
            [](Settings& s) { s.on_spf_error = OnSpfError::Reject; }, Reject, kNo, kR,
            Cause::SpfPermError, "on_spf_error=reject"},
        Row{"S37_temperror_is_never_refused_for_good",
            FactsBuilder("bank.example").record(kNone).spf(SpfResult::TempError, "evil.example"),
            [](Settings& s) { s.on_spf_error = OnSpfError::Reject; }, Defer, kNo, kNo,
            Cause::SpfTempError, "on_spf_error=reject"}),
    [](const auto& param) { return std::string(param.param.name); });

FactsBuilder oversized(FactsBuilder builder) {
  builder.facts.oversized_header = true;
  return builder;
}

/// A genuine message no less than a forged one: of neither the whole header is known.
INSTANTIATE_TEST_SUITE_P(
    OversizedHeader, EvaluateTest,
    testing::Values(Row{"rejected", oversized(genuine(kReject)), defaults, Reject, kNo, kR,
                        Cause::OversizedHeader, "oversized_header=reject"},
                    Row{"quarantined", oversized(genuine(kNone)),
                        [](Settings& s) { s.oversized_header = OnOversized::Quarantine; }, Tag, kNo,
                        kQ, Cause::OversizedHeader, "oversized_header=quarantine"},
                    Row{"held", oversized(genuine(kNone)),
                        [](Settings& s) {
                          s.oversized_header = OnOversized::Quarantine;
                          s.on_quarantine = OnQuarantine::Hold;
                        },
                        Hold, kNo, kQ, Cause::OversizedHeader, "oversized_header=quarantine"},
                    Row{"accepted", oversized(forgery(kReject)),
                        [](Settings& s) { s.oversized_header = OnOversized::Accept; }, Accept, kNo,
                        kNo, Cause::OversizedHeader, "oversized_header=accept"},
                    Row{"not_deferred_for_an_error_when_refused",
                        [] {
                          FactsBuilder builder = oversized(genuine(kReject));
                          builder.facts.internal_error = "event 7: out of memory";
                          return builder;
                        }(),
                        defaults, Reject, kNo, kR, Cause::OversizedHeader,
                        "oversized_header=reject"},
                    Row{"deferred_for_an_error_when_accepted",
                        [] {
                          FactsBuilder builder = oversized(genuine(kReject));
                          builder.facts.internal_error = "event 7: out of memory";
                          return builder;
                        }(),
                        [](Settings& s) { s.oversized_header = OnOversized::Accept; }, Defer, kNo,
                        kNo, Cause::InternalError, "on_error=defer"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(OversizedHeader, GivesNoResultOfItsAuthor) {
  const Verdict verdict = evaluate(oversized(genuine(kReject)).facts, Settings());
  EXPECT_TRUE(verdict.dmarc.empty());
  EXPECT_TRUE(verdict.evidence.empty());
}

TEST(OversizedHeader, IsNoReasonToTouchExemptMail) {
  FactsBuilder builder = oversized(genuine(kReject));
  builder.facts.exemption = Exemption::Authenticated;
  EXPECT_EQ(evaluate(builder.facts, Settings()).decision.action, ActionKind::Accept);
}

TEST(OversizedHeader, IsSoftenedByTheMode) {
  Settings settings;
  settings.mode = Mode::Tag;
  EXPECT_EQ(evaluate(oversized(genuine(kReject)).facts, settings).decision.action, ActionKind::Tag);
  settings.mode = Mode::Monitor;
  const Decision decision = evaluate(oversized(genuine(kReject)).facts, settings).decision;
  EXPECT_EQ(decision.action, ActionKind::Accept);
  EXPECT_EQ(decision.would, ActionKind::Reject);
}

FactsBuilder exempted() {
  FactsBuilder builder = forgery(kReject);
  builder.facts.exemption = Exemption::Authenticated;
  return builder;
}

FactsBuilder broken_inside() {
  FactsBuilder builder = genuine(kReject);
  builder.facts.internal_error = "event 7: out of memory";
  return builder;
}

INSTANTIATE_TEST_SUITE_P(
    Ours, EvaluateTest,
    testing::Values(Row{"P15_exempt", exempted(), defaults, Accept, kNo, kNo, Cause::None,
                        "exempt=authenticated"},
                    Row{"M42_internal_error_defers", broken_inside(), defaults, Defer, kNo, kNo,
                        Cause::InternalError, "on_error=defer"},
                    Row{"M42_internal_error_accepts", broken_inside(),
                        [](Settings& s) { s.on_error = OnError::Accept; }, Accept, kNo, kNo,
                        Cause::InternalError, "on_error=accept"}),
    [](const auto& param) { return std::string(param.param.name); });

struct ModeRow {
  const char* name;
  Mode mode;
  FactsBuilder facts;
  ActionKind would;
  ActionKind action;
};
std::ostream& operator<<(std::ostream& out, const ModeRow& row) { return out << row.name; }

class ModeTest : public testing::TestWithParam<ModeRow> {};

TEST_P(ModeTest, SoftensTheAction) {
  Settings settings;
  settings.mode = GetParam().mode;
  const Decision decision = evaluate(GetParam().facts.facts, settings).decision;
  EXPECT_EQ(to_string(decision.would), to_string(GetParam().would));
  EXPECT_EQ(to_string(decision.action), to_string(GetParam().action));
  // P-13: a difference from the request has a reason, and only that has one.
  const bool differs = decision.applied != decision.requested;
  EXPECT_EQ(decision.overrides.empty(), !differs);
  if (decision.action != decision.would && differs) {
    EXPECT_EQ(decision.overrides.back().type, Override::Type::LocalPolicy);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Q07, ModeTest,
    testing::Values(
        ModeRow{"enforce_rejects", Mode::Enforce, forgery(kReject), Reject, Reject},
        ModeRow{"tag_tags", Mode::Tag, forgery(kReject), Reject, Tag},
        ModeRow{"tag_accepts", Mode::Tag, genuine(kReject), Accept, Accept},
        ModeRow{"tag_tags_deferred", Mode::Tag, broken_inside(), Defer, Tag},
        ModeRow{"monitor_accepts", Mode::Monitor, forgery(kReject), Reject, Accept},
        ModeRow{"monitor_accepts_tagged", Mode::Monitor, forgery(kQuarantine), Tag, Accept},
        ModeRow{"monitor_accepts_errors", Mode::Monitor, broken_inside(), Defer, Accept}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Evaluate, D06_TooManyAuthorDomainsNeverPass) {
  FactsBuilder builder = several_domains(kNone);
  EXPECT_EQ(evaluate(builder.facts, {}).decision.action, Accept);
  builder.facts.author.truncated = true;
  const Verdict verdict = evaluate(builder.facts, {});
  EXPECT_EQ(verdict.decision.action, Reject);
  EXPECT_EQ(verdict.decision.cause, Cause::SeveralFromDomains);
}

TEST(Evaluate, D58_TestModeIsReported) {
  const Verdict verdict = evaluate(forgery("v=DMARC1; p=reject; t=y").facts, {});
  ASSERT_FALSE(verdict.decision.overrides.empty());
  EXPECT_EQ(verdict.decision.overrides.front().type, Override::Type::PolicyTestMode);
}

TEST(Evaluate, D58_NothingWasSoftenedWhereNothingWasAsked) {
  const Verdict verdict = evaluate(forgery("v=DMARC1; p=none; t=y").facts, {});
  EXPECT_TRUE(verdict.decision.overrides.empty());
}

TEST(Evaluate, P13_NoDifferenceNoReason) {
  Settings settings;
  settings.on_quarantine = OnQuarantine::Reject;
  const auto facts =
      FactsBuilder("bank.example").record(kReject).spf(SpfResult::Pass, "evil.example");
  const Decision decision = evaluate(facts.facts, settings).decision;
  EXPECT_EQ(decision.applied, decision.requested);
  EXPECT_TRUE(decision.overrides.empty());
}

TEST(Evaluate, ExemptMailIsNotEvaluated) {
  EXPECT_TRUE(evaluate(exempted().facts, {}).dmarc.empty());
}

TEST(Evaluate, M42_WhatWeFailedOnHasNoResult) {
  const Verdict verdict = evaluate(broken_inside().facts, {});
  EXPECT_TRUE(verdict.dmarc.empty());
  EXPECT_EQ(verdict.decision.why, "internal error (event 7)") << "the reply tells no details";
}

TEST(Evaluate, WhyIsPrintableAndNamesDomainAndPolicy) {
  const std::string why = evaluate(forgery(kReject).facts, {}).decision.why;
  EXPECT_NE(why.find("DMARC"), std::string::npos);
  EXPECT_NE(why.find("bank.example"), std::string::npos);
  EXPECT_NE(why.find("p=reject"), std::string::npos);
}

}  // namespace
}  // namespace waarmerk::policy
