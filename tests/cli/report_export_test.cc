// `waarmerk report export`: reports into a folder, rows as CSV, OpenDMARC's history out of the log.
#include "cli/report_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sysexits.h>

#include <filesystem>
#include <set>
#include <string>

#include "base/text.h"
#include "reporting/opendmarc_history.h"
#include "reporting/store/outbox.h"
#include "tests/cli/report_store_fixture.h"
#include "tests/support/packed_file.h"
#include "tests/support/record_samples.h"
#include "tests/support/whole_file.h"
#include "tests/support/xml_schema.h"

namespace waarmerk::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

class ReportExport : public ReportStore {
 protected:
  void SetUp() override {
    ReportStore::SetUp();
    fs::create_directory(out());
  }
  [[nodiscard]] fs::path out() const { return folder().path() / "out"; }
  ExportOptions options(ExportFormat format) const {
    return {.question = question(),
            .format = format,
            .folder = out().string(),
            .log = {},
            .generator = "waarmerk 0.1.0"};
  }
  /// The names that were printed; each is that of a file.
  std::set<std::string> files() {
    const std::string names = printed();
    std::set<std::string> found;
    for (const std::string_view name : split(names, '\n')) {
      if (name.empty()) continue;
      EXPECT_TRUE(fs::exists(out() / name)) << name;
      found.emplace(name);
    }
    return found;
  }
  /// The report in a file.
  support::XmlElement report_in(const std::string& name) {
    auto root = support::read_xml(support::unpacked(support::read_whole(out() / name)));
    EXPECT_TRUE(root.has_value());
    return root.value_or(support::XmlElement{});
  }
};

TEST_F(ReportExport, A_30_EachReportIsAFileOfItsName) {
  ASSERT_EQ(report_export(options(ExportFormat::Rfc9990), streams()), EX_OK) << complaints();
  const auto names = files();
  ASSERT_EQ(names.size(), 3U);
  EXPECT_THAT(*names.begin(), StartsWith("mx.example.net!example.com!1777593600!1777679999!"));
  const auto root = report_in(*names.begin());
  EXPECT_EQ(root.name_space, "urn:ietf:params:xml:ns:dmarc-2.0");
  EXPECT_EQ(root["report_metadata"]["org_name"].text, "example.net");
  EXPECT_EQ(root["report_metadata"]["generator"].text, "waarmerk 0.1.0");
  EXPECT_EQ(root.all("record").size(), 2U);
}

TEST_F(ReportExport, A_35_TheSameAgainHasTheSameNamesAndOctets) {
  ASSERT_EQ(report_export(options(ExportFormat::Rfc9990), streams()), EX_OK);
  const auto first = files();
  const std::string octets = support::read_whole(out() / *first.begin());
  ASSERT_EQ(report_export(options(ExportFormat::Rfc9990), streams()), EX_OK);
  EXPECT_EQ(files(), first);
  EXPECT_EQ(support::read_whole(out() / *first.begin()), octets);
}

TEST_F(ReportExport, A_23_TheOlderForm) {
  ExportOptions options = this->options(ExportFormat::Rfc7489);
  options.question.domain = "example.org";
  ASSERT_EQ(report_export(options, streams()), EX_OK);
  const auto names = files();
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(report_in(*names.begin()).name_space, "");
  EXPECT_EQ(report_in(*names.begin())["policy_published"]["pct"].text, "100");
}

TEST_F(ReportExport, WhateverTheStateOfAReport) {
  auto database = reporting::open_store(store());
  ASSERT_TRUE(database.has_value());
  reporting::Outbox outbox(*database);
  ASSERT_EQ(outbox.freeze(kDay, kDay + std::chrono::hours(30)).value_or(0), 1U);
  ASSERT_EQ(report_export(options(ExportFormat::Rfc9990), streams()), EX_OK);
  EXPECT_EQ(files().size(), 3U);
}

TEST_F(ReportExport, ADayIsChosen) {
  ExportOptions options = this->options(ExportFormat::Rfc9990);
  options.question.since = "2026-05-01";
  options.question.until = "2026-05-02";
  ASSERT_EQ(report_export(options, streams()), EX_OK);
  EXPECT_EQ(files().size(), 1U);
  options.question.since = "2026-05-03";
  options.question.until = "";
  EXPECT_EQ(report_export(options, streams()), kNothingFound);
}

/// A stranger chooses the domain: it must not be able to end the export.
TEST_F(ReportExport, ADomainThatIsTooLongForANameOfAFile) {
  const std::string label(60, 'x');
  const std::string domain = label + "." + label + "." + label + ".example";
  auto database = reporting::open_store(store());
  ASSERT_TRUE(database.has_value());
  reporting::Batch batch;
  batch.reports.push_back(
      {.key = {.policy = support::published_at(domain, "v=DMARC1; p=none"), .day = kDay},
       .rows = {support::plain_report_row()}});
  ASSERT_TRUE(reporting::store_batch(*database, batch, kDay).has_value());
  ExportOptions options = this->options(ExportFormat::Rfc9990);
  options.question.config_file = folder().write(
      "long.toml", "mode = \"monitor\"\n[report]\nstore = \"" + store() +
                       "\"\nemail = \"a@example.net\"\nsubmitter = \"" + domain + "\"\n");
  ASSERT_EQ(report_export(options, streams()), EX_OK) << complaints();
  EXPECT_EQ(files().size(), 4U);
}

