// Lines in every spelling, whole and damaged, as the collector's reader and the parser of records
// take them.
#include "reporting/collect/line_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>

#include "tests/support/line_agreement.h"
#include "tests/support/mail_flow.h"
#include "tests/support/record_samples.h"

namespace waarmerk::reporting {
namespace {

using nlohmann::json;
using support::disagreement;
using support::Texts;
using testing::HasSubstr;

// ---- What is written ----------------------------------------------------------------------------

TEST(LineReader, AgreesAboutTypicalRecords) {
  for (const auto& [name, record] : support::typical_records()) {
    EXPECT_EQ(disagreement(write_record(record)), "") << name;
  }
}

TEST(LineReader, AgreesAboutChanceRecords) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    const auto texts = round % 2 == 0 ? Texts::WellFormed : Texts::Hostile;
    const std::string line = write_record(support::chance_record(random, texts));
    ASSERT_EQ(disagreement(line), "") << line;
  }
}

TEST(LineReader, AgreesAboutRecordsThatWereCut) {
  for (const std::size_t entries : {1U, 5U, 20U, 100U}) {
    EXPECT_EQ(disagreement(write_record(support::overfull_record(entries, 2000))), "");
  }
}

TEST(LineReader, AgreesAboutADayOfMail) {
  support::MailFlow flow({});
  for (int i = 0; i < 500; ++i) {
    const std::string line = write_record(flow.next());
    ASSERT_EQ(disagreement(line), "") << line;
  }
}

TEST(LineReader, SaysWhatAmends) {
  const std::string line = write_amendment({"mx1.example.net", "r", 42, WallTime{}, "no hold"});
  LineReader reader;
  const auto read = reader.read(line);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, nullptr);
  EXPECT_EQ(disagreement(line), "");
  for (const char* name : {"node", "run", "time", "amends"}) {
    json damaged = json::parse(line);
    damaged[name] = nullptr;
    EXPECT_EQ(disagreement(damaged.dump()), "") << name;
    damaged.erase(name);
    EXPECT_EQ(disagreement(damaged.dump()), "") << name;
  }
}

/// Nothing of a line may be left for the next one.
TEST(LineReader, ForgetsTheLineBefore) {
  LineReader reader;
  std::vector<std::string> lines;
  for (const auto& [name, record] : support::typical_records())
    lines.push_back(write_record(record));
  std::mt19937 random(1);
  PublishedRecords known;
  for (int round = 0; round < 200; ++round) {
    const std::string& line = lines[random() % lines.size()];
    const auto read = reader.read(line);
    ASSERT_TRUE(read.has_value());
    const Record whole = parse_record(line).value();
    EXPECT_EQ(tuples_of(**read, known), tuples_of(whole, known)) << line;
    EXPECT_EQ(is_ordinary((*read)->facts.envelope), is_ordinary(whole.facts.envelope));
  }
}

// ---- Other spellings ----------------------------------------------------------------------------

json sample() {
  Record record = support::plain_record();
  record.verdict.decision.overrides = {{policy::Override::Type::LocalPolicy, "rule=\"x\""}};
  return json::parse(write_record(record));
}

/// Every name and text with each character as \uXXXX.
std::string with_escapes(const std::string& line) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string escaped;
  bool inside = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') inside = !inside;
    if (c == '"' || !inside) {
      escaped += c;
    } else if (c == '\\') {
      escaped += c;
      escaped += line[++i];
    } else {
      escaped += "\\u00";
      escaped += kHex[static_cast<unsigned char>(c) >> 4U];
      escaped += kHex[static_cast<unsigned char>(c) & 15U];
    }
  }
  return escaped;
}

