// `waarmerk report rows`, `domains` and `sources`, as tables, JSON and CSV.
#include "cli/report_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sysexits.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/text.h"
#include "tests/cli/report_store_fixture.h"

namespace waarmerk::cli {
namespace {

using nlohmann::json;
using reporting::SumBy;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ReportRows : public ReportStore {
 protected:
  RowsOptions options(RowFormat format) const {
    return {.question = question(), .format = format, .limit = 0, .width = {}};
  }
  json rows(const RowsOptions& options, int status = EX_OK) {
    EXPECT_EQ(report_rows(options, streams()), status) << complaints();
    return json::parse(printed());
  }
};

TEST_F(ReportRows, JsonHasEverythingOfARow) {
  RowsOptions options = this->options(RowFormat::Json);
  options.question.domain = "example.org";
  EXPECT_EQ(rows(options), json::parse(R"([{
    "day": "2026-05-02", "policy_domain": "example.org", "record": "v=DMARC1; p=reject",
    "generation": 0, "state": "collecting", "header_from": "example.com",
    "source_ip": "192.0.2.7", "messages": 3, "ordinary_messages": 3, "disposition": "pass",
    "dkim_aligned": true, "spf_aligned": true, "envelope_from": "bounce.example.com",
    "reasons": [],
    "dkim": [{"domain": "example.com", "selector": "may", "result": "pass", "human_result": ""}],
    "spf": {"domain": "bounce.example.com", "result": "pass", "human_result": ""}}])"));
}

TEST_F(ReportRows, DaysAndDomainsAreChosen) {
  RowsOptions options = this->options(RowFormat::Json);
  EXPECT_EQ(rows(options).size(), 4U);
  options.question.since = "2026-05-02";
  EXPECT_EQ(rows(options).size(), 2U);
  options.question.domain = "example.com";
  EXPECT_EQ(rows(options).size(), 1U);
  options.question.since = "";
  options.question.until = "2026-05-02";
  EXPECT_EQ(rows(options).size(), 2U);
  options.question.until = "2026-05-02T00:00:01Z";
  EXPECT_EQ(rows(options).size(), 3U);
  options.question.domain = "*.example.com";
  EXPECT_EQ(rows(options, kNothingFound), json::array());
}

TEST_F(ReportRows, CsvIsSafeForSpreadsheets) {
  ASSERT_EQ(report_rows(options(RowFormat::Csv), streams()), EX_OK);
  const std::string csv = printed();
  EXPECT_THAT(csv, StartsWith("day,policy_domain,header_from,source_ip,messages,disposition,"
                              "dkim_aligned,spf_aligned,envelope_from,dkim,spf,reasons\r\n"));
  EXPECT_THAT(csv, HasSubstr("\"2026-05-01\",\"example.com\",\"example.com\",\"192.0.2.7\",3,"
                             "\"pass\",\"pass\",\"pass\",\"bounce.example.com\","
                             "\"example.com/may=pass\",\"bounce.example.com=pass\",\"\"\r\n"));
  EXPECT_THAT(csv, HasSubstr("\"local_policy: =HYPERLINK(\"\"x\"\")\"\r\n"));
}

TEST_F(ReportRows, ATableHasHeadingsAndOneLineARow) {
  ASSERT_EQ(report_rows(options(RowFormat::Table), streams()), EX_OK);
  const std::string table = printed();
  EXPECT_THAT(table, StartsWith("DAY         DOMAIN       FROM"));
  EXPECT_EQ(split(table, '\n').size(), 6U);
}

TEST_F(ReportRows, ThatThereAreMoreIsSaid) {
  RowsOptions options = this->options(RowFormat::Csv);
  options.limit = 3;
  ASSERT_EQ(report_rows(options, streams()), EX_OK);
  EXPECT_EQ(split(printed(), '\n').size(), 5U);
  EXPECT_THAT(complaints(), HasSubstr("first 3"));
}

TEST_F(ReportRows, ThatThereAreNoMoreIsNotSaid) {
  RowsOptions options = this->options(RowFormat::Json);
  options.limit = 4;
  EXPECT_EQ(rows(options).size(), 4U);
  EXPECT_EQ(complaints(), "");
}

TEST_F(ReportRows, SumsByDomain) {
  RowsOptions options = this->options(RowFormat::Json);
  ASSERT_EQ(report_sums(options, SumBy::PolicyDomain, streams()), EX_OK);
  EXPECT_EQ(json::parse(printed())[0], json::parse(R"({"policy_domain": "example.com",
    "messages": 6, "passed": 4, "failed": 2, "dkim_aligned": 4, "spf_aligned": 3,
    "quarantined": 0, "rejected": 2, "sources": 3})"));
  options.format = RowFormat::Csv;
  ASSERT_EQ(report_sums(options, SumBy::PolicyDomain, streams()), EX_OK);
  EXPECT_EQ(printed(),
            "policy_domain,messages,passed,failed,dkim_aligned,spf_aligned,quarantined,rejected,"
            "sources\r\n\"example.com\",6,4,2,4,3,0,2,3\r\n\"example.org\",3,3,0,3,3,0,0,1\r\n");
}

TEST_F(ReportRows, SumsBySource) {
  RowsOptions options = this->options(RowFormat::Table);
  options.limit = 1;
  ASSERT_EQ(report_sums(options, SumBy::Source, streams()), EX_OK);
  const auto lines = printed();
  EXPECT_THAT(lines, StartsWith("SOURCE "));
  EXPECT_THAT(lines, HasSubstr("192.0.2.7"));
  EXPECT_EQ(split(lines, '\n').size(), 3U);
  EXPECT_THAT(complaints(), HasSubstr("first 1"));
}

TEST_F(ReportRows, WrongQuestionsAreSaid) {
  RowsOptions options = this->options(RowFormat::Json);
  options.question.domain = "*.";
  EXPECT_EQ(report_rows(options, streams()), EX_USAGE);
  EXPECT_THAT(complaints(), HasSubstr("--domain"));
  options = this->options(RowFormat::Json);
  options.question.since = "yesterday";
  EXPECT_EQ(report_sums(options, SumBy::Source, streams()), EX_USAGE);
  EXPECT_THAT(complaints(), HasSubstr("--since"));
}

TEST_F(ReportRows, AStoreThatIsNotThereIsNotMade) {
  RowsOptions options = this->options(RowFormat::Json);
  const std::string missing = (folder().path() / "missing.db").string();
  options.question.config_file =
      folder().write("other.toml", "mode = \"monitor\"\n[report]\nstore = \"" + missing + "\"\n");
  EXPECT_EQ(report_rows(options, streams()), EX_NOINPUT);
  EXPECT_FALSE(std::filesystem::exists(missing));
  EXPECT_THAT(complaints(), HasSubstr("report collect"));
}

}  // namespace
}  // namespace waarmerk::cli