TEST_F(ReportExport, WhatIsMissingIsSaid) {
  ExportOptions options = this->options(ExportFormat::Rfc9990);
  options.folder = "";
  EXPECT_EQ(report_export(options, streams()), EX_USAGE);
  EXPECT_THAT(complaints(), HasSubstr("--out"));
  options.folder = (folder().path() / "nowhere").string();
  EXPECT_EQ(report_export(options, streams()), EX_CANTCREAT);
  options = this->options(ExportFormat::Rfc9990);
  options.question.config_file =
      folder().write("other.toml", "mode = \"monitor\"\n[report]\nstore = \"" + store() + "\"\n");
  EXPECT_EQ(report_export(options, streams()), EX_CONFIG);
  EXPECT_THAT(complaints(), HasSubstr("report.email"));
}

TEST_F(ReportExport, CsvNeedsNoFolder) {
  ExportOptions options = this->options(ExportFormat::Csv);
  options.folder = "";
  ASSERT_EQ(report_export(options, streams()), EX_OK);
  EXPECT_EQ(split(printed(), '\n').size(), 6U);
}

// ---- OpenDMARC's history ------------------------------------------------------------------------

class HistoryExport : public ReportExport {
 protected:
  /// A message of that author domain and queue id, as a line of the log.
  static std::string logged(const std::string& domain, const std::string& queue_id) {
    reporting::Record record = support::plain_record();
    record.facts.queue_id = queue_id;
    record.facts.author.domains = {DomainName::parse(domain).value()};
    record.verdict.dmarc[0].author_domain = DomainName::parse(domain).value();
    record.verdict.dmarc[0].policy_domain = DomainName::parse(domain).value();
    return reporting::write_record(record) + "\n";
  }
  /// The queue ids of the messages that a reader finds in what was printed.
  std::vector<std::string> jobs() {
    const std::string text = printed();
    std::vector<std::string> jobs;
    reporting::HistoryReader reader;
    const auto keep = [&jobs](const auto& message) {
      if (!message) return;
      EXPECT_TRUE(message->has_value());
      if (*message) jobs.push_back((*message)->job);
    };
    for (const std::string_view line : split(text, '\n')) {
      if (!line.empty()) keep(reader.feed(line));
    }
    keep(reader.finish());
    return jobs;
  }
};

TEST_F(HistoryExport, EachMessageOfTheLogIsAnEntry) {
  ExportOptions options = this->options(ExportFormat::History);
  options.log = {folder().write("log", logged("example.com", "4a") + logged("example.org", "4b"))};
  ASSERT_EQ(report_export(options, streams()), EX_OK) << complaints();
  EXPECT_THAT(jobs(), testing::ElementsAre("4a", "4b"));
  options.question.domain = "example.org";
  ASSERT_EQ(report_export(options, streams()), EX_OK);
  EXPECT_THAT(jobs(), testing::ElementsAre("4b"));
  options.question.since = "2200-01-01";
  EXPECT_EQ(report_export(options, streams()), kNothingFound);
}

TEST_F(HistoryExport, LaterKeysOnlyWhenAsked) {
  ExportOptions options = this->options(ExportFormat::History);
  options.log = {folder().write("log", logged("example.com", "4a"))};
  ASSERT_EQ(report_export(options, streams()), EX_OK);
  EXPECT_THAT(printed(), testing::Not(HasSubstr("spf_scope")));
  options.keys = reporting::HistoryKeys::Developed;
  ASSERT_EQ(report_export(options, streams()), EX_OK);
  EXPECT_THAT(printed(), HasSubstr("spf_scope 1\n"));
}

TEST_F(HistoryExport, A_61_WhatWouldBreakALineIsSaidWithItsPlace) {
  ExportOptions options = this->options(ExportFormat::History);
  options.log = {folder().write(
      "log", logged("example.com", "4a b\njob 5") + "damaged\n" + logged("example.org", "4b"))};
  ASSERT_EQ(report_export(options, streams()), EX_OK);
  EXPECT_THAT(jobs(), testing::ElementsAre("4b"));
  EXPECT_THAT(complaints(), HasSubstr("log:1: left out: a message for the queue id"));
  EXPECT_THAT(complaints(), HasSubstr("log:2"));
  EXPECT_THAT(complaints(), HasSubstr("2 values or lines were left out"));
}

TEST_F(HistoryExport, ALogThatIsNotThere) {
  ExportOptions options = this->options(ExportFormat::History);
  options.log = {(folder().path() / "nothing").string()};
  EXPECT_EQ(report_export(options, streams()), EX_NOINPUT);
}

}  // namespace
}  // namespace waarmerk::cli
