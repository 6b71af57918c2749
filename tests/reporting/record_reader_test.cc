// What a reader refuses, and that it says where; what it tolerates.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <random>
#include <string>

#include "reporting/record.h"
#include "tests/support/record_samples.h"

namespace waarmerk::reporting {
namespace {

using nlohmann::json;

json good() { return json::parse(write_record(support::plain_record())); }

/// One member of a good line replaced by another value.
struct WrongMember {
  std::string name;
  std::string pointer;  ///< RFC 6901
  json value;
  std::string where;
  std::string text;
};
std::ostream& operator<<(std::ostream& out, const WrongMember& row) { return out << row.name; }

class ReaderRefuses : public testing::TestWithParam<WrongMember> {};

TEST_P(ReaderRefuses, AWrongMember) {
  const WrongMember& row = GetParam();
  json line = good();
  line[json::json_pointer(row.pointer)] = row.value;
  const auto read = parse_record(line.dump());
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().where, row.where);
  EXPECT_EQ(read.error().text, row.text);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ReaderRefuses,
    testing::Values(
        WrongMember{"A60_newer_version", "/v", 2, "v", "version 2 of the format, expected 1"},
        WrongMember{"A60_version_zero", "/v", 0, "v", "version 0 of the format, expected 1"},
        WrongMember{"A60_version_as_text", "/v", "1", "v", "wrong value, expected a whole number"},
        WrongMember{"negative_seq", "/seq", -1, "seq", "wrong value, expected a whole number"},
        WrongMember{"fractional_seq", "/seq", 1.5, "seq", "wrong value, expected a whole number"},
        WrongMember{"number_too_big", "/spf/helo/lookups", 4294967296, "spf.helo.lookups",
                    "wrong value, expected a smaller number"},
        WrongMember{"time_without_zone", "/time", "2026-05-01T12:00:00", "time",
                    "wrong value, expected a known value"},
        WrongMember{"null_time", "/time", nullptr, "time", "wrong value, expected a value"},
        WrongMember{"unknown_result", "/spf/mailfrom/result", "hardfail", "spf.mailfrom.result",
                    "wrong value, expected a known value"},
        WrongMember{"upper_case_result", "/dkim/0/result", "PASS", "dkim[].result",
                    "wrong value, expected a known value"},
        WrongMember{"object_for_a_list", "/dkim", json::object(), "dkim",
                    "wrong value, expected a list"},
        WrongMember{"text_in_a_list_of_objects", "/dkim", json::array({"x"}), "dkim",
                    "wrong value, expected another type of its elements"},
        WrongMember{"number_in_a_list_of_texts", "/cut", json::array({1}), "cut",
                    "wrong value, expected another type of its elements"},
        WrongMember{"list_for_an_object", "/client", json::array(), "client",
                    "wrong value, expected an object"},
        WrongMember{"text_for_a_flag", "/client/authenticated", "false", "client.authenticated",
                    "wrong value, expected true or false"},
        WrongMember{"bad_address", "/client/ip", "192.0.2.256", "client.ip",
                    "wrong value, expected a known value"},
        WrongMember{"bad_domain", "/dmarc/policy_domain", "a..b", "dmarc.policy_domain",
                    "wrong value, expected a known value"},
        WrongMember{"null_domain", "/walks/0/start", nullptr, "walks[].start",
                    "wrong value, expected a domain name"},
        WrongMember{"bad_author_domain", "/author_domains/0", "", "author_domains",
                    "wrong value, expected domain names"},
        WrongMember{"unknown_tag_letter", "/walks/0/steps/0/adkim", "x", "walks[].steps[].adkim",
                    "wrong value, expected a known value"},
        WrongMember{"null_text", "/node", nullptr, "node", "wrong value, expected a text"}),
    [](const auto& row) { return row.param.name; });

/// Takes out every member of a line in turn, objects within objects too.
void expect_no_member_can_be_missing(const json& whole, const json::json_pointer& place) {
  for (const auto& [name, value] : whole.at(place).items()) {
    json line = whole;
    line.at(place).erase(name);
    const auto read = parse_record(line.dump());
    // The organizational domain of a tree walk follows from its steps.
    const bool derived = (place / name).to_string() == "/walks/0/org_domain";
    EXPECT_EQ(read.has_value(), derived) << place.to_string() << "/" << name;
    if (!read && !derived) {
      EXPECT_TRUE(read.error().text.starts_with("missing, expected ") || read.error().where != name)
          << read.error().text;
    }
  }
}

TEST(RecordReader, MissesEveryMember) {
  const json line = good();
  for (const auto* place :
       {"", "/decision", "/client", "/client/tls", "/envelope", "/spf", "/spf/mailfrom", "/dkim/0",
        "/dmarc", "/dmarc/aligned/0", "/traces", "/traces/lists/0", "/walks/0", "/walks/0/steps/0",
        "/dns/0", "/timings"}) {
    expect_no_member_can_be_missing(line, json::json_pointer(place));
  }
}

/// What the public suffix list said is evidence: nothing else in the line could tell it.
TEST(RecordReader, T_20_MissesTheOrganizationalDomainOfTheList) {
  json line = good();
  line["walks"][0]["discovery"] = "psl";
  const auto whole = parse_record(line.dump());
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->facts.walks[0].listed_organization, DomainName::parse("example.com").value());
  line["walks"][0].erase("org_domain");
  EXPECT_FALSE(parse_record(line.dump()));
}

