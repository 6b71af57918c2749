// The line of a record as scripts see it, through the eyes of another JSON parser; and its cuts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "reporting/record.h"
#include "tests/support/record_samples.h"

namespace waarmerk::reporting {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;

json line_of(const Record& record) { return json::parse(write_record(record)); }

std::vector<std::string> cuts_of(const json& line) { return line.at("cut"); }

TEST(RecordWriter, BeginsWithWhatIdentifiesTheMessage) {
  EXPECT_TRUE(write_record(support::plain_record())
                  .starts_with(R"({"v":1,"seq":42,"time":"2026-05-01T12:30:05.000678Z",)"
                               R"("node":"mx1.example.net","run":"1777615200-4711",)"
                               R"("queue_id":"4bXyz12T3w","decision":{"action":"accept",)"));
}

TEST(RecordWriter, WritesTheResultsWhereScriptsReadThem) {
  const json line = line_of(support::plain_record());
  EXPECT_EQ(line.at("spf").at("mailfrom").at("result"), "pass");
  EXPECT_EQ(line.at("spf").at("helo").at("result"), "none");
  EXPECT_EQ(line.at("dkim").at(0).at("domain"), "example.com");
  EXPECT_EQ(line.at("dkim").at(0).at("b"), "Fq0Xh2aB");
  EXPECT_EQ(line.at("dkim").at(0).at("dnssec"), "secure");
  EXPECT_EQ(line.at("dmarc").at("result"), "pass");
  EXPECT_EQ(line.at("dmarc").at("policy"), "reject");
  EXPECT_EQ(line.at("dmarc").at("t"), "n");
  EXPECT_EQ(line.at("dmarc").at("adkim"), "r");
  EXPECT_EQ(line.at("dmarc").at("discovery"), "treewalk");  // T-20
  EXPECT_EQ(line.at("dmarc").at("aligned").size(), 2U);
  EXPECT_EQ(line.at("walks").at(0).at("org_domain"), "example.com");
  EXPECT_EQ(line.at("exempt"), nullptr);
}

TEST(RecordWriter, WritesAnObjectForDmarcWithoutAnAuthorDomain) {
  Record record = support::plain_record();
  record.facts.author = {};
  record.verdict.dmarc.clear();
  const json dmarc = line_of(record).at("dmarc");
  EXPECT_EQ(dmarc.at("result"), "none");
  EXPECT_EQ(dmarc.at("policy"), nullptr);
  EXPECT_EQ(dmarc.at("rua"), json::array());
  const json other = line_of(support::plain_record()).at("dmarc");
  for (const auto& [name, value] : other.items()) EXPECT_TRUE(dmarc.contains(name)) << name;
  EXPECT_EQ(dmarc.size(), other.size());
}

TEST(RecordWriter, WritesNoPolicyWithoutARecord) {
  Record record = support::plain_record();
  record.verdict.dmarc.front().record.reset();
  record.verdict.dmarc.front().policy.reset();
  const json dmarc = line_of(record).at("dmarc");
  EXPECT_EQ(dmarc.at("author_domain"), "example.com");
  EXPECT_EQ(dmarc.at("record"), nullptr);
  EXPECT_EQ(dmarc.at("policy"), nullptr);
}

TEST(RecordWriter, WritesEveryEvaluationOnlyWhenThereAreSeveral) {
  EXPECT_FALSE(line_of(support::plain_record()).contains("dmarc_all"));
  Record record = support::plain_record();
  record.verdict.dmarc.push_back(record.verdict.dmarc.front());
  record.verdict.dmarc.back().result = policy::DmarcResult::Fail;
  record.verdict.deciding = 1;
  const json line = line_of(record);
  EXPECT_EQ(line.at("dmarc_all").size(), 2U);
  EXPECT_EQ(line.at("dmarc_deciding"), 1);
  EXPECT_EQ(line.at("dmarc_all").at(1), line.at("dmarc"));
}

TEST(RecordWriter, WritesWhyAMessageIsExempt) {
  Record record = support::plain_record();
  record.facts.exemption = policy::Exemption::Loopback;
  EXPECT_EQ(line_of(record).at("exempt"), "loopback");
}

TEST(RecordWriter, WithSeqNumbersAWrittenLine) {
  Record record = support::plain_record();
  record.seq = 0;
  const std::string line = write_record(record);
  for (const std::uint64_t seq :
       {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{1234}, ~std::uint64_t{0}}) {
    record.seq = seq;
    EXPECT_EQ(with_seq(line, seq), write_record(record));
  }
}

TEST(RecordWriter, AddsItsMembersToAnotherObject) {
  JsonWriter out;
  out.object_begin();
  write_record_members(out, support::plain_record());
  out.key("actions").object_begin().object_end().object_end();
  json expected = line_of(support::plain_record());
  expected["actions"] = json::object();
  EXPECT_EQ(json::parse(out.text()), expected);
}

TEST(RecordWriter, WritesAnAmendment) {
  EXPECT_EQ(write_amendment({"mx1.example.net", "r", 42, WallTime{}, "no \"hold\""}),
            R"({"v":1,"amends":42,"time":"1970-01-01T00:00:00.000000Z","node":"mx1.example.net",)"
            R"("run":"r","problem":"no \"hold\""})");
}

