// A store and settings that name it, for the subcommands that read what was counted.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>

#include "cli/counted_mail.h"
#include "cli/output.h"
#include "reporting/store/counts.h"
#include "reporting/store/schema.h"
#include "tests/support/report_samples.h"
#include "tests/support/scratch_folder.h"

namespace waarmerk::cli {

/// 2026-05-01: example.com with 3 messages that passed and 2 that were refused. 2026-05-02:
/// example.com with one more, and example.org with 3.
class ReportStore : public testing::Test {
 protected:
  static constexpr std::chrono::sys_days kDay = std::chrono::year(2026) / 5 / 1;

  void SetUp() override {
    config_ = folder_.write("waarmerk.toml", "mode = \"monitor\"\n[report]\nstore = \"" + store() +
                                                 "\"\nemail = \"postmaster@example.net\"\n"
                                                 "submitter = \"mx.example.net\"\n");
    auto database = reporting::open_store(store());
    ASSERT_TRUE(database.has_value());
    reporting::CountedRow refused = support::numbered_report_row(9);
    refused.row.dkim_aligned = refused.row.spf_aligned = false;
    refused.row.disposition = reporting::ReportDisposition::Reject;
    refused.row.reasons = {{policy::Override::Type::LocalPolicy, "=HYPERLINK(\"x\")"}};
    refused.messages = {2, 2};
    reporting::Batch batch;
    batch.reports = {
        report("example.com", kDay, {support::plain_report_row(), refused}),
        report("example.com", kDay + std::chrono::days(1), {support::numbered_report_row(50)}),
        report("example.org", kDay + std::chrono::days(1), {support::plain_report_row()})};
    ASSERT_TRUE(reporting::store_batch(*database, batch, kDay).has_value());
  }

  [[nodiscard]] std::string store() const { return (folder_.path() / "reports.db").string(); }
  [[nodiscard]] CountedQuestion question() const { return {.config_file = config_}; }
  [[nodiscard]] Streams streams() { return {out_, err_}; }
  /// What was printed since the last call.
  std::string printed() {
    std::string text = out_.str();
    out_.str("");
    return text;
  }
  [[nodiscard]] std::string complaints() const { return err_.str(); }
  [[nodiscard]] const support::ScratchFolder& folder() const { return folder_; }

 private:
  static reporting::BatchReport report(const std::string& domain, std::chrono::sys_days day,
                                       std::vector<reporting::CountedRow> rows) {
    return {.key = {.policy = support::published_at(domain, "v=DMARC1; p=reject"), .day = day},
            .rows = std::move(rows)};
  }

  support::ScratchFolder folder_;
  std::string config_;
  std::ostringstream out_;
  std::ostringstream err_;
};

}  // namespace waarmerk::cli