/// Of two evaluations, one of which decided.
TEST(RecordReader, RefusesAnEvaluationThatIsNotThere) {
  json line = good();
  line["dmarc_all"] = json::array({line["dmarc"], line["dmarc"]});
  for (const std::size_t there : {std::size_t{0}, std::size_t{1}}) {
    line["dmarc_deciding"] = there;
    const auto read = parse_record(line.dump());
    ASSERT_TRUE(read.has_value()) << read.error().text;
    EXPECT_EQ(read->verdict.deciding, there);
  }
  line["dmarc_deciding"] = 2;
  const auto read = parse_record(line.dump());
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(to_string(read.error()),
            "dmarc_deciding: wrong value, expected an index into its list");
  line["dmarc_all"] = json::array();
  line["dmarc_deciding"] = 0;
  EXPECT_FALSE(parse_record(line.dump()).has_value());
}

TEST(RecordReader, IgnoresMembersOfLaterPrograms) {
  json line = good();
  line["new"] = json::array({1, json::object()});
  line["client"]["new"] = nullptr;
  const auto read = parse_record(line.dump());
  ASSERT_TRUE(read.has_value()) << read.error().text;
  EXPECT_TRUE(*read == support::plain_record());
}

struct Damage {
  std::string name;
  std::string line;
};
std::ostream& operator<<(std::ostream& out, const Damage& row) { return out << row.name; }

class ReaderRefusesDamage : public testing::TestWithParam<Damage> {};

TEST_P(ReaderRefusesDamage, AsNoObject) {
  const auto read = parse_record(GetParam().line);
  ASSERT_FALSE(read.has_value());
  EXPECT_FALSE(read.error().text.empty());
}

std::string half_line() {
  const std::string line = write_record(support::plain_record());
  return line.substr(0, line.size() / 2);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ReaderRefusesDamage,
    testing::Values(Damage{"A62_empty", ""}, Damage{"A62_half", half_line()},
                    Damage{"A62_without_its_end", half_line() + "}"},
                    Damage{"A62_two_records", write_record(support::plain_record()) +
                                                  write_record(support::plain_record())},
                    Damage{"A62_half_and_whole",
                           half_line() + write_record(support::plain_record())},
                    Damage{"list", "[]"}, Damage{"text", "\"v\""}, Damage{"number", "1"},
                    Damage{"empty_object", "{}"}, Damage{"only_version", "{\"v\":1}"},
                    Damage{"ill_formed_utf8", "{\"v\":1,\"node\":\"\xff\"}"},
                    Damage{"lone_surrogate", R"({"v":1,"node":"\ud800"})"},
                    Damage{"raw_control", "{\"v\":1,\"node\":\"\x01\"}"},
                    Damage{"nul_octets", std::string(100, '\0')},
                    Damage{"deep_nesting", std::string(100'000, '[')},
                    Damage{"deep_objects", "{\"v\":1,\"x\":" + std::string(5'000, '[') +
                                               std::string(5'000, ']') + "}"},
                    Damage{"longer_than_any_line",
                           "{\"v\":1,\"x\":\"" + std::string(std::size_t{2} << 20U, 'x') + "\"}"}),
    [](const auto& row) { return row.param.name; });

TEST(RecordReader, Q01_SurvivesDamageAnywhere) {
  std::mt19937 random(62);
  const std::string whole = write_record(support::plain_record());
  RecordParser parser;
  for (int round = 0; round < 20'000; ++round) {
    std::string line = whole;
    for (std::size_t i = 1 + random() % 3; i > 0; --i) {
      line[random() % line.size()] = static_cast<char>(random() % 256);
    }
    if (random() % 4 == 0) line.resize(random() % line.size());
    const auto read = parser.parse(line);
    if (!read) {
      ASSERT_FALSE(read.error().text.empty());
    }
  }
  const auto after = parser.parse(whole);
  ASSERT_TRUE(after.has_value()) << "damage must not spoil the parser";
  EXPECT_TRUE(std::get<Record>(*after) == support::plain_record());
}

TEST(RecordReader, ReadsAnAmendment) {
  const Amendment amendment{"mx1.example.net", "2026-05-01T06:00:00Z/4711", 42,
                            WallTime(std::chrono::seconds(1)), "header \"X\" was\nnot taken"};
  const auto read = RecordParser().parse(write_amendment(amendment));
  ASSERT_TRUE(read.has_value()) << read.error().text;
  EXPECT_EQ(std::get<Amendment>(*read), amendment);
}

TEST(RecordReader, TakesAnAmendmentForNoRecord) {
  const auto read = parse_record(write_amendment({"node", "run", 42, WallTime{}, "problem"}));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().where, "amends");
}

TEST(RecordReader, RefusesAnAmendmentOfAnotherVersionOrWithoutItsProblem) {
  EXPECT_FALSE(RecordParser()
                   .parse(R"({"v":2,"amends":1,"time":"2026-05-01T12:00:00.000000Z","node":"",)"
                          R"("run":"","problem":""})")
                   .has_value());
  const auto read = RecordParser().parse(
      R"({"v":1,"amends":1,"time":"2026-05-01T12:00:00.000000Z","node":"","run":""})");
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().where, "problem");
  EXPECT_EQ(read.error().text, "missing, expected a text");
}

}  // namespace
}  // namespace waarmerk::reporting
