// What is kept of a record that is too long: the line must decide again as the message did.
#include "reporting/cut_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <random>
#include <string>

#include "policy/evaluate.h"
#include "tests/support/facts_builder.h"

namespace waarmerk::reporting {
namespace {

using policy::DkimCause;
using policy::DkimOutcome;
using policy::DkimResult;
using policy::SpfResult;
using policy::testing_support::domain;
using policy::testing_support::FactsBuilder;
using testing::Contains;
using testing::ElementsAre;
using testing::Gt;

// ---- Rows ---------------------------------------------------------------------------------------

TEST(CutOrder, KeepsTheWalksOfWhatItKeepsUntilTheLastRow) {
  constexpr std::size_t kAuthors = 5;
  constexpr std::size_t kLists = 4;
  for (std::size_t i = 0; i + 1 < kCutOrder.size(); ++i) {
    const Limits& row = kCutOrder[i];
    EXPECT_GE(row.walks, row.signatures + kAuthors + 1 + kLists) << "row " << i;
    EXPECT_GE(row.steps, 8U) << "row " << i;
    EXPECT_GE(row.uris, 1U) << "row " << i;
    EXPECT_GE(row.others, kAuthors) << "row " << i;
  }
}

TEST(CutOrder, NeverGivesBackWhatAnEarlierRowTook) {
  for (std::size_t i = 1; i < kCutOrder.size(); ++i) {
    const Limits& a = kCutOrder[i - 1];
    const Limits& b = kCutOrder[i];
    EXPECT_TRUE(b.dns_text <= a.dns_text && b.dns <= a.dns && b.recipients <= a.recipients &&
                b.junk_text <= a.junk_text && b.text <= a.text && b.uris <= a.uris &&
                b.signatures <= a.signatures && b.walks <= a.walks && b.steps <= a.steps &&
                b.others <= a.others)
        << "row " << i;
  }
}

// ---- Ranks --------------------------------------------------------------------------------------

struct JunkCase {
  DkimResult result;
  DkimCause cause;
  bool decides_nothing;
};
std::ostream& operator<<(std::ostream& out, const JunkCase& row) {
  return out << to_string(row.result) << " " << to_string(row.cause);
}

class Junk : public testing::TestWithParam<JunkCase> {};

TEST_P(Junk, IsWhatNoDecisionReads) {
  const DkimOutcome signature{.result = GetParam().result, .cause = GetParam().cause};
  EXPECT_EQ(decides_nothing(signature), GetParam().decides_nothing);
}

INSTANTIATE_TEST_SUITE_P(Rows, Junk,
                         testing::Values(JunkCase{DkimResult::Pass, DkimCause::None, false},
                                         JunkCase{DkimResult::Fail, DkimCause::BodyHash, false},
                                         JunkCase{DkimResult::Fail, DkimCause::HeaderHash, false},
                                         JunkCase{DkimResult::TempError, DkimCause::Dns, false},
                                         JunkCase{DkimResult::Policy, DkimCause::BodyLength, false},
                                         JunkCase{DkimResult::Policy, DkimCause::Limit, true},
                                         JunkCase{DkimResult::PermError, DkimCause::Syntax, true},
                                         JunkCase{DkimResult::PermError, DkimCause::Key, true},
                                         JunkCase{DkimResult::Neutral, DkimCause::Expired, true},
                                         JunkCase{DkimResult::None, DkimCause::Unsupported, true}));

/// One signature of each rank, the last rank first.
policy::Facts one_of_each_rank() {
  return FactsBuilder("example.com")
      .record("v=DMARC1; p=reject")
      .list_id("news.list.example")
      .signature("example.com", DkimResult::PermError, DkimCause::Syntax)
      .signature("example.com", DkimResult::Policy, DkimCause::Limit)
      .signature("stranger.example", DkimResult::Fail, DkimCause::HeaderHash)
      .signature("stranger.example", DkimResult::Fail, DkimCause::HeaderHash)
      .signature("stranger.example", DkimResult::Pass)
      .signature("list.example", DkimResult::Pass)
      .signature("a.example.com", DkimResult::Policy, DkimCause::BodyLength)
      .signature("b.example.com", DkimResult::TempError, DkimCause::Dns)
      .signature("example.com", DkimResult::Fail, DkimCause::BodyHash)
      .signature("example.com", DkimResult::Pass)
      .facts;
}

TEST(KeptSignatures, AreThoseThatDecideInTheOrderOfTheMessage) {
  const policy::Facts facts = one_of_each_rank();
  EXPECT_THAT(kept_signatures(facts, 1), ElementsAre(9));
  EXPECT_THAT(kept_signatures(facts, 2), ElementsAre(8, 9));
  EXPECT_THAT(kept_signatures(facts, 3), ElementsAre(7, 8, 9));
  EXPECT_THAT(kept_signatures(facts, 4), ElementsAre(6, 7, 8, 9));
  EXPECT_THAT(kept_signatures(facts, 5), ElementsAre(5, 6, 7, 8, 9));
  EXPECT_THAT(kept_signatures(facts, 6), ElementsAre(4, 5, 6, 7, 8, 9));
  EXPECT_THAT(kept_signatures(facts, 7), ElementsAre(2, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(kept_signatures(facts, 8), ElementsAre(2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(kept_signatures(facts, 9), ElementsAre(0, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_EQ(kept_signatures(facts, 10).size(), 10U);
  EXPECT_EQ(kept_signatures(facts, kAll).size(), 10U);
}

TEST(KeptWalks, AreThoseThatDecideInTheOrderOfTheMessage) {
  const policy::Facts facts = FactsBuilder("example.com")
                                  .walk("other.example")
                                  .walk("news.list.example")
                                  .walk("signer.example.com")
                                  .walk("mail.example.com")
                                  .record("v=DMARC1; p=reject")
                                  .spf(SpfResult::Pass, "mail.example.com")
                                  .list_id("news.list.example")
                                  .signature("signer.example.com", DkimResult::Pass)
                                  .signature("other.example", DkimResult::PermError)
                                  .facts;
  const std::vector<std::size_t> signatures = {0, 1};
  EXPECT_THAT(kept_walks(facts, signatures, 1), ElementsAre(4));
  EXPECT_THAT(kept_walks(facts, signatures, 2), ElementsAre(3, 4));
  EXPECT_THAT(kept_walks(facts, signatures, 3), ElementsAre(2, 3, 4));
  EXPECT_THAT(kept_walks(facts, signatures, 4), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(kept_walks(facts, signatures, 5).size(), 5U);
  EXPECT_THAT(kept_walks(facts, {1}, 3), ElementsAre(1, 3, 4)) << "no walk of what was not kept";
}

// ---- The law ------------------------------------------------------------------------------------

/// A message whose sender hides a few entries that decide among hundreds that do not.
class HostileMessage {
 public:
  explicit HostileMessage(std::mt19937& random) : random_(random), built_("example.com") {}

  policy::Facts facts() {
    constexpr std::array<std::string_view, 5> kRecords = {
        "v=DMARC1; p=reject", "v=DMARC1; p=reject; adkim=s; aspf=s", "v=DMARC1; p=quarantine",
        "v=DMARC1; p=reject; t=y", "v=DMARC1; p=none; rua=mailto:a@example.com"};
    built_.record(kRecords[below(kRecords.size())]);
    built_.spf(static_cast<SpfResult>(below(7)), below(4) == 0 ? "example.com" : "sender.example");
    if (below(2) == 0) built_.list_id("news.list.example").walk("news.list.example");
    const std::size_t deciding = below(4);
    for (std::size_t i = 0; i < deciding; ++i) add_deciding();
    add_strangers();
    built_.facts.dns.assign(300, {domain("dns.example"), dns::Type::Txt, dns::Status::Found,
                                  dns::Security::Insecure, std::string(kMaxText, 't')});
    add_junk(200 + below(400));
    // As gathering does it: what could be in alignment was walked.
    for (const auto& own : {"mail.example.com", "bounce.example.com"}) built_.walk(own);
    return std::move(built_.facts);
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  void add_deciding() {
    struct Entry {
      std::string_view domain;
      DkimResult result;
      DkimCause cause;
    };
    constexpr std::array kEntries = {
        Entry{"example.com", DkimResult::Pass, DkimCause::None},
        Entry{"mail.example.com", DkimResult::Pass, DkimCause::None},
        Entry{"example.com", DkimResult::Fail, DkimCause::BodyHash},
        Entry{"bounce.example.com", DkimResult::Fail, DkimCause::HeaderHash},
        Entry{"example.com", DkimResult::TempError, DkimCause::Dns},
        Entry{"mail.example.com", DkimResult::Policy, DkimCause::BodyLength},
        Entry{"list.example", DkimResult::Pass, DkimCause::None},
        Entry{"forwarder.example", DkimResult::Pass, DkimCause::None}};
    const Entry& entry = kEntries[below(kEntries.size())];
    built_.signature(entry.domain, entry.result, entry.cause);
  }

  /// Right signatures of the sender's own domains, each with a long name; some of them repeated.
  void add_strangers() {
    for (std::size_t i = below(10); i > 0; --i) {
      built_.signature(long_name(below(5)), DkimResult::Fail, DkimCause::HeaderHash);
    }
    const std::size_t own = below(4);
    for (std::size_t i = 0; i < own; ++i) built_.signature(long_name(i), DkimResult::Pass);
  }

  /// Above, below and between the others.
  void add_junk(std::size_t count) {
    constexpr std::array kKinds = {std::pair(DkimResult::PermError, DkimCause::Syntax),
                                   std::pair(DkimResult::PermError, DkimCause::Key),
                                   std::pair(DkimResult::Policy, DkimCause::Limit),
                                   std::pair(DkimResult::Neutral, DkimCause::Expired)};
    std::vector<DkimOutcome> deciding = std::move(built_.facts.dkim);
    built_.facts.dkim.clear();
    const std::size_t text = 20 + below(1000);
    for (std::size_t i = 0; i < count; ++i) {
      const auto& [result, cause] = kKinds[below(kKinds.size())];
      built_.signature(below(2) == 0 ? "example.com" : long_name(i), result, cause);
      DkimOutcome& junk = built_.facts.dkim.back();
      junk.selector = junk.reason = junk.header_b = std::string(text, 'j');
    }
    auto& all = built_.facts.dkim;
    // Mostly at the bottom, behind all the junk.
    for (DkimOutcome& entry : deciding) {
      const std::size_t place = below(3) == 0 ? below(all.size()) : all.size();
      all.insert(all.begin() + static_cast<std::ptrdiff_t>(place), std::move(entry));
    }
  }

  static std::string long_name(std::size_t number) {
    const std::string label(60, 'x');
    return "n" + std::to_string(number) + "." + label + "." + label + "." + label + ".example";
  }

  std::mt19937& random_;
  FactsBuilder built_;
};

policy::Settings settings_of_round(int round) {
  policy::Settings settings;
  settings.mode = static_cast<policy::Mode>(round % 3);
  settings.on_reject = round % 5 == 0 ? policy::OnReject::Reject : policy::OnReject::Evidence;
  settings.on_temperror = static_cast<policy::OnTempError>(round / 3 % 2);
  settings.forwarder_domains = {domain("forwarder.example")};
  return settings;
}

TEST(CutOrder, A60_JunkSignaturesDoNotHideWhatDecided) {
  std::mt19937 random(6376);
  std::map<policy::ActionKind, int> actions;
  std::map<policy::DmarcResult, int> results;
  for (int round = 0; round < 600; ++round) {
    const policy::Settings settings = settings_of_round(round);
    Record record;
    record.facts = HostileMessage(random).facts();
    record.verdict = policy::evaluate(record.facts, settings);
    const auto read = parse_record(write_record(record));
    ASSERT_TRUE(read.has_value()) << read.error().where << ": " << read.error().text;
    ASSERT_THAT(read->cut, Contains("dkim[]"));
    ASSERT_FALSE(read->facts.dns.empty());
    const policy::Verdict again = policy::evaluate(read->facts, settings);
    ASSERT_EQ(again.decision.action, record.verdict.decision.action) << "round " << round;
    ASSERT_EQ(again.decision.would, record.verdict.decision.would) << "round " << round;
    ASSERT_EQ(again.decision.applied, record.verdict.decision.applied) << "round " << round;
    ASSERT_EQ(again.decision.cause, record.verdict.decision.cause) << "round " << round;
    ASSERT_EQ(again.dmarc.front().result, record.verdict.dmarc.front().result) << "round " << round;
    ++actions[record.verdict.decision.would];
    ++results[record.verdict.dmarc.front().result];
  }
  // Otherwise the comparison says little.
  for (const auto kind : {policy::ActionKind::Accept, policy::ActionKind::Tag,
                          policy::ActionKind::Reject, policy::ActionKind::Defer}) {
    EXPECT_THAT(actions[kind], Gt(10)) << to_string(kind);
  }
  for (const auto result :
       {policy::DmarcResult::Pass, policy::DmarcResult::Fail, policy::DmarcResult::TempError}) {
    EXPECT_THAT(results[result], Gt(10)) << to_string(result);
  }
}

/// A sender who fills the list of what could decide as well, with walks of eight long names each.
TEST(CutOrder, A60_KeepsWhatDecidedAmongManyRightSignatures) {
  FactsBuilder built("example.com");
  built.record("v=DMARC1; p=reject").spf(SpfResult::Fail, "example.com");
  built.list_id("list.example").walk("list.example");
  const std::string deep = "." + std::string(60, 'a') + ".b.c.d." + std::string(60, 'e') + ".";
  for (int i = 0; i < 60; ++i) {
    const std::string own = "n" + std::to_string(i) + deep + std::string(50, 'f') + ".list.example";
    built.signature(own, DkimResult::Pass).walk(own, "list.example", "v=DMARC1; p=none; psd=y");
  }
  built.signature("example.com", DkimResult::Fail, DkimCause::BodyHash);
  Record record;
  record.facts = std::move(built.facts);
  record.verdict = policy::evaluate(record.facts, {});
  ASSERT_EQ(record.verdict.decision.action, policy::ActionKind::Tag);
  const auto read = parse_record(write_record(record));
  ASSERT_TRUE(read.has_value());
  ASSERT_THAT(read->cut, testing::IsSupersetOf({"dkim[]", "walks[]"}));
  const policy::Verdict again = policy::evaluate(read->facts, {});
  EXPECT_EQ(again.decision.action, policy::ActionKind::Tag);
  EXPECT_EQ(again.dmarc.front().result, policy::DmarcResult::Fail);
}

TEST(CutOrder, TakesTheTextsOfJunkBeforeThoseOfWhatDecided) {
  Record record;
  record.facts = FactsBuilder("example.com").signature("example.com", DkimResult::Pass).facts;
  record.facts.dkim.front().reason = std::string(500, 'r');
  DkimOutcome junk{.result = DkimResult::PermError, .cause = DkimCause::Syntax};
  junk.reason = std::string(kMaxText, 'j');
  record.facts.dkim.insert(record.facts.dkim.begin(), 99, junk);
  const auto read = parse_record(write_record(record));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->cut, std::vector<std::string>{"dkim[].reason"});
  ASSERT_EQ(read->facts.dkim.size(), 100U);
  EXPECT_EQ(read->facts.dkim.front().reason, "");
  EXPECT_EQ(read->facts.dkim.back(), record.facts.dkim.back());
}

/// Whom a message was for is asked by rules: what was cut of it must not look like all.
TEST(CutOrder, SaysHowManyDomainsOfRecipientsAreMissing) {
  const auto read_again = [](std::size_t domains, unsigned unlisted, std::size_t text) {
    Record record;
    record.facts = FactsBuilder("example.com").facts;
    record.facts.envelope.unlisted_recipients = unlisted;
    for (std::size_t i = 0; i < domains; ++i) {
      record.facts.envelope.recipient_domains.push_back("n" + std::to_string(i) + "." +
                                                        std::string(text, 'r') + ".example");
    }
    record.facts.dkim.assign(90, {.result = DkimResult::Fail,
                                  .cause = DkimCause::HeaderHash,
                                  .selector = std::string(500, 's')});
    return parse_record(write_record(record)).value();
  };
  const Record cut = read_again(100, 2, 240);
  EXPECT_THAT(cut.cut, Contains("envelope.recipient_domains[]"));
  EXPECT_EQ(cut.facts.envelope.recipient_domains.size() + cut.facts.envelope.unlisted_recipients,
            102U);
  EXPECT_EQ(parse_record(write_record(cut)).value(), cut);
  const Record whole = read_again(3, 2, 10);
  EXPECT_EQ(whole.facts.envelope.recipient_domains.size(), 3U);
  EXPECT_EQ(whole.facts.envelope.unlisted_recipients, 2U);
}

}  // namespace
}  // namespace waarmerk::reporting
