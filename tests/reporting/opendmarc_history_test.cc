// OpenDMARC's history: reading it, and deciding by it.
#include "reporting/opendmarc_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/text.h"
#include "policy/evaluate.h"
#include "policy/settings.h"
#include "reporting/record.h"
#include "tests/support/history_entry.h"

namespace waarmerk::reporting {
namespace {

using policy::ActionKind;
using policy::DkimResult;
using policy::DmarcResult;
using policy::SpfResult;
using support::HistoryEntry;
using testing::HasSubstr;

/// The one message of these lines, or what is wrong with it.
Result<HistoryMessage> read(const std::vector<std::string>& lines) {
  HistoryReader reader;
  for (const std::string& line : lines) {
    if (auto early = reader.feed(line)) return std::move(*early);
  }
  auto message = reader.finish();
  return message ? std::move(*message) : fail("no message");
}
Result<HistoryMessage> read(const HistoryEntry& entry) { return read(entry.lines()); }

/// What our policy says about the entry.
policy::Verdict decide(const HistoryEntry& entry, const policy::Settings& settings = {}) {
  return policy::evaluate(facts_of(read(entry).value()), settings);
}

/// A forgery: nothing passes, and OpenDMARC rejects it.
HistoryEntry forged() {
  return HistoryEntry{}
      .with("spf", "7")
      .with("align_spf", "5")
      .with("policy", "16")
      .with("action", "0");
}

TEST(OpenDmarcHistory, ReadsAMessage) {
  const auto message = read(HistoryEntry{}.signed_by("example.com s2026 0").with("sp", "113"));
  ASSERT_TRUE(message) << message.error().text;
  EXPECT_EQ(message->job, "4Xk1Pz2c9bz7");
  EXPECT_EQ(message->received, WallTime(std::chrono::seconds(1777638605)));
  EXPECT_EQ(message->ip, IpAddress::parse("192.0.2.7").value());
  EXPECT_EQ(message->from.text(), "example.com");
  EXPECT_EQ(message->spf, SpfResult::Pass);
  ASSERT_EQ(message->signatures.size(), 1U);
  EXPECT_EQ(message->signatures.front().selector, "s2026");
  EXPECT_EQ(message->signatures.front().result, DkimResult::Pass);
  ASSERT_TRUE(message->record);
  EXPECT_EQ(message->record->p, policy::Disposition::Reject);
  EXPECT_EQ(message->record->sp, policy::Disposition::Quarantine);
  EXPECT_EQ(message->record->rua, std::vector<std::string>{"mailto:reports@example.com"});
  EXPECT_TRUE(message->aligned);
  EXPECT_EQ(message->policy, HistoryPolicy::Pass);
  EXPECT_EQ(message->action, ActionKind::Accept);
}

TEST(OpenDmarcHistory, AMessageEndsWhereTheNextBegins) {
  HistoryReader reader;
  for (const std::string& line : HistoryEntry{}.lines()) EXPECT_FALSE(reader.feed(line));
  const auto first = reader.feed("job second");
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->job, "4Xk1Pz2c9bz7");
  const auto second = reader.finish();
  ASSERT_TRUE(second);
  EXPECT_FALSE(*second) << "it has no other line";
  EXPECT_FALSE(reader.finish()) << "the end comes once";
}

struct CodeRow {
  const char* name;
  const char* key;
  const char* value;
  bool taken;
};
class Codes : public testing::TestWithParam<CodeRow> {};

TEST_P(Codes, AreTakenOrDamageTheMessage) {
  const auto message = read(HistoryEntry{}.with(GetParam().key, GetParam().value));
  EXPECT_EQ(message.has_value(), GetParam().taken);
  if (message) return;
  EXPECT_THAT(message.error().text, HasSubstr(GetParam().key));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Codes,
    testing::Values(
        CodeRow{"SpfNotEvaluated", "spf", "-1", true},
        CodeRow{"SpfUnknownCode", "spf", "13", false}, CodeRow{"SpfWord", "spf", "pass", false},
        CodeRow{"PolicyNone", "policy", "18", true},
        CodeRow{"PolicyUnknown", "policy", "19", false}, CodeRow{"PAbsent", "p", "0", true},
        CodeRow{"PLetter", "p", "r", false}, CodeRow{"AspfOfAFault", "aspf", "2", true},
        CodeRow{"AspfWord", "aspf", "r", false}, CodeRow{"PctZero", "pct", "0", true},
        CodeRow{"PctTooHigh", "pct", "101", false},
        CodeRow{"ActionQuarantine", "action", "4", true},
        CodeRow{"ActionUnknown", "action", "5", false},
        CodeRow{"AlignmentUnknown", "align_spf", "3", false},
        CodeRow{"ReceivedTooFar", "received", "999999999999999", false},
        CodeRow{"ReceivedNegative", "received", "-5", false},
        CodeRow{"FromWithBracket", "from", "victim.example>", false},
        CodeRow{"FromWithNul", "from", "a\\000.example", false},
        CodeRow{"NoAction", "action", "", false}, CodeRow{"NoPolicy", "policy", "", false},
        CodeRow{"NoFrom", "from", "", false}, CodeRow{"NoReceived", "received", "", false},
        CodeRow{"PolicyDomainElsewhere", "pdomain", "example.org", false},
        CodeRow{"LocalClient", "ipaddr", "unspecified", true},
        CodeRow{"NullSender", "mfrom", "", true}, CodeRow{"UnknownKey", "spf_scope", "9", true}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(OpenDmarcHistory, ALineBeforeAnyMessageIsDamage) {
  HistoryReader reader;
  const auto early = reader.feed("from example.com");
  ASSERT_TRUE(early);
  EXPECT_FALSE(*early);
}

TEST(OpenDmarcHistory, AnEndlessMessageIsDamageAndBounded) {
  HistoryReader reader;
  EXPECT_FALSE(reader.feed("job endless"));
  for (std::size_t i = 0; i < HistoryReader::kMaxEntryLines + 10; ++i) {
    EXPECT_FALSE(reader.feed("rua mailto:a@example.com"));
  }
  const auto message = reader.finish();
  ASSERT_TRUE(message);
  ASSERT_FALSE(*message);
  EXPECT_THAT(message->error().text, HasSubstr("lines"));
  // The next one is not touched by it.
  for (const std::string& line : HistoryEntry{}.lines()) EXPECT_FALSE(reader.feed(line));
  EXPECT_TRUE(reader.finish().value());
}

TEST(OpenDmarcHistory, KeepsABoundedNumberOfSignatures) {
  HistoryEntry entry;
  for (int i = 0; i < 300; ++i) entry = entry.signed_by("example.com s 7");
  EXPECT_EQ(read(entry)->signatures.size(), kMaxSignatures);
}

TEST(OpenDmarcHistory, ASignatureWithoutASelectorIsOfAnOlderVersion) {
  EXPECT_EQ(read(HistoryEntry{}.signed_by("example.com 0"))->signatures.front().result,
            DkimResult::Pass);
  EXPECT_EQ(read(HistoryEntry{}.signed_by("example.com - 7"))->signatures.front().selector, "");
  EXPECT_FALSE(read(HistoryEntry{}.signed_by("example.com"))) << "no result";
  EXPECT_FALSE(read(HistoryEntry{}.signed_by("example.com a b 0"))) << "too many words";
}

/// Whatever became of the file: what can be read can be decided.
TEST(OpenDmarcHistory, DamageByChanceIsNeverWorseThanDamage) {
  std::mt19937 random(11);
  const std::string whole = HistoryEntry{}
                                .signed_by("mail.example.com s 0")
                                .signed_by("example.org - 7")
                                .with("from", "a.b.example.com")
                                .text();
  std::size_t read_well = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text = whole;
    for (std::size_t change = 1 + random() % 3; change > 0; --change) {
      text[random() % text.size()] = "0147 .-\n\x1b\xff\0es"[random() % 13];
    }
    HistoryReader reader;
    std::vector<std::optional<Result<HistoryMessage>>> messages;
    for (const std::string_view line : split(text, '\n')) messages.push_back(reader.feed(line));
    messages.push_back(reader.finish());
    for (const auto& message : messages) {
      if (!message || !*message) continue;
      ++read_well;
      const auto verdict = policy::evaluate(facts_of(**message), {});
      EXPECT_FALSE(verdict.decision.rule.empty());
    }
  }
  EXPECT_GT(read_well, 500U) << "most lines do not matter, or are still right";
}

/// A report address that holds a separator could add tags to the record.
TEST(OpenDmarcHistory, ReportAddressesCannotAddTags) {
  HistoryEntry entry;
  entry.report_addresses = {"mailto:a@example.com;p=none", "mailto:b@example.com"};
  const auto message = read(entry);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->record->p, policy::Disposition::Reject);
  EXPECT_FALSE(message->record->policy_tag_invalid);
  EXPECT_EQ(message->record->rua, std::vector<std::string>{"mailto:b@example.com"});
}

struct DecisionRow {
  const char* name;
  HistoryEntry entry;
  DmarcResult result;
  ActionKind action;
};
class HistoryDecision : public testing::TestWithParam<DecisionRow> {};

TEST_P(HistoryDecision, FollowsTheEvidence) {
  const auto verdict = decide(GetParam().entry);
  ASSERT_NE(verdict.deciding_dmarc(), nullptr);
  EXPECT_EQ(verdict.deciding_dmarc()->result, GetParam().result)
      << verdict.deciding_dmarc()->reason;
  EXPECT_EQ(verdict.decision.action, GetParam().action) << verdict.decision.why;
}

HistoryEntry subdomain(const HistoryEntry& entry) { return entry.with("from", "shop.example.com"); }

INSTANTIATE_TEST_SUITE_P(
    Rows, HistoryDecision,
    testing::Values(
        DecisionRow{"SpfAligned", {}, DmarcResult::Pass, ActionKind::Accept},
        DecisionRow{"Forged", forged(), DmarcResult::Fail, ActionKind::Reject},
        DecisionRow{"ForgedUnderQuarantine", forged().with("p", "113"), DmarcResult::Fail,
                    ActionKind::Tag},
        DecisionRow{"ForgedUnderNone", forged().with("p", "110"), DmarcResult::Fail,
                    ActionKind::Accept},
        DecisionRow{"SubdomainBySp", subdomain(forged()).with("sp", "110"), DmarcResult::Fail,
                    ActionKind::Accept},
        DecisionRow{"SubdomainByP", subdomain(forged()), DmarcResult::Fail, ActionKind::Reject},
        DecisionRow{"SignatureOfTheAuthor", forged().signed_by("example.com s 0"),
                    DmarcResult::Pass, ActionKind::Accept},
        DecisionRow{"SignatureOfAStranger", forged().signed_by("example.org s 0"),
                    DmarcResult::Fail, ActionKind::Reject},
        DecisionRow{"SignatureBelowTheRecord", forged().signed_by("mail.example.com s 0"),
                    DmarcResult::Pass, ActionKind::Accept},
        // Not aligned, but no forgery either: the same organization signed it.
        DecisionRow{"SignatureBelowTheRecordStrict",
                    forged().signed_by("mail.example.com s 0").with("adkim", "115"),
                    DmarcResult::Fail, ActionKind::Tag},
        DecisionRow{"KeyNotReachable", forged().signed_by("example.com s 4"),
                    DmarcResult::TempError, ActionKind::Accept},
        // The record stands below what the two names share: only the list of public suffixes knew.
        DecisionRow{"BesideTheRecordAsOpenDmarcFound",
                    subdomain(forged())
                        .with("pdomain", "shop.example.com")
                        .signed_by("mail.example.com s 0")
                        .with("align_dkim", "4"),
                    DmarcResult::Pass, ActionKind::Accept},
        DecisionRow{"BesideTheRecordNotFound",
                    subdomain(forged())
                        .with("pdomain", "shop.example.com")
                        .signed_by("mail.example.com s 0"),
                    DmarcResult::Fail, ActionKind::Reject},
        // One label in common is a public suffix: no alignment, whatever the file says.
        DecisionRow{"AlignedByATopLevelDomain",
                    forged().signed_by("com s 0").with("align_dkim", "4"), DmarcResult::Fail,
                    ActionKind::Reject},
        DecisionRow{"HeloAligned", HistoryEntry{}.with("mfrom", ""), DmarcResult::Pass,
                    ActionKind::Accept},
        DecisionRow{"HeloNotAligned",
                    HistoryEntry{}.with("mfrom", "").with("align_spf", "5").with("policy", "16"),
                    DmarcResult::Fail, ActionKind::Tag},
        DecisionRow{"SpfOfHeloDoesNotSpeakForMailFrom",
                    HistoryEntry{}.with("spf_scope", "2").with("align_spf", "5"), DmarcResult::Fail,
                    ActionKind::Tag},
        DecisionRow{"NoRecord", forged().with("policy", "14").with("action", "2"),
                    DmarcResult::None, ActionKind::Accept},
        // OpenDMARC compares the whole address where it should compare its domain.
        DecisionRow{"SpfPassThatOpenDmarcMissed",
                    HistoryEntry{}.with("align_spf", "5").with("policy", "16").with("action", "0"),
                    DmarcResult::Pass, ActionKind::Accept}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(OpenDmarcHistory, KnowsWhatRejectingWouldHaveDone) {
  EXPECT_EQ(would_of(read(forged().with("action", "2")).value()), ActionKind::Reject);
  EXPECT_EQ(would_of(read(forged().with("action", "2").with("policy", "17")).value()),
            ActionKind::Hold);
  EXPECT_EQ(would_of(read(HistoryEntry{}).value()), ActionKind::Accept);
  EXPECT_EQ(would_of(read(forged().with("action", "3")).value()), ActionKind::Defer);
}

}  // namespace
}  // namespace waarmerk::reporting
