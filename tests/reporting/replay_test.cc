#include "reporting/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "policy/evaluate.h"
#include "tests/support/mail_flow.h"
#include "tests/support/record_samples.h"

namespace waarmerk::reporting {
namespace {

using policy::ActionKind;
using policy::Mode;
using policy::Settings;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Change kRejectToAccept{ActionKind::Reject, ActionKind::Accept};
constexpr Change kAcceptToReject{ActionKind::Accept, ActionKind::Reject};

/// Decides the record under these settings, as the daemon did when it wrote the line.
Record decided(Record record, const Settings& settings) {
  record.mode = settings.mode;
  record.verdict = policy::evaluate(record.facts, settings);
  return record;
}

/// A forgery of example.com, which asks for rejection: nothing signed it.
Record forged() {
  Record record = support::plain_record();
  record.facts.spf_mail_from.result = policy::SpfResult::Fail;
  record.facts.dkim.clear();
  record.facts.lists.clear();
  return record;
}

TEST(Replay, TheSameSettingsChangeNothing) {
  std::mt19937 random(7);
  const Settings settings{.mode = Mode::Tag, .on_reject = policy::OnReject::Reject};
  Replay replay(settings, Basis::Action);
  for (int i = 0; i < 300; ++i) {
    replay.add(decided(support::chance_record(random, support::Texts::Hostile), settings));
  }
  support::MailFlow flow(settings);
  for (int i = 0; i < 700; ++i) replay.add(flow.next());
  const ReplayReport& report = replay.report();
  EXPECT_EQ(report.messages, 1000U);
  EXPECT_EQ(report.changed, 0U);
  EXPECT_EQ(report.by_action.changed(), 0U);
  EXPECT_EQ(report.by_would.changed(), 0U);
  EXPECT_THAT(report.author_domains.rows(), IsEmpty());
}

TEST(Replay, EnforcingAfterMonitoringShowsWhatBecomesOfTheMail) {
  const Settings monitor{.mode = Mode::Monitor};
  const Settings enforce{.mode = Mode::Enforce};
  Replay replay(enforce, basis_for(enforce.mode));
  replay.add(decided(forged(), monitor));
  replay.add(decided(support::plain_record(), monitor));
  const ReplayReport& report = replay.report();
  EXPECT_EQ(report.by_action.at(kAcceptToReject), 1U);
  EXPECT_EQ(report.by_would.changed(), 0U) << "the policy is the same";
  EXPECT_EQ(report.changed, 1U) << "the mail that passes stays";
  EXPECT_THAT(
      report.rules.rows(),
      ElementsAre(ChangeTable::Row{
          "on_reject=evidence -> on_reject=evidence", kAcceptToReject, {1, {"4bXyz12T3w"}}}));
}

/// Who looks at a policy before he enforces it wants to see what it would do.
TEST(Replay, ACandidateThatMonitorsIsComparedByWhatItWouldDo) {
  const Settings before{.mode = Mode::Monitor};
  const Settings candidate{.mode = Mode::Monitor, .on_reject = policy::OnReject::Quarantine};
  EXPECT_EQ(basis_for(Mode::Monitor), Basis::Would);
  EXPECT_EQ(basis_for(Mode::Tag), Basis::Action);
  Replay replay(candidate, basis_for(candidate.mode));
  replay.add(decided(forged(), before));
  EXPECT_EQ(replay.report().by_action.changed(), 0U);
  EXPECT_EQ(replay.report().changed, 1U);
  EXPECT_THAT(
      replay.report().rules.rows(),
      ElementsAre(ChangeTable::Row{"on_reject=evidence -> on_reject=quarantine, on_quarantine=tag",
                                   {ActionKind::Reject, ActionKind::Tag},
                                   {1, {"4bXyz12T3w"}}}));
}

/// From "evidence" to "reject": only the mail that came through a list changes.
TEST(Replay, RejectingWithoutEvidenceShowsTheMailOfLists) {
  const Settings before;
  const Settings candidate{.on_reject = policy::OnReject::Reject};
  Record through_list = forged();
  through_list.facts.queue_id = "L1st";
  through_list.facts.spf_mail_from = {policy::SpfResult::Pass,
                                      DomainName::parse("lists.example.net").value()};
  through_list.facts.lists = {{"List-Id", DomainName::parse("talk.lists.example.net").value()}};
  Replay replay(candidate, Basis::Action);
  replay.add(decided(forged(), before));
  replay.add(decided(through_list, before));
  const ReplayReport& report = replay.report();
  const Tally one{1, {"L1st"}};
  const Change change{ActionKind::Tag, ActionKind::Reject};
  EXPECT_EQ(report.changed, 1U);
  EXPECT_THAT(report.changes.rows(), ElementsAre(ChangeTable::Row{"", change, one}));
  EXPECT_THAT(report.author_domains.rows(),
              ElementsAre(ChangeTable::Row{"example.com", change, one}));
  EXPECT_THAT(report.sources.rows(),
              ElementsAre(ChangeTable::Row{"192.0.2.1 (mail.example.com)", change, one}));
  EXPECT_THAT(report.recipient_domains.rows(),
              ElementsAre(ChangeTable::Row{"example.net", change, one}));
}

TEST(Replay, AMessageCountsForEachOfItsRecipientDomains) {
  const Settings candidate{.mode = Mode::Monitor};
  Record record = forged();
  record.facts.envelope.recipient_domains = {"example.net", "example.org"};
  Replay replay(candidate, Basis::Action);
  replay.add(decided(record, {}));
  EXPECT_THAT(replay.report().recipient_domains.rows(),
              ElementsAre(ChangeTable::Row{"example.net", kRejectToAccept, {1, {"4bXyz12T3w"}}},
                          ChangeTable::Row{"example.org", kRejectToAccept, {1, {"4bXyz12T3w"}}}));
  EXPECT_EQ(replay.report().changed, 1U);
}

TEST(Replay, ExemptMailStaysAsItIs) {
  const Settings candidate{.on_reject = policy::OnReject::Reject};
  Record record = forged();
  record.facts.exemption = policy::Exemption::Authenticated;
  Replay replay(candidate, Basis::Action);
  replay.add(decided(record, {}));
  EXPECT_EQ(replay.report().exempt, 1U);
  EXPECT_EQ(replay.report().changed, 0U);
}

TEST(Replay, CountsCorrectionsAndTheSpanOfTime) {
  const Settings candidate;
  Replay replay(candidate, Basis::Action);
  EXPECT_FALSE(replay.report().first);
  Record later = support::plain_record();
  later.facts.time += std::chrono::hours(2);
  replay.add(later);
  replay.add(support::plain_record());
  replay.add(Amendment{.amends = 42});
  EXPECT_EQ(replay.report().amendments, 1U);
  EXPECT_EQ(replay.report().messages, 2U);
  EXPECT_EQ(replay.report().first, support::plain_record().facts.time);
  EXPECT_EQ(replay.report().last, later.facts.time);
}

struct CutRow {
  const char* name;
  std::vector<std::string> cut;
  std::uint64_t counted;
};
class CutLines : public testing::TestWithParam<CutRow> {};

TEST_P(CutLines, CountWhereADecisionReads) {
  const Settings candidate;
  Record record = support::plain_record();
  record.cut = GetParam().cut;
  Replay replay(candidate, Basis::Action);
  replay.add(record);
  EXPECT_EQ(replay.report().cut, GetParam().counted);
  EXPECT_EQ(replay.report().messages, 1U) << "it is decided all the same";
}

INSTANTIATE_TEST_SUITE_P(
    Rows, CutLines,
    testing::Values(CutRow{"Whole", {}, 0}, CutRow{"Dns", {"dns[]"}, 0},
                    CutRow{"ATextOfASignature", {"dkim[].reason"}, 0},
                    CutRow{"ReportAddresses", {"walks[].steps[].rua[]"}, 0},
                    CutRow{"WhatWasFoundBefore", {"evidence[]", "dmarc_all[]"}, 0},
                    CutRow{"Signatures", {"dns[]", "dkim[]"}, 1},
                    CutRow{"Recipients", {"envelope.recipient_domains[]"}, 1},
                    CutRow{"Helo", {"client.helo"}, 1}, CutRow{"ClientName", {"client.name"}, 1},
                    CutRow{"TlsVersion", {"client.tls.version"}, 1},
                    CutRow{"TlsCipher", {"client.tls.cipher"}, 0}, CutRow{"Walks", {"walks[]"}, 1},
                    CutRow{"Steps", {"walks[].steps[]"}, 1},
                    CutRow{"Lists", {"traces.lists[]"}, 1}),
    [](const auto& param) { return std::string(param.param.name); });

/// The names of the lists are those that the writer uses.
TEST(Replay, KnowsALineThatTheWriterCut) {
  const auto record = parse_record(write_record(support::overfull_record(200, 1000)));
  ASSERT_TRUE(record);
  EXPECT_THAT(record->cut,
              testing::IsSupersetOf({"dkim[]", "walks[]", "walks[].steps[]", "traces.lists[]",
                                     "author_domains[]", "envelope.recipient_domains[]"}));
  const Settings candidate;
  Replay replay(candidate, Basis::Action);
  replay.add(*record);
  EXPECT_EQ(replay.report().cut, 1U);
}

TEST(UntriedOptions, AreThoseThatDecideWhatIsKnown) {
  Settings candidate;
  EXPECT_THAT(untried_options({}, candidate), IsEmpty());
  candidate.mode = Mode::Monitor;
  candidate.on_reject = policy::OnReject::Reject;
  candidate.log.addresses = true;
  candidate.dns.cache_bytes = 1 << 20;
  candidate.trusted_reinjection = {IpPrefix::parse("192.0.2.0/24").value()};
  EXPECT_THAT(untried_options({}, candidate), IsEmpty()) << "these a replay shows, or do nothing";
  candidate.spf.void_limit = 5;
  candidate.dkim.min_rsa_bits = 2048;
  candidate.exempt.networks = {IpPrefix::parse("192.0.2.0/24").value()};
  EXPECT_THAT(untried_options({}, candidate),
              ElementsAre(UntriedOption{"exempt.networks", "[]", "[\"192.0.2.0/24\"]"},
                          UntriedOption{"spf.void_limit", "2", "5"},
                          UntriedOption{"dkim.min_rsa_bits", "1024", "2048"}));
  EXPECT_THAT(untried_options(candidate, candidate), IsEmpty());
}

/// Walks were made by one method, and the list was asked or not.
TEST(UntriedOptions, AreThoseOfTheOrganizationalDomain) {
  Settings candidate;
  candidate.dmarc.org_domain = policy::DiscoveryMethod::Psl;
  candidate.dmarc.psl_sections = policy::PslSections::Icann;
  candidate.dmarc.compare_psl = true;
  EXPECT_THAT(untried_options({}, candidate),
              ElementsAre(UntriedOption{"dmarc.org_domain", "\"treewalk\"", "\"psl\""},
                          UntriedOption{"dmarc.psl_sections", "\"all\"", "\"icann\""},
                          UntriedOption{"dmarc.compare_psl", "false", "true"}));
}

}  // namespace
}  // namespace waarmerk::reporting
