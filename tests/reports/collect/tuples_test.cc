// What messages count as: the tuples of RFC 9990 3.1, one case for each decision of the mapping.
#include "reporting/collect/tuples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "tests/support/record_samples.h"

namespace waarmerk::reporting {
namespace {

using policy::Disposition;
using policy::DkimCause;
using policy::DkimResult;
using policy::DmarcResult;
using policy::Override;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

DomainName domain(std::string_view text) { return DomainName::from_octets(text).value(); }

std::vector<ReportTuple> tuples(const Record& record) {
  PublishedRecords known;
  return tuples_of(record, known);
}

ReportRow row(const Record& record) {
  const auto all = tuples(record);
  EXPECT_THAT(all, SizeIs(1));
  return all.empty() ? ReportRow{.source_ip = IpAddress::v4({})} : all.front().row;
}

/// A message from example.com that fails under `p`, on which `applied` was done.
Record failing(Disposition p, Disposition applied) {
  Record record = support::plain_record();
  auto& evaluation = record.verdict.dmarc.front();
  evaluation.result = DmarcResult::Fail;
  evaluation.aligned.clear();
  evaluation.policy = p;
  evaluation.record->p = p;
  evaluation.record->text = "v=DMARC1; p=" + std::string(to_string(p)) + ";";
  record.verdict.decision.requested = p;
  record.verdict.decision.applied = applied;
  return record;
}

/// Adds an evaluation of another author domain, which does not decide.
policy::DmarcEvaluation& add_author(Record& record, std::string_view author, Disposition p) {
  policy::DmarcEvaluation other = record.verdict.dmarc.front();
  other.author_domain = domain(author);
  other.policy_domain = domain(author);
  other.policy = p;
  other.record->p = p;
  other.record->text = "v=DMARC1; p=" + std::string(to_string(p)) + ";";
  return record.verdict.dmarc.emplace_back(std::move(other));
}

// ---- Which messages -----------------------------------------------------------------------------

//
TEST(Tuples, CountWhatPassedAndWhatWasRefused) {
  EXPECT_THAT(tuples(support::plain_record()), SizeIs(1));
  EXPECT_THAT(tuples(failing(Disposition::Reject, Disposition::Reject)), SizeIs(1));
}

TEST(Tuples, DoNotCountWhatWasNotJudgedOrComesAgain) {
  Record record = support::plain_record();
  record.facts.exemption = policy::Exemption::Network;
  EXPECT_THAT(tuples(record), IsEmpty());
  record = support::plain_record();
  record.facts.oversized_header = true;
  EXPECT_THAT(tuples(record), IsEmpty());
  record = support::plain_record();
  record.facts.internal_error = "E-7: out of memory";
  EXPECT_THAT(tuples(record), IsEmpty());
  record = support::plain_record();
  record.facts.client.ip.reset();
  EXPECT_THAT(tuples(record), IsEmpty());
  record = support::plain_record();
  record.verdict.decision.action = policy::ActionKind::Defer;
  EXPECT_THAT(tuples(record), IsEmpty());
}

TEST(Tuples, NeedARecordThatApplies) {
  Record record = support::plain_record();
  record.verdict.dmarc.front().record.reset();
  EXPECT_THAT(tuples(record), IsEmpty());
  record = support::plain_record();
  record.verdict.dmarc.front().policy_domain.reset();
  EXPECT_THAT(tuples(record), IsEmpty());
  for (const DmarcResult result : {DmarcResult::None, DmarcResult::PermError}) {
    record = support::plain_record();
    record.verdict.dmarc.front().result = result;
    EXPECT_THAT(tuples(record), IsEmpty()) << to_string(result);
  }
  record.verdict.dmarc.clear();
  EXPECT_THAT(tuples(record), IsEmpty()) << "no author domain";
}

//
TEST(Tuples, TellReportTrafficFromMail) {
  policy::Envelope envelope{.mail_from_domain = domain("example.com"), .null_sender = false};
  EXPECT_TRUE(is_ordinary(envelope));
  envelope.to_report_mailbox = true;
  EXPECT_FALSE(is_ordinary(envelope));
  envelope = {.mail_from_domain = std::nullopt, .null_sender = true};
  EXPECT_FALSE(is_ordinary(envelope));
}

// ---- Which report -------------------------------------------------------------------------------

//
TEST(Tuples, BelongToThePolicyAndTheDayOfTheMessage) {
  Record record = support::plain_record();
  record.verdict.dmarc.front().author_domain = domain("news.example.com");
  record.verdict.dmarc.front().discovery = policy::DiscoveryMethod::Psl;
  const ReportTuple tuple = tuples(record).at(0);
  EXPECT_EQ(tuple.key.policy.domain, domain("example.com"));
  EXPECT_EQ(tuple.key.policy.discovery, policy::DiscoveryMethod::Psl);
  EXPECT_EQ(tuple.key.policy.record.text, record.verdict.dmarc.front().record->text);
  EXPECT_EQ(day_text(tuple.key.day), "2026-05-01");
  EXPECT_EQ(tuple.row.header_from, "news.example.com");
  record.facts.time =
      std::chrono::sys_days(std::chrono::year(2026) / 5 / 2) - std::chrono::microseconds(1);
  EXPECT_EQ(day_text(tuples(record).at(0).key.day), "2026-05-01");
  record.facts.time += std::chrono::microseconds(1);
  EXPECT_EQ(day_text(tuples(record).at(0).key.day), "2026-05-02");
}

// mail from example.com, foo.example.com without a record, bar.example.com with its
// own.
TEST(Tuples, A03_ExampleOfTheRfc) {
  Record record = support::plain_record();
  auto& first = record.verdict.dmarc.front();
  first.author_domain = domain("example.com");
  add_author(record, "foo.example.com", Disposition::Reject).policy_domain = domain("example.com");
  record.verdict.dmarc.back().record = record.verdict.dmarc.front().record;
  add_author(record, "bar.example.com", Disposition::None);
  const auto all = tuples(record);
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].key, all[1].key) << "one report for example.com";
  EXPECT_NE(all[0].key, all[2].key);
  EXPECT_EQ(all[2].key.policy.domain, domain("bar.example.com"));
  EXPECT_EQ(all[0].row.header_from, "example.com");
  EXPECT_EQ(all[1].row.header_from, "foo.example.com");
  EXPECT_EQ(all[2].row.header_from, "bar.example.com");
}

