// What is written of a message in OpenDMARC's history, and that our reader of such files finds it
// again.
#include "reporting/opendmarc_history_writer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/text.h"
#include "policy/evaluate.h"
#include "reporting/opendmarc_history.h"
#include "tests/support/record_samples.h"

namespace waarmerk::reporting {
namespace {

using policy::ActionKind;
using policy::DkimResult;
using policy::DmarcResult;

/// The messages that a text holds for our reader.
std::vector<Result<HistoryMessage>> read_back(const std::string& text) {
  std::vector<Result<HistoryMessage>> messages;
  HistoryReader reader;
  std::string_view left = text;
  while (!left.empty()) {
    const auto end = left.find('\n');
    EXPECT_NE(end, std::string_view::npos) << "a line without its end";
    if (auto message = reader.feed(left.substr(0, end))) messages.push_back(std::move(*message));
    left.remove_prefix(std::min(end, left.size() - 1) + 1);
  }
  if (auto message = reader.finish()) messages.push_back(std::move(*message));
  return messages;
}

/// The value of the first line of that key; "none" without one.
std::string value_in(const std::string& text, const std::string& key) {
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with(key + " ")) return std::string(line.substr(key.size() + 1));
  }
  return "none";
}

TEST(HistoryWriter, WritesTheKeysOfTheReleaseInTheirOrder) {
  const HistoryEntry entry = history_entry(support::plain_record());
  EXPECT_TRUE(entry.left_out.empty());
  std::string keys;
  for (const std::string_view line : split(entry.text, '\n')) {
    const std::string key(line.substr(0, line.find(' ')));
    if (!key.empty() && !keys.ends_with(" " + key)) keys += " " + key;
  }
  EXPECT_EQ(keys,
            " job reporter received ipaddr from mfrom dkim spf pdomain policy rua pct adkim aspf p "
            "sp align_dkim align_spf arc arc_policy action");
}

TEST(HistoryWriter, WritesLaterKeysOnlyWhenAsked) {
  const std::string released = history_entry(support::plain_record()).text;
  const std::string developed = history_entry(support::plain_record(), HistoryKeys::Developed).text;
  EXPECT_EQ(value_in(released, "spf_scope"), "none");
  EXPECT_EQ(value_in(released, "fo"), "none");
  EXPECT_EQ(value_in(developed, "spf_scope"), "1");
  EXPECT_EQ(value_in(developed, "fo"), "1");
}

TEST(HistoryWriter, WritesWhatIsReadBack) {
  const Record record = support::plain_record();
  const auto messages = read_back(history_entry(record).text);
  ASSERT_EQ(messages.size(), 1U);
  ASSERT_TRUE(messages[0].has_value()) << messages[0].error().text;
  const HistoryMessage& message = *messages[0];
  const policy::DmarcEvaluation& dmarc = record.verdict.dmarc[0];
  EXPECT_EQ(message.job, record.facts.queue_id);
  EXPECT_EQ(message.received, std::chrono::floor<std::chrono::seconds>(record.facts.time));
  EXPECT_EQ(message.ip, record.facts.client.ip);
  EXPECT_EQ(message.from, dmarc.author_domain);
  EXPECT_EQ(message.mail_from, record.facts.envelope.mail_from_domain);
  EXPECT_EQ(message.spf, record.facts.spf_mail_from.result);
  EXPECT_EQ(message.signatures.size(), record.facts.dkim.size());
  EXPECT_EQ(message.policy_domain, dmarc.policy_domain);
  EXPECT_EQ(message.record->p, dmarc.record->p);
  EXPECT_EQ(message.record->rua, dmarc.record->rua);
  EXPECT_EQ(message.policy, HistoryPolicy::Pass);
  EXPECT_TRUE(message.aligned);
  EXPECT_EQ(message.action, ActionKind::Accept);
  EXPECT_EQ(policy::evaluate(facts_of(message), {}).deciding_dmarc()->result, DmarcResult::Pass);
}

TEST(HistoryWriter, AFailureIsReadBackAsOne) {
  Record record = support::plain_record();
  record.verdict.dmarc[0].result = DmarcResult::Fail;
  record.verdict.dmarc[0].aligned.clear();
  record.verdict.dmarc[0].policy = policy::Disposition::Reject;
  record.verdict.dmarc[0].policy_tag = "p";
  record.verdict.decision.action = ActionKind::Reject;
  const auto messages = read_back(history_entry(record).text);
  ASSERT_EQ(messages.size(), 1U);
  ASSERT_TRUE(messages[0].has_value()) << messages[0].error().text;
  EXPECT_EQ(messages[0]->policy, HistoryPolicy::Reject);
  EXPECT_FALSE(messages[0]->aligned);
  EXPECT_EQ(messages[0]->action, ActionKind::Reject);
}

