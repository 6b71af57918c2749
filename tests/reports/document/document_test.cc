// Parts: where one ends, how each is named, and that the same rows give the same octets.
#include "reporting/document/document.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "tests/reports/document/rendered.h"

namespace waarmerk::reporting {
namespace {

using support::chance_report_row;
using support::numbered_report_row;
using support::plain_report_row;
using support::report_key;

constexpr auto kForm = policy::ReportFormat::Rfc9990;

std::vector<CountedRow> numbered_rows(std::uint32_t count) {
  std::vector<CountedRow> rows;
  for (std::uint32_t i = 0; i < count; ++i) rows.push_back(numbered_report_row(i));
  return rows;
}

/// The sources of all records of some documents, in order.
std::vector<std::string> sources_in(const std::vector<Document>& documents) {
  std::vector<std::string> sources;
  for (const Document& document : documents) {
    const auto root = support::read_xml(support::unpacked(document.octets));
    EXPECT_TRUE(root.has_value());
    if (!root) continue;
    const auto records = root->all("record");
    EXPECT_EQ(records.size(), document.rows);
    for (const auto& record : records) sources.push_back(record["row"]["source_ip"].text);
  }
  return sources;
}

TEST(Document, A_22_AReportWithoutRowsIsNone) {
  int taken = 0;
  DocumentWriter writer(support::example_reporter(), report_key(), kForm, {},
                        [&taken](const Document&) {
                          ++taken;
                          return Result<void>();
                        });
  EXPECT_FALSE(writer.finish().has_value());
  EXPECT_EQ(taken, 0);
  EXPECT_EQ(documents_of({plain_report_row()}, kForm).size(), 1U);
}

TEST(Document, A_35_TheSameRowsGiveTheSameOctets) {
  const auto rows = numbered_rows(500);
  const DocumentLimits limits{.max_rows = 200};
  const auto first = documents_of(rows, kForm, report_key(), limits);
  const auto second = documents_of(rows, kForm, report_key(), limits);
  ASSERT_EQ(first.size(), 3U);
  ASSERT_EQ(second.size(), 3U);
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].octets, second[i].octets);
    EXPECT_EQ(first[i].file_name, second[i].file_name);
  }
  auto others = rows;
  ++others.back().messages.all;
  EXPECT_NE(documents_of(others, kForm, report_key(), limits).back().octets, first.back().octets);
}

TEST(Document, PartsFollowEachOtherAndHaveNamesOfTheirOwn) {
  const auto rows = numbered_rows(500);
  const auto parts = documents_of(rows, kForm, report_key(), {.max_rows = 200});
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].rows, 200U);
  EXPECT_EQ(parts[2].rows, 100U);
  std::set<std::string> ids;
  for (unsigned i = 0; i < parts.size(); ++i) {
    DocumentKey key = report_key();
    key.part = i + 1;
    EXPECT_EQ(parts[i].part, key.part);
    EXPECT_EQ(parts[i].report_id, report_id(key));
    EXPECT_EQ(parts[i].file_name, file_name(key));
    const auto root = support::read_xml(support::unpacked(parts[i].octets));
    ASSERT_TRUE(root.has_value());
    EXPECT_EQ((*root)["report_metadata"]["report_id"].text, parts[i].report_id);
    ids.insert(parts[i].report_id);
  }
  EXPECT_EQ(ids.size(), 3U);
  EXPECT_EQ(sources_in(parts), sources_in(documents_of(rows, kForm)));
}

TEST(Document, ExactlyFullIsOnePart) {
  EXPECT_EQ(documents_of(numbered_rows(200), kForm, report_key(), {.max_rows = 200}).size(), 1U);
  EXPECT_EQ(documents_of(numbered_rows(201), kForm, report_key(), {.max_rows = 200}).size(), 2U);
}

TEST(Document, NoPartIsLargerThanAllowed) {
  std::mt19937 random(20260502);
  std::vector<CountedRow> rows;
  for (int i = 0; i < 300; ++i) {
    rows.push_back(chance_report_row(random));
    // What cannot be packed: the harder case for a promise of size.
    for (ReportedDkim& dkim : rows.back().row.dkim) {
      for (int j = 0; j < 1'000; ++j) dkim.human_result += static_cast<char>('!' + random() % 90);
    }
  }
  constexpr std::size_t kMaxBytes = 150'000;
  const auto parts = documents_of(rows, kForm, report_key(), {.max_bytes = kMaxBytes});
  EXPECT_GT(parts.size(), 2U);
  std::uint64_t written = 0;
  for (const Document& part : parts) {
    EXPECT_LE(part.octets.size(), kMaxBytes);
    written += part.rows;
  }
  EXPECT_EQ(written, rows.size());
}

TEST(Document, ARowThatIsLargerThanAllowedIsAPartOfItsOwn) {
  const auto parts = documents_of(numbered_rows(3), kForm, report_key(), {.max_bytes = 10});
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(sources_in(parts).size(), 3U);
}

TEST(Document, AnErrorOfTheTakerEndsTheWriting) {
  DocumentWriter writer(support::example_reporter(), report_key(), kForm, {.max_rows = 1},
                        [](const Document&) -> Result<void> { return fail("no room"); });
  ASSERT_TRUE(writer.add(plain_report_row()).has_value());
  const auto added = writer.add(plain_report_row());
  ASSERT_FALSE(added.has_value());
  EXPECT_EQ(added.error().text, "no room");
}

}  // namespace
}  // namespace waarmerk::reporting