/// The tags come out of the text: what else a line has of the record may be cut.
TEST(Tuples, ReadTheRecordFromItsText) {
  Record record = support::plain_record();
  record.verdict.dmarc.front().record->text =
      "v=DMARC1; p=quarantine; sp=none; adkim=s; rua=mailto:a@example.com,mailto:b@example.com";
  record.verdict.dmarc.front().record->rua = {"mailto:a@exam"};
  record.verdict.dmarc.front().record->p.reset();
  const auto published = tuples(record).at(0).key.policy.record;
  EXPECT_EQ(published.p, Disposition::Quarantine);
  EXPECT_EQ(published.sp, Disposition::None);
  EXPECT_EQ(published.adkim, policy::dmarc::AlignmentMode::Strict);
  EXPECT_THAT(published.rua, ElementsAre("mailto:a@example.com", "mailto:b@example.com"));
}

/// The beginning of a long record must not hold half an address: that would be somebody else's.
TEST(Tuples, LeaveOutTheLastTagOfARecordThatIsTooLong) {
  PublishedRecords known;
  std::string text = "v=DMARC1; p=reject; rua=mailto:a@example.com; fo=1; ruf=mailto:" +
                     std::string(kMaxText, 'x') + "@example.com";
  text.resize(kMaxText);
  policy::dmarc::Record record = known.of(text);
  EXPECT_EQ(record.text, text);
  EXPECT_EQ(record.fo, "1");
  EXPECT_THAT(record.rua, ElementsAre("mailto:a@example.com"));
  EXPECT_THAT(record.ruf, IsEmpty());
  text = "v=DMARC1; p=reject; rua=mailto:a@example.com," + std::string(kMaxText, ' ');
  text.resize(kMaxText - 30);
  text += "mailto:b@example.com.attacker1";
  ASSERT_EQ(text.size(), kMaxText);
  EXPECT_THAT(known.of(text).rua, IsEmpty());
  text.pop_back();
  EXPECT_THAT(known.of(text).rua, SizeIs(2)) << "one that is whole";
}

