// docs/log-schema.json and docs/log-format.md against the lines that the program writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>

#include "reporting/record.h"
#include "tests/support/json_schema.h"
#include "tests/support/record_samples.h"
#include "tests/support/whole_file.h"

namespace waarmerk::reporting {
namespace {

using nlohmann::json;
using support::schema_breaches;
using support::Texts;
using testing::ElementsAre;
using testing::IsEmpty;

std::string read_document(const std::string& name) {
  return support::read_whole(std::string(WAARMERK_SOURCE_DIR) + "/docs/" + name);
}

const json& schema() {
  static const json read = json::parse(read_document("log-schema.json"));
  return read;
}

json line_of(const Record& record) { return json::parse(write_record(record)); }

TEST(LogSchema, IsKeptByTypicalRecords) {
  for (const auto& [name, record] : support::typical_records()) {
    EXPECT_THAT(schema_breaches(schema(), line_of(record)), IsEmpty()) << name;
  }
}

TEST(LogSchema, IsKeptByChanceRecords) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const auto texts = round % 2 == 0 ? Texts::WellFormed : Texts::Hostile;
    const json line = line_of(support::chance_record(random, texts));
    ASSERT_THAT(schema_breaches(schema(), line), IsEmpty()) << line.dump();
  }
}

TEST(LogSchema, IsKeptByRecordsThatWereCut) {
  for (const std::size_t entries : {3U, 100U}) {
    const json line = line_of(support::overfull_record(entries, 2000));
    EXPECT_THAT(schema_breaches(schema(), line), IsEmpty());
  }
}

TEST(LogSchema, IsKeptByAmendments) {
  const Amendment amendment{"mx1.example.net", "run", 42, WallTime{}, "problem"};
  EXPECT_THAT(schema_breaches(schema(), json::parse(write_amendment(amendment))), IsEmpty());
}

TEST(LogSchema, IsBrokenByOtherLines) {
  json line = line_of(support::plain_record());
  line["spf"]["helo"]["result"] = "hardfail";
  EXPECT_FALSE(schema_breaches(schema(), line).empty());
  line = line_of(support::plain_record());
  line["extra"] = 1;
  EXPECT_FALSE(schema_breaches(schema(), line).empty());
  line = line_of(support::plain_record());
  line["walks"][0]["steps"][0].erase("record");
  EXPECT_FALSE(schema_breaches(schema(), line).empty());
  line = line_of(support::plain_record());
  line["v"] = 2;
  EXPECT_FALSE(schema_breaches(schema(), line).empty());
}

/// Every word that some enum of the schema allows.
void collect_words(const json& part, std::set<std::string>& words) {
  if (part.is_object() && part.contains("enum")) {
    for (const json& word : part["enum"]) {
      if (word.is_string()) words.insert(word);
    }
  }
  if (part.is_structured()) {
    for (const json& inner : part) collect_words(inner, words);
  }
}

TEST(LogSchema, PromisesOnlyWordsThatAreWritten) {
  std::mt19937 random(11);
  std::string lines;
  for (int round = 0; round < 300; ++round) {
    lines += write_record(support::chance_record(random, Texts::WellFormed));
  }
  std::set<std::string> words;
  collect_words(schema(), words);
  ASSERT_GT(words.size(), 50U);
  for (const std::string& word : words) {
    EXPECT_NE(lines.find('"' + word + '"'), std::string::npos) << word << " is never written";
  }
}

/// Every name that some object of the schema has.
void collect_names(const json& part, std::set<std::string>& names) {
  if (part.is_object() && part.contains("properties") && part["properties"].is_object()) {
    for (const auto& [name, ignored] : part["properties"].items()) names.insert(name);
  }
  if (part.is_structured()) {
    for (const json& inner : part) collect_names(inner, names);
  }
}

TEST(LogFormat, ExplainsEveryMember) {
  const std::string document = read_document("log-format.md");
  std::set<std::string> names;
  collect_names(schema(), names);
  ASSERT_GT(names.size(), 80U);
  for (const std::string& name : names) {
    EXPECT_NE(document.find('`' + name + '`'), std::string::npos) << name << " is not explained";
  }
}

TEST(LogFormat, ShowsLinesThatTheProgramWouldWrite) {
  std::ifstream in(std::string(WAARMERK_SOURCE_DIR) + "/docs/log-format.md");
  std::size_t records = 0;
  std::size_t amendments = 0;
  RecordParser parser;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("{\"v\":1,")) continue;
    const auto entry = parser.parse(line);
    ASSERT_TRUE(entry.has_value()) << entry.error().where << ": " << entry.error().text;
    if (const auto* record = std::get_if<Record>(&*entry)) {
      EXPECT_EQ(write_record(*record), line);
      ++records;
    } else {
      EXPECT_EQ(write_amendment(std::get<Amendment>(*entry)), line);
      ++amendments;
    }
  }
  EXPECT_GE(records, 1U);
  EXPECT_GE(amendments, 1U);
}

TEST(SchemaChecker, NamesThePlaceAndDoesNotKnowEverything) {
  const json rules = json::parse(R"({"type":"object","required":["a"],"properties":
      {"a":{"type":["integer","null"],"minimum":0},"b":{"items":{"enum":["x"]},"maxItems":1}},
      "additionalProperties":false})");
  EXPECT_THAT(schema_breaches(rules, json::parse(R"({"a":1,"b":["x"]})")), IsEmpty());
  EXPECT_THAT(schema_breaches(rules, json::parse(R"({"a":null})")), IsEmpty());
  EXPECT_THAT(schema_breaches(rules, json::parse(R"({"a":-1})")),
              ElementsAre("/a: -1 is too small"));
  EXPECT_THAT(schema_breaches(rules, json::parse(R"({"a":1,"b":["y"]})")),
              ElementsAre("/b/0: \"y\" is none of the words"));
  EXPECT_THAT(schema_breaches(rules, json::parse(R"({"c":1})")),
              ElementsAre("/: has an unknown c", "/: misses \"a\""));
  EXPECT_THAT(schema_breaches(json::parse(R"({"multipleOf":2})"), 4),
              ElementsAre("/: the checker does not know multipleOf"));
}

}  // namespace
}  // namespace waarmerk::reporting