TEST(RecordCuts, CutsTextsAtOneKilobyte) {
  Record record = support::plain_record();
  record.facts.client.helo = std::string(kMaxText, 'h');
  EXPECT_TRUE(cuts_of(line_of(record)).empty());
  record.facts.client.helo += 'h';
  const json line = line_of(record);
  EXPECT_EQ(line.at("client").at("helo").get<std::string>().size(), kMaxText);
  EXPECT_EQ(cuts_of(line), std::vector<std::string>{"client.helo"});
}

TEST(RecordCuts, KeepsOneHundredSignatures) {
  Record record = support::plain_record();
  record.facts.dkim.resize(kMaxSignatures, record.facts.dkim.front());
  EXPECT_TRUE(cuts_of(line_of(record)).empty());
  record.facts.dkim.push_back(record.facts.dkim.front());
  const json line = line_of(record);
  EXPECT_EQ(line.at("dkim").size(), kMaxSignatures);
  EXPECT_EQ(cuts_of(line), std::vector<std::string>{"dkim[]"});
}

TEST(RecordCuts, FirstLoseWhatNoDecisionReads) {
  Record record = support::plain_record();
  policy::DnsTrace trace = record.facts.dns.front();
  trace.text = std::string(kMaxText, 't');
  record.facts.dns.assign(70, trace);
  const json line = line_of(record);
  EXPECT_EQ(cuts_of(line), std::vector<std::string>{"dns[].text"});
  EXPECT_EQ(line.at("dns").size(), 70U);

  record.facts.dns.assign(1000, trace);
  EXPECT_EQ(cuts_of(line_of(record)), (std::vector<std::string>{"dns[]", "dns[].text"}));
}

TEST(RecordCuts, ThenLoseRecipientsAndLongTextsBeforeSignatures) {
  Record record = support::plain_record();
  record.facts.envelope.recipient_addresses.assign(100, std::string(kMaxText, 'r'));
  EXPECT_THAT(cuts_of(line_of(record)), Not(Contains("dkim[]")));
  EXPECT_THAT(cuts_of(line_of(record)), Contains("envelope.recipient_addresses[]"));

  record.facts.dkim.resize(kMaxSignatures, record.facts.dkim.front());
  for (auto& signature : record.facts.dkim) signature.reason = std::string(kMaxText, 's');
  EXPECT_THAT(cuts_of(line_of(record)), Contains("dkim[].reason"));
  EXPECT_THAT(cuts_of(line_of(record)), Not(Contains("dkim[]")));
}

/// Whatever a record holds, its line stays below the limit, is read back, and says what is missing.
TEST(RecordCuts, A61_FitEveryRecordIntoALine) {
  for (const std::size_t entries : {0U, 1U, 2U, 5U, 8U, 20U, 100U}) {
    for (const std::size_t octets : {0U, 10U, 100U, 2000U}) {
      const Record record = support::overfull_record(entries, octets);
      const std::string line = write_record(record);
      EXPECT_LT(line.size(), kMaxLine) << entries << " entries, texts of " << octets;
      const auto read = parse_record(line);
      ASSERT_TRUE(read.has_value()) << read.error().where << ": " << read.error().text;
      EXPECT_TRUE(write_record(*read) == line) << entries << " entries, texts of " << octets;
      EXPECT_EQ(*read == record, read->cut.empty());
    }
  }
}

TEST(RecordCuts, ReachTheLastRowOfTheOrder) {
  const auto cuts = cuts_of(line_of(support::overfull_record(100, 2000)));
  EXPECT_THAT(cuts, IsSupersetOf({"author_domains[]", "dkim[]", "walks[]", "walks[].steps[]",
                                  "dns[]", "evidence[]", "decision.overrides[]", "traces.lists[]",
                                  "dmarc.aligned[]", "dmarc.rua[]", "dmarc_all[]", "node"}));
  for (const std::string& path : cuts)
    EXPECT_LE(path.size(), 40U) << path << " would be cut itself";
}

}  // namespace
}  // namespace waarmerk::reporting