/// A record whose text is cut would be another record, and another report.
TEST(Tuples, AreTheSameOfALineThatIsCut) {
  Record record = support::overfull_record(40, 500);
  record.facts.exemption = policy::Exemption::None;
  record.facts.oversized_header = false;
  record.facts.internal_error.clear();
  record.facts.client.ip = IpAddress::v4({192, 0, 2, 1});
  record.verdict.dmarc = support::plain_record().verdict.dmarc;
  record.verdict.deciding = 0;
  record.verdict.decision.action = policy::ActionKind::Accept;
  auto& published = *record.verdict.dmarc.front().record;
  published.text = "v=DMARC1; p=reject; " + std::string(800, ' ') + "rua=mailto:d@example.com";
  published.rua.assign(20, "mailto:d@example.com");
  const Record cut = parse_record(write_record(record)).value();
  EXPECT_FALSE(cut.cut.empty());
  ASSERT_THAT(tuples(cut), SizeIs(1));
  EXPECT_EQ(tuples(cut).front().key, tuples(record).front().key);
}

// ---- What was done ------------------------------------------------------------------------------

struct DoneCase {
  const char* name;
  DmarcResult result;
  Disposition policy;
  Disposition applied;
  ReportDisposition expected;
};
void PrintTo(const DoneCase& row, std::ostream* out) { *out << row.name; }

class Dispositions : public testing::TestWithParam<DoneCase> {};

//
TEST_P(Dispositions, SayWhatWasDone) {
  const DoneCase& c = GetParam();
  Record record = failing(c.policy, c.applied);
  record.verdict.dmarc.front().result = c.result;
  EXPECT_EQ(row(record).disposition, c.expected);
}

using enum Disposition;
INSTANTIATE_TEST_SUITE_P(
    Tuples, Dispositions,
    testing::Values(
        DoneCase{"passes under none", DmarcResult::Pass, None, None, ReportDisposition::None},
        DoneCase{"passes under quarantine", DmarcResult::Pass, Quarantine, None,
                 ReportDisposition::Pass},
        DoneCase{"passes under reject", DmarcResult::Pass, Reject, None, ReportDisposition::Pass},
        DoneCase{"passes, refused by a rule", DmarcResult::Pass, Reject, Reject,
                 ReportDisposition::Pass},
        DoneCase{"fails under none", DmarcResult::Fail, None, None, ReportDisposition::None},
        DoneCase{"fails, let through", DmarcResult::Fail, Reject, None, ReportDisposition::None},
        DoneCase{"fails, marked", DmarcResult::Fail, Reject, Quarantine,
                 ReportDisposition::Quarantine},
        DoneCase{"fails, refused", DmarcResult::Fail, Reject, Reject, ReportDisposition::Reject},
        DoneCase{"fails under none, refused", DmarcResult::Fail, None, Reject,
                 ReportDisposition::Reject},
        DoneCase{"DNS error", DmarcResult::TempError, Reject, None, ReportDisposition::None}));

Override local(std::string comment) { return {Override::Type::LocalPolicy, std::move(comment)}; }
const Override kTestMode{Override::Type::PolicyTestMode, "the record says t=y"};

TEST(Tuples, GiveReasonsForADifference) {
  Record record = failing(Reject, Quarantine);
  record.verdict.decision.overrides = {local("on_reject=evidence")};
  EXPECT_THAT(row(record).reasons, ElementsAre(local("on_reject=evidence")));
  record.verdict.decision.applied = Reject;
  EXPECT_THAT(row(record).reasons, IsEmpty()) << "what was asked for was done";
  record.verdict.decision.overrides = {kTestMode, local("mode=monitor")};
  EXPECT_THAT(row(record).reasons, ElementsAre(kTestMode));
}

