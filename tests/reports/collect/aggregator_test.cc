// Messages of equal evidence counted together are what their tuples say one by one.
#include "reporting/collect/aggregator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>

#include "tests/support/mail_flow.h"
#include "tests/support/memory_count_store.h"
#include "tests/support/record_samples.h"

namespace waarmerk::reporting {
namespace {

using support::SpelledCounts;

SpelledCounts one_by_one(const std::vector<Record>& records) {
  PublishedRecords known;
  SpelledCounts counts;
  for (const Record& record : records) {
    for (const auto& [key, row] : tuples_of(record, known)) {
      auto& [all, ordinary] = counts[support::spelled(key, row)];
      ++all;
      if (is_ordinary(record.facts.envelope)) ++ordinary;
    }
  }
  return counts;
}

SpelledCounts together(const std::vector<Record>& records) {
  Aggregator aggregator;
  for (const Record& record : records) aggregator.add(record);
  support::MemoryCountStore store;
  EXPECT_TRUE(store.store({.reports = aggregator.take()}, {}).has_value());
  EXPECT_EQ(aggregator.rows(), 0U);
  return store.counts;
}

//
TEST(Aggregator, SumsUpWhatTuplesSayOneByOne) {
  support::MailFlow flow({});
  std::vector<Record> records;
  for (int i = 0; i < 2000; ++i) records.push_back(flow.next());
  EXPECT_EQ(together(records), one_by_one(records));
}

TEST(Aggregator, SumsUpChanceRecords) {
  std::mt19937 random(9);
  std::vector<Record> records;
  for (int i = 0; i < 400; ++i) {
    Record record = support::chance_record(random, support::Texts::WellFormed);
    record.facts.exemption = policy::Exemption::None;
    record.facts.oversized_header = false;
    record.facts.internal_error.clear();
    record.verdict.decision.action = policy::ActionKind::Accept;
    records.push_back(record);
    records.push_back(record);
    records.back().facts.queue_id = "another";
  }
  EXPECT_EQ(together(records), one_by_one(records));
}

TEST(Aggregator, CountsEqualMessagesInOneRow) {
  Aggregator aggregator;
  Record record = support::plain_record();
  EXPECT_EQ(aggregator.add(record), 1U);
  record.seq = 43;
  record.facts.queue_id = "another";
  record.facts.spf_helo.reason = "something else that reports do not tell";
  EXPECT_EQ(aggregator.add(record), 1U);
  EXPECT_EQ(aggregator.rows(), 1U);
  record.facts.exemption = policy::Exemption::Loopback;
  EXPECT_EQ(aggregator.add(record), 0U);
}

struct EvidenceCase {
  const char* name;
  std::function<void(Record&)> change;
};

/// Everything that makes another tuple makes other evidence.
TEST(Aggregator, TellsApartWhatTuplesTellApart) {
  const DomainName other = DomainName::from_octets("other.example").value();
  const std::vector<EvidenceCase> cases{
      {"day", [](Record& r) { r.facts.time += std::chrono::days(1); }},
      {"address", [](Record& r) { r.facts.client.ip = IpAddress::v4({192, 0, 2, 99}); }},
      {"sender", [&](Record& r) { r.facts.envelope.mail_from_domain = other; }},
      {"no sender", [](Record& r) { r.facts.envelope.mail_from_domain.reset(); }},
      {"SPF", [](Record& r) { r.facts.spf_mail_from.result = policy::SpfResult::Fail; }},
      {"SPF domain", [&](Record& r) { r.facts.spf_mail_from.domain = other; }},
      {"selector", [](Record& r) { r.facts.dkim[0].selector = "x"; }},
      {"signer", [&](Record& r) { r.facts.dkim[0].domain = other; }},
      {"DKIM", [](Record& r) { r.facts.dkim[0].result = policy::DkimResult::Fail; }},
      {"no signature", [](Record& r) { r.facts.dkim.clear(); }},
      {"author", [&](Record& r) { r.verdict.dmarc[0].author_domain = other; }},
      {"policy domain", [&](Record& r) { r.verdict.dmarc[0].policy_domain = other; }},
      {"record", [](Record& r) { r.verdict.dmarc[0].record->text += "; fo=1"; }},
      {"policy", [](Record& r) { r.verdict.dmarc[0].policy = policy::Disposition::None; }},
      {"way", [](Record& r) { r.verdict.dmarc[0].discovery = policy::DiscoveryMethod::Psl; }},
      {"alignment", [](Record& r) { r.verdict.dmarc[0].aligned.pop_back(); }},
      {"result", [](Record& r) { r.verdict.dmarc[0].result = policy::DmarcResult::Fail; }},
  };
  for (const auto& [name, change] : cases) {
    Record changed = support::plain_record();
    change(changed);
    PublishedRecords known;
    ASSERT_NE(tuples_of(changed, known), tuples_of(support::plain_record(), known)) << name;
    std::string evidence;
    std::string other_evidence;
    append_evidence(support::plain_record(), 0, evidence);
    append_evidence(changed, 0, other_evidence);
    EXPECT_NE(evidence, other_evidence) << name;
  }
}

}  // namespace
}  // namespace waarmerk::reporting
