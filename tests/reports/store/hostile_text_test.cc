// Texts that somebody chose who wishes the store no good: they are stored and come back as they
// were.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reporting/store/stored_lists.h"
#include "reporting/store/stored_row.h"
#include "reporting/store/stored_text.h"
#include "tests/reports/store/store_fixture.h"

namespace waarmerk::reporting {
namespace {

using namespace std::string_literals;
using support::kMorning;
using testing::HasSubstr;

const std::vector<std::string> kHostile = {
    "'; DROP TABLE reports; --",
    "\"quoted\" `and` $1 :name ::text ?1 @x",
    "back\\slash \\000 \\u0000 \\",
    "NUL \0 inside"s,
    "\0"s,
    "ill-formed \xff\xfe \xc3( \xed\xa0\x80 \xf5\x80\x80\x80",
    "cut \xe2\x82",
    "gr\xc3\xb6\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xac \xef\xbf\xbf",
    "line\r\n\tends \x01\x1f\x7f",
    "{\"json\":[1]}",
    "E'\\\\x' $$ dollar $$",
    "%s%n",
    std::string(70'000, 'x'),
    "",
};

class HostileTextTest : public support::StoreTest {};

TEST_P(HostileTextTest, EveryMemberOfARowComesBack) {
  Database database = open();
  BatchReport report{.key = support::key_of("example.org")};
  for (const std::string& text : kHostile) {
    ReportRow row = support::row_of(1);
    row.header_from = text;
    row.envelope_from = text;
    row.reasons = {{policy::Override::Type::Other, text}};
    row.dkim = {{text, text, policy::DkimResult::Fail, text}};
    row.spf = ReportedSpf{text, policy::SpfResult::PermError, text};
    report.rows.push_back({row, {1, 1}});
  }
  const auto stored = store_batch(database, {.reports = {report}}, kMorning);
  ASSERT_TRUE(stored.has_value()) << to_string(stored.error());
  std::vector<CountedRow> found;
  const auto read = Outbox(database).each_row(1, [&found](const CountedRow& row) -> Result<void> {
    found.push_back(row);
    return {};
  });
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(report.rows));
}

TEST_P(HostileTextTest, NamesOfRunsAndFilesComeBack) {
  Database database = open();
  for (const std::string& text : kHostile) {
    const Batch batch{.runs = {{.node = text, .run = text, .newest = kMorning}},
                      .files = {{.path = text, .identity = text, .octets = 7}}};
    const auto stored = store_batch(database, batch, kMorning);
    ASSERT_TRUE(stored.has_value()) << to_string(stored.error());
    EXPECT_EQ(load_run(database, text, text)->version, 1);
    EXPECT_EQ(*load_file(database, text), batch.files[0]);
  }
}

/// The policy of a domain is what its owner published, and its name may hold any octet.
TEST_P(HostileTextTest, APolicyComesBack) {
  Database database = open();
  Batch batch;
  for (const std::string& text : kHostile) {
    if (text.size() > 1000) continue;
    BatchReport report = support::report_of("example.org", 1);
    PublishedPolicy& policy = report.key.policy;
    policy.domain = DomainName::from_octets("a\0\\\xff'b.example.org"s).value();
    policy.record.text = text;
    policy.record.rua = {text, "mailto:a@example.org"};
    policy.record.fo = text;
    policy.record.pct = text;
    policy.record.p.reset();
    batch.reports.push_back(report);
  }
  const auto stored = store_batch(database, batch, kMorning);
  ASSERT_TRUE(stored.has_value()) << to_string(stored.error());
  std::vector<ReportKey> expected;
  for (const BatchReport& report : batch.reports) expected.push_back(report.key);
  std::vector<ReportKey> found;
  const auto reports = support::value_of(Outbox(database).list({}));
  for (const StoredReport& report : reports) found.push_back(report.key);
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(expected));
}

/// Below the encoding a text that one of the databases could not take is refused by both.
TEST_P(HostileTextTest, RawNulAndIllFormedTextsAreErrorsOfTheDatabase) {
  Database database = open();
  for (const std::string& text : {"a\0b"s, "\xff"s}) {
    const auto stored = database.execute(
        "INSERT INTO files (path, identity, octets, read_at) VALUES (:path, '', 0, 0)", {text});
    ASSERT_FALSE(stored.has_value());
    EXPECT_THAT(stored.error().text, HasSubstr("NUL"));
  }
  EXPECT_TRUE(database
                  .execute("INSERT INTO files (path, identity, octets, read_at) "
                           "VALUES (:path, '', 0, 0)",
                           {"plain"s})
                  .has_value());
}

WAARMERK_ON_BOTH_DATABASES(HostileTextTest);

TEST(StoredText, IsPlainWhereItCanBe) {
  EXPECT_EQ(stored_text("mail.example.org"), "mail.example.org");
  EXPECT_EQ(stored_text("gr\xc3\xb6\xc3\x9f"), "gr\xc3\xb6\xc3\x9f");
  EXPECT_EQ(stored_text("a\\b"), "a\\\\b");
  EXPECT_EQ(stored_text("a\0b"s), "a\\000b");
  EXPECT_EQ(stored_text("\xff"), "\\255");
}

TEST(StoredText, ReadsOnlyWhatItWrites) {
  for (const std::string& text : kHostile) EXPECT_EQ(octets_of(stored_text(text)), text);
  for (const char* text : {"\\", "\\1", "\\12", "\\256", "\\x41", "a\\"}) {
    EXPECT_EQ(octets_of(text), std::nullopt) << text;
  }
}

/// Scripts read lists with their own JSON, and PostgreSQL has no NUL in its own.
TEST(StoredLists, AreJsonOfPrintableAscii) {
  EXPECT_EQ(stored_list(std::vector<ReportedDkim>{
                {"example.org", "s1", policy::DkimResult::PermError, "key_\0"s}}),
            R"([{"domain":"example.org","selector":"s1","result":"permerror",)"
            R"("human_result":"key_\\000"}])");
  EXPECT_EQ(
      stored_list(std::vector<policy::Override>{{policy::Override::Type::MailingList, "\xc3\xa4"}}),
      R"([{"type":"mailing_list","comment":"\u00e4"}])");
  EXPECT_EQ(stored_list(SeenNumbers({{1, 5}, {9, 9}})), "[[1,5],[9,9]]");
  EXPECT_EQ(stored_list(std::vector<std::string>{}), "[]");
}

TEST(StoredLists, ReadOnlyWhatTheyWrite) {
  ListReader lists;
  for (const char* bad :
       {"", "{}", "[1]", "[{}]", "[null]", R"([{"domain":1}])", "[[1]]", "[[1,2,3]]",
        R"([{"domain":"\\9","selector":"","result":"pass","human_result":""}])",
        R"([{"domain":"","selector":"","result":"maybe","human_result":""}])"}) {
    EXPECT_EQ(lists.signatures(bad), std::nullopt) << bad;
    EXPECT_EQ(lists.reasons(bad), std::nullopt) << bad;
    EXPECT_EQ(lists.texts(bad), std::nullopt) << bad;
    EXPECT_EQ(lists.seen(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(lists.seen("[[1,5]]"), SeenNumbers({{1, 5}}));
  EXPECT_EQ(lists.texts("[]"), std::vector<std::string>{});
}

/// The whole tuple names a row: another value of any member is another row.
TEST(StoredRow, EveryMemberIsInItsHash) {
  const std::vector<void (*)(ReportRow&)> changes = {
      [](ReportRow& row) { row.source_ip = IpAddress::parse("192.0.2.9").value(); },
      [](ReportRow& row) { row.disposition = ReportDisposition::Reject; },
      [](ReportRow& row) { row.dkim_aligned = !row.dkim_aligned; },
      [](ReportRow& row) { row.spf_aligned = !row.spf_aligned; },
      [](ReportRow& row) { row.reasons.pop_back(); },
      [](ReportRow& row) { row.reasons[0].comment += '.'; },
      [](ReportRow& row) { row.header_from += 'x'; },
      [](ReportRow& row) { row.envelope_from.clear(); },
      [](ReportRow& row) { row.dkim.pop_back(); },
      [](ReportRow& row) { row.dkim[0].selector += 'x'; },
      [](ReportRow& row) { row.spf.reset(); },
      [](ReportRow& row) { row.spf->result = policy::SpfResult::None; },
      [](ReportRow& row) { row.spf->human_result.clear(); },
  };
  const std::string hash = stored_tuple(support::full_row()).hash;
  EXPECT_EQ(hash.size(), 32U);
  EXPECT_EQ(stored_tuple(support::full_row()).hash, hash);
  for (const auto& change : changes) {
    ReportRow row = support::full_row();
    change(row);
    EXPECT_NE(stored_tuple(row).hash, hash);
  }
}

}  // namespace
}  // namespace waarmerk::reporting