TEST(Tuples, GiveTheReasonForWhatWasDoneToMailThatPasses) {
  Record record = support::plain_record();
  record.verdict.decision.overrides = {local("rule=partner-in-clear")};
  EXPECT_THAT(row(record).reasons, IsEmpty()) << "nothing was done";
  record.verdict.decision.applied = Reject;
  EXPECT_THAT(row(record).reasons, ElementsAre(local("rule=partner-in-clear")));
}

TEST(Tuples, TellOfADnsError) {
  Record record = failing(Reject, None);
  record.verdict.dmarc.front().result = DmarcResult::TempError;
  const ReportRow told = row(record);
  EXPECT_FALSE(told.dkim_aligned);
  EXPECT_FALSE(told.spf_aligned);
  EXPECT_THAT(told.reasons,
              ElementsAre(Override{Override::Type::Other, "a DNS error left the result open"}));
}

/// What was decided for one author domain was done for all; the others learn no more than that.
TEST(Tuples, ExplainWhatAnotherAuthorCaused) {
  Record record = failing(Reject, Reject);
  record.verdict.decision.overrides = {kTestMode, local("of example.com")};
  add_author(record, "example.org", None);
  add_author(record, "example.net", Reject);
  add_author(record, "example.edu", Reject).result = DmarcResult::Pass;
  auto& testing_domain = add_author(record, "example.info", Quarantine);
  testing_domain.record->text = "v=DMARC1; p=reject; t=y";
  testing_domain.policy_tag = "p";
  const auto all = tuples(record);
  ASSERT_THAT(all, SizeIs(5));
  const Override by_another = local("decided for another author of the message");
  EXPECT_EQ(all[1].row.disposition, ReportDisposition::Reject);
  EXPECT_THAT(all[1].row.reasons, ElementsAre(by_another));
  EXPECT_EQ(all[2].row.disposition, ReportDisposition::Reject);
  EXPECT_THAT(all[2].row.reasons, IsEmpty());
  EXPECT_EQ(all[3].row.disposition, ReportDisposition::Pass);
  EXPECT_THAT(all[3].row.reasons, IsEmpty());
  EXPECT_THAT(all[4].row.reasons, ElementsAre(kTestMode, by_another));
}

// ---- Results ------------------------------------------------------------------------------------

// neither an override nor a raw result changes them.
TEST(Tuples, SayWhatWasAligned) {
  Record record = support::plain_record();
  ReportRow told = row(record);
  EXPECT_TRUE(told.dkim_aligned);
  EXPECT_TRUE(told.spf_aligned);
  std::erase_if(record.verdict.dmarc.front().aligned, [](const auto& identifier) {
    return identifier.mechanism == policy::Mechanism::Spf;
  });
  told = row(record);
  EXPECT_TRUE(told.dkim_aligned);
  EXPECT_FALSE(told.spf_aligned);
  EXPECT_EQ(told.spf->result, policy::SpfResult::Pass) << "A-08";
}

//
TEST(Tuples, NameTheClient) {
  Record record = support::plain_record();
  record.facts.client.ip = IpAddress::parse("::ffff:192.0.2.9").value();
  EXPECT_EQ(row(record).source_ip.text(), "192.0.2.9");
}

//
TEST(Tuples, ReportSpfOfMailFromAlone) {
  Record record = support::plain_record();
  EXPECT_EQ(row(record).envelope_from, "example.com");
  EXPECT_EQ(row(record).spf, (ReportedSpf{"example.com", policy::SpfResult::Pass, ""}));
  record.facts.envelope.mail_from_domain.reset();
  record.facts.envelope.null_sender = true;
  record.facts.spf_mail_from.domain = domain("mail.example.com");
  EXPECT_EQ(row(record).envelope_from, "");
  EXPECT_EQ(row(record).spf->domain, "mail.example.com");
  record.facts.spf_mail_from.domain.reset();
  EXPECT_EQ(row(record).spf, std::nullopt);
}