TEST(LineReader, TakesEverySpelling) {
  const std::string line = sample().dump();
  EXPECT_EQ(disagreement(line), "") << "in the order of the alphabet";
  EXPECT_EQ(disagreement(sample().dump(2)), "") << "with white space";
  EXPECT_EQ(disagreement(" " + line + " \t\r\n"), "") << "around it";
  const std::string escaped = with_escapes(line);
  ASSERT_EQ(json::parse(escaped), sample());
  EXPECT_EQ(disagreement(escaped), "");
  LineReader reader;
  EXPECT_TRUE(reader.read(escaped).has_value());
}

TEST(LineReader, PassesOverMembersThatItDoesNotKnow) {
  json line = sample();
  line["news"] = {{"record", 1}, {"v", {2, {3}}}};
  line["dmarc"]["seq"] = "x";
  line["dkim"][0]["node"] = nullptr;
  EXPECT_EQ(disagreement(line.dump()), "");
  EXPECT_EQ(disagreement(R"({"\"v":1,"a\\":2,)" + sample().dump().substr(1)), "");
}

TEST(LineReader, TakesTheFirstOfTwo) {
  const std::string rest = sample().dump().substr(1);
  EXPECT_EQ(disagreement(R"({"seq":7,"node":"other",)" + rest), "");
  LineReader reader;
  const auto read = reader.read(R"({"seq":7,"node":"other",)" + rest);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ((*read)->seq, 7U);
  EXPECT_EQ((*read)->node, "other");
}

TEST(LineReader, TakesWhatDoesNotCountAsItIs) {
  json without_author = sample();
  without_author["dmarc"] = {{"author_domain", nullptr}, {"result", 7}};
  EXPECT_EQ(disagreement(without_author.dump()), "");
  json several = sample();
  several["dmarc_all"] = json::array({several["dmarc"], several["dmarc"]});
  several["dmarc_deciding"] = 1;
  several.erase("dmarc");
  EXPECT_EQ(disagreement(several.dump()), "");
  several["dmarc_deciding"] = 2;
  EXPECT_EQ(disagreement(several.dump()), "");
  EXPECT_FALSE(LineReader().read(several.dump()));
  json amends = sample();
  amends["amends"] = 1;
  amends["problem"] = "";
  amends["seq"] = "none";
  amends["decision"] = 1;
  EXPECT_EQ(disagreement(amends.dump()), "");
}

TEST(LineReader, TakesWhatIsNoNumberButZero) {
  std::string line = sample().dump();
  const auto seq = line.find("\"seq\":42");
  ASSERT_NE(seq, std::string::npos);
  EXPECT_EQ(disagreement(line.replace(seq, 8, "\"seq\":-0")), "");
  EXPECT_EQ(disagreement(line.replace(seq, 8, "\"seq\":-1")), "");
}

// ---- Damage -------------------------------------------------------------------------------------

/// The paths of all members, lists by their first element.
void collect_pointers(const json& part, const json::json_pointer& at,
                      std::vector<json::json_pointer>& found) {
  if (part.is_object()) {
    for (const auto& [name, inner] : part.items()) {
      found.push_back(at / name);
      collect_pointers(inner, at / name, found);
    }
  } else if (part.is_array() && !part.empty()) {
    found.push_back(at / 0);
    collect_pointers(part[0], at / 0, found);
  }
}

TEST(LineReader, RefusesWhatTheParserRefuses) {
  json whole = sample();
  whole["dmarc_all"] = json::array({whole["dmarc"], whole["dmarc"]});
  whole["dmarc_deciding"] = 0;
  whole["oversized_header"] = true;
  whole["envelope"]["to_report_mailbox"] = true;
  for (const json& line : {sample(), whole}) {
    std::vector<json::json_pointer> members;
    collect_pointers(line, json::json_pointer(), members);
    ASSERT_GT(members.size(), 100U);
    for (const auto& member : members) {
      for (const json& wrong : {json(7), json("odd"), json(nullptr), json::array({7}),
                                json::object({{"odd", 7}}), json(true), json(-1), json(1.5)}) {
        json damaged = line;
        damaged[member] = wrong;
        EXPECT_EQ(disagreement(damaged.dump()), "") << member << " is " << wrong;
      }
      json damaged = line;
      damaged.at(member.parent_pointer()).is_object()
          ? static_cast<void>(damaged.at(member.parent_pointer()).erase(member.back()))
          : damaged.at(member.parent_pointer()).erase(0);
      EXPECT_EQ(disagreement(damaged.dump()), "") << member << " is missing";
    }
  }
}

// A-62
TEST(LineReader, RefusesEveryPiece) {
  const std::string line = write_record(support::plain_record());
  LineReader reader;
  for (std::size_t length = 0; length < line.size(); ++length) {
    EXPECT_FALSE(reader.read(line.substr(0, length)).has_value()) << length;
  }
  EXPECT_TRUE(reader.read(line).has_value());
  for (const char* tail : {"}", ",", "{}", " 1", "\"\"", "x"}) {
    EXPECT_FALSE(reader.read(line + tail).has_value()) << tail;
  }
  for (const char* text : {"", "1", "[]", "null", "\"v\"", "{", "{\"v\":1}", "\xff\xfe"}) {
    EXPECT_FALSE(reader.read(text).has_value()) << text;
  }
}

TEST(LineReader, RefusesOtherVersions) {
  json line = sample();
  line["v"] = 2;
  const auto read = LineReader().read(line.dump());
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(to_string(read.error()), HasSubstr("version 2"));
}

TEST(LineReader, SaysWhereALineIsWrong) {
  const auto complaint = [](const char* pointer, const json& value) {
    json line = sample();
    line[json::json_pointer(pointer)] = value;
    const auto read = LineReader().read(line.dump());
    return read ? std::string() : to_string(read.error());
  };
  EXPECT_EQ(complaint("/dkim/0/result", "broken"),
            "dkim[].result: wrong value, expected a known value");
  EXPECT_EQ(complaint("/spf/mailfrom/reason", 7),
            "spf.mailfrom.reason: wrong value, expected a text");
  EXPECT_EQ(complaint("/envelope", json::object()), "envelope.mail_from_domain: missing");
}

/// Nesting costs neither stack nor time that grows faster than the line.
TEST(LineReader, SurvivesDeepNesting) {
  const std::string line = sample().dump();
  for (const char open : {'[', '{'}) {
    const std::string nested = R"({"deep":)" + std::string(500'000, open) + "," + line.substr(1);
    EXPECT_EQ(disagreement(nested), "");
  }
  const std::string closed =
      R"({"deep":)" + std::string(900, '[') + std::string(900, ']') + "," + line.substr(1);
  EXPECT_EQ(disagreement(closed), "");
}

/// Texts of a line that lies: no NUL, no lone surrogate gets into XML or SQL.
TEST(LineReader, GivesPrintableTextsToReports) {
  json line = sample();
  line["dkim"][0]["selector"] = std::string("a\0b\x1b\xf0\x9f\x98\x80", 8);
  line["decision"]["overrides"][0]["comment"] = "\u2028<&>\x7f";
  line["decision"]["applied"] = "reject";
  const std::string text = line.dump();
  EXPECT_EQ(disagreement(text), "");
  LineReader reader;
  const auto read = reader.read(text);
  ASSERT_TRUE(read.has_value());
  PublishedRecords known;
  const auto tuples = tuples_of(**read, known);
  ASSERT_EQ(tuples.size(), 1U);
  EXPECT_EQ(tuples[0].row.dkim.at(0).selector, "a?b?????");
  EXPECT_EQ(tuples[0].row.reasons.at(0).comment, "?\?\?<&>?");
  std::string lone = sample().dump();
  lone.replace(lone.find("s2026"), 5, "\\ud800");
  EXPECT_FALSE(reader.read(lone).has_value());
  EXPECT_EQ(disagreement(lone), "");
}

}  // namespace
}  // namespace waarmerk::reporting