TEST(HistoryWriter, TheNullSenderHasAnEmptyDomain) {
  Record record = support::plain_record();
  record.facts.envelope.mail_from_domain.reset();
  record.facts.envelope.null_sender = true;
  const std::string text = history_entry(record, HistoryKeys::Developed).text;
  EXPECT_NE(text.find("\nmfrom \n"), std::string::npos);
  EXPECT_EQ(value_in(text, "spf_scope"), "2");
  EXPECT_EQ(read_back(text).at(0)->mail_from, std::nullopt);
}

TEST(HistoryWriter, AMessageWithoutQueueIdIsNamedByItsPlace) {
  Record record = support::plain_record();
  record.facts.queue_id.clear();
  EXPECT_EQ(value_in(history_entry(record).text, "job"),
            record.run + "." + std::to_string(record.seq));
}

TEST(HistoryWriter, WritesNothingOfMailThatOpenDmarcDoesNotRecord) {
  const auto is_written = [](auto change) {
    Record record = support::plain_record();
    change(record);
    return !history_entry(record).text.empty();
  };
  EXPECT_TRUE(is_written([](Record&) {}));
  EXPECT_FALSE(is_written([](Record& r) { r.facts.exemption = policy::Exemption::Authenticated; }));
  EXPECT_FALSE(is_written([](Record& r) { r.facts.internal_error = "an error"; }));
  EXPECT_FALSE(is_written([](Record& r) { r.verdict.dmarc.clear(); }));
  EXPECT_FALSE(is_written([](Record& r) { r.verdict.dmarc.push_back(r.verdict.dmarc[0]); }));
  EXPECT_FALSE(is_written([](Record& r) { r.verdict.dmarc[0].record.reset(); }));
  EXPECT_FALSE(is_written([](Record& r) { r.verdict.dmarc[0].result = DmarcResult::PermError; }));
}

TEST(HistoryWriter, A_61_WhatWouldBreakALineIsLeftOut) {
  const std::string broken = "bad name\nrua mailto:x@example.net";
  Record record = support::plain_record();
  record.facts.dkim[0].selector = broken;
  const HistoryEntry without_signature = history_entry(record);
  EXPECT_EQ(without_signature.left_out.size(), 1U);
  EXPECT_EQ(without_signature.text.find("bad"), std::string::npos);
  EXPECT_NE(without_signature.text, "");

  const auto refused = [&broken](auto change) {
    Record changed = support::plain_record();
    change(changed, broken);
    const HistoryEntry entry = history_entry(changed);
    return entry.text.empty() && entry.left_out.size() == 1 &&
           entry.left_out[0].find('\n') == std::string::npos;
  };
  EXPECT_TRUE(refused([](Record& r, const std::string& text) { r.facts.queue_id = text; }));
  EXPECT_TRUE(refused([](Record& r, const std::string& text) { r.node = text; }));
  EXPECT_TRUE(refused([](Record& r, const std::string&) {
    r.facts.envelope.mail_from_domain = DomainName::from_octets("a b\n.example").value();
  }));
  EXPECT_TRUE(refused([](Record& r, const std::string&) {
    r.verdict.dmarc[0].author_domain = DomainName::from_octets("a\nb.example").value();
  }));
}

/// Whatever the log holds, an entry is one message for a reader, and its lines are printable.
TEST(HistoryWriter, A_61_AnyRecordGivesOneEntryOrNone) {
  std::mt19937 random(20260504);
  std::size_t written = 0;
  for (int round = 0; round < 3'000; ++round) {
    Record record = support::chance_record(random, support::Texts::Hostile);
    // Most chance records are not judged, or of several author domains.
    record.facts.exemption = policy::Exemption::None;
    record.facts.internal_error.clear();
    record.facts.oversized_header = false;
    while (record.verdict.dmarc.size() > 1) record.verdict.dmarc.pop_back();
    record.verdict.deciding = 0;
    record.node = "mx1.example.net";
    const HistoryEntry entry = history_entry(record, HistoryKeys::Developed);
    for (const char c : entry.text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
    if (entry.text.empty()) continue;
    ++written;
    EXPECT_TRUE(entry.text.starts_with("job "));
    EXPECT_EQ(entry.text.find("\njob "), std::string::npos);
    EXPECT_LE(read_back(entry.text).size(), 1U);
  }
  EXPECT_GT(written, 20U);
}

}  // namespace
}  // namespace waarmerk::reporting