//
TEST(Tuples, SayWhatIsWrongWithSpfWithoutLocalParts) {
  Record record = support::plain_record();
  record.facts.spf_mail_from.result = policy::SpfResult::PermError;
  record.facts.spf_mail_from.reason = "unknown mechanism \"ip5\"";
  EXPECT_EQ(row(record).spf->human_result, "unknown mechanism \"ip5\"");
  record.facts.envelope.mail_from_address = "anna@example.com";
  EXPECT_EQ(row(record).spf->human_result, "") << "the log keeps addresses, the reason may too";
  record.facts.envelope.mail_from_address.clear();
  record.facts.spf_mail_from.result = policy::SpfResult::Fail;
  EXPECT_EQ(row(record).spf->human_result, "");
}

policy::DkimOutcome signature(std::string_view signer, DkimResult result, std::string selector) {
  policy::DkimOutcome signature{.result = result, .domain = domain(signer)};
  signature.selector = std::move(selector);
  if (result != DkimResult::Pass) signature.cause = DkimCause::BodyHash;
  return signature;
}

std::vector<std::string> selectors(const ReportRow& told) {
  std::vector<std::string> all;
  for (const ReportedDkim& dkim : told.dkim) all.push_back(dkim.selector);
  return all;
}

//
TEST(Tuples, OrderSignaturesByWhatTheyProve) {
  Record record = support::plain_record();
  record.facts.dkim = {signature("example.com", DkimResult::Fail, "broken"),
                       signature("esp.example", DkimResult::Pass, "stranger"),
                       signature("mail.example.com", DkimResult::Pass, "relaxed"),
                       signature("example.com", DkimResult::Pass, "strict"),
                       signature("mail.example.com", DkimResult::Pass, "relaxed2")};
  record.verdict.dmarc.front().aligned = {
      {policy::Mechanism::Dkim, domain("mail.example.com"), false},
      {policy::Mechanism::Dkim, domain("example.com"), true},
      {policy::Mechanism::Spf, domain("esp.example"), false}};
  const ReportRow told = row(record);
  EXPECT_THAT(selectors(told), ElementsAre("strict", "relaxed", "relaxed2", "stranger", "broken"));
  EXPECT_EQ(told.dkim.front().human_result, "");
  EXPECT_EQ(told.dkim.back().human_result, "body-hash");
}

//
TEST(Tuples, ReportOnlySignaturesThatWereTried) {
  Record record = support::plain_record();
  policy::DkimOutcome beyond = signature("example.com", DkimResult::Policy, "beyond");
  beyond.cause = DkimCause::Limit;
  policy::DkimOutcome nobody = signature("example.com", DkimResult::PermError, "nobody");
  nobody.domain.reset();
  record.facts.dkim = {beyond, nobody, signature("example.com", DkimResult::PermError, ""),
                       signature("example.com", DkimResult::TempError, "tried")};
  EXPECT_THAT(selectors(row(record)), ElementsAre("tried"));
}

//
TEST(Tuples, KeepTheFirstHundredSignaturesInThatOrder) {
  Record record = support::plain_record();
  record.facts.dkim.assign(150, signature("esp.example", DkimResult::Fail, "broken"));
  record.facts.dkim.push_back(signature("example.com", DkimResult::Pass, "strict"));
  const ReportRow told = row(record);
  EXPECT_THAT(told.dkim, SizeIs(kMaxReportedSignatures));
  EXPECT_EQ(told.dkim.front().selector, "strict");
}

// names are A-labels; what the DNS allows beyond letters is spelled out.
TEST(Tuples, SpellNamesInPrintableCharacters) {
  Record record = support::plain_record();
  record.facts.dkim = {signature(std::string("a b\x01.example\0", 12), DkimResult::Fail, "s")};
  EXPECT_EQ(row(record).dkim.at(0).domain, "a\\032b\\001.example");
}

}  // namespace
}  // namespace waarmerk::reporting
