#include "cli/report_rows.h"

#include <sysexits.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "base/json.h"
#include "policy/facts.h"

namespace waarmerk::cli {
namespace {

using reporting::CountedRow;
using reporting::ReportRow;
using reporting::StoredReport;

std::string word(bool aligned) { return aligned ? "pass" : "fail"; }

std::uint64_t limit_of(const RowsOptions& options) {
  if (options.limit != 0) return options.limit;
  return options.format == RowFormat::Table ? kTableRows : kMaxRows;
}

// ---- Rows ---------------------------------------------------------------------------------------

std::vector<RowColumn> row_columns() {
  return {{"DAY", "day"},
          {"DOMAIN", "policy_domain"},
          {"FROM", "header_from"},
          {"SOURCE", "source_ip"},
          {"COUNT", "messages", Align::Right},
          {"DISPOSITION", "disposition"},
          {"DKIM", "dkim_aligned"},
          {"SPF", "spf_aligned"},
          {"MAIL-FROM", "envelope_from"},
          {"SIGNATURES", "dkim"},
          {"SPF-RESULT", "spf"},
          {"REASONS", "reasons"}};
}

/// "example.com/may=pass example.org/k2=fail".
std::string signatures_text(const ReportRow& row) {
  std::string text;
  for (const reporting::ReportedDkim& dkim : row.dkim) {
    text += (text.empty() ? "" : " ") + dkim.domain + "/" + dkim.selector + "=";
    text += to_string(dkim.result);
  }
  return text;
}

/// "local_policy: rule x; other".
std::string reasons_text(const ReportRow& row) {
  std::string text;
  for (const policy::Override& reason : row.reasons) {
    text += text.empty() ? "" : "; ";
    text += to_string(reason.type);
    if (!reason.comment.empty()) text += ": " + reason.comment;
  }
  return text;
}

std::string spf_text(const ReportRow& row) {
  return row.spf ? row.spf->domain + "=" + std::string(to_string(row.spf->result)) : std::string();
}

std::vector<std::string> row_cells(const StoredReport& report, const CountedRow& counted) {
  const ReportRow& row = counted.row;
  return {reporting::day_text(report.key.day),
          report.key.policy.domain.text(),
          row.header_from,
          row.source_ip.text(),
          std::to_string(counted.messages.all),
          std::string(reporting::kReportDispositionWords.word(row.disposition)),
          word(row.dkim_aligned),
          word(row.spf_aligned),
          row.envelope_from,
          signatures_text(row),
          spf_text(row),
          reasons_text(row)};
}

void write_results(JsonWriter& json, const ReportRow& row) {
  json.key("dkim").array_begin();
  for (const reporting::ReportedDkim& dkim : row.dkim) {
    json.object_begin().field("domain", dkim.domain).field("selector", dkim.selector);
    json.field("result", to_string(dkim.result)).field("human_result", dkim.human_result);
    json.object_end();
  }
  json.array_end().key("spf");
  if (!row.spf) {
    json.null();
    return;
  }
  json.object_begin().field("domain", row.spf->domain);
  json.field("result", to_string(row.spf->result)).field("human_result", row.spf->human_result);
  json.object_end();
}

std::string row_object(const StoredReport& report, const CountedRow& counted) {
  const ReportRow& row = counted.row;
  JsonWriter json;
  json.object_begin()
      .field("day", reporting::day_text(report.key.day))
      .field("policy_domain", report.key.policy.domain.text())
      .field("record", report.key.policy.record.text)
      .field("generation", report.generation)
      .field("state", reporting::kReportStateWords.word(report.state))
      .field("header_from", row.header_from)
      .field("source_ip", row.source_ip.text())
      .field("messages", counted.messages.all)
      .field("ordinary_messages", counted.messages.ordinary)
      .field("disposition", reporting::kReportDispositionWords.word(row.disposition))
      .field("dkim_aligned", row.dkim_aligned)
      .field("spf_aligned", row.spf_aligned)
      .field("envelope_from", row.envelope_from);
  json.key("reasons").array_begin();
  for (const policy::Override& reason : row.reasons) {
    json.object_begin().field("type", to_string(reason.type));
    json.field("comment", reason.comment).object_end();
  }
  json.array_end();
  write_results(json, row);
  json.object_end();
  return json.take();
}

// ---- Sums ---------------------------------------------------------------------------------------

std::vector<RowColumn> sum_columns(reporting::SumBy by) {
  const bool domains = by == reporting::SumBy::PolicyDomain;
  return {domains ? RowColumn{"DOMAIN", "policy_domain"} : RowColumn{"SOURCE", "source_ip"},
          {"MESSAGES", "messages", Align::Right},
          {"PASSED", "passed", Align::Right},
          {"FAILED", "failed", Align::Right},
          {"DKIM", "dkim_aligned", Align::Right},
          {"SPF", "spf_aligned", Align::Right},
          {"QUARANTINED", "quarantined", Align::Right},
          {"REJECTED", "rejected", Align::Right},
          domains ? RowColumn{"SOURCES", "sources", Align::Right}
                  : RowColumn{"DOMAINS", "policy_domains", Align::Right}};
}

std::vector<std::string> sum_cells(const reporting::MailSums& sums) {
  std::vector<std::string> cells{sums.name};
  for (const std::uint64_t count :
       {sums.messages, sums.passed, sums.failed, sums.dkim_aligned, sums.spf_aligned,
        sums.quarantined, sums.rejected, sums.others}) {
    cells.push_back(std::to_string(count));
  }
  return cells;
}

std::string sum_object(const reporting::MailSums& sums, reporting::SumBy by) {
  const bool domains = by == reporting::SumBy::PolicyDomain;
  JsonWriter json;
  json.object_begin()
      .field(domains ? "policy_domain" : "source_ip", sums.name)
      .field("messages", sums.messages)
      .field("passed", sums.passed)
      .field("failed", sums.failed)
      .field("dkim_aligned", sums.dkim_aligned)
      .field("spf_aligned", sums.spf_aligned)
      .field("quarantined", sums.quarantined)
      .field("rejected", sums.rejected)
      .field(domains ? "sources" : "policy_domains", sums.others)
      .object_end();
  return json.take();
}

/// Ends the answer: 0, or 1 when nothing was found.
int end(RowPrinter& printer, const RowsOptions& options, const Streams& streams) {
  printer.end(options.width);
  const int written = finish(streams);
  return written == EX_OK && printer.rows() == 0 ? kNothingFound : written;
}

void say_that_there_are_more(std::uint64_t limit, const Streams& streams) {
  streams.err << "note: these are the first " << limit << "; --limit shows more\n";
}

/// How a reading ends before its end.
const Error kEnough{"enough", {}};

}  // namespace

int report_rows(const RowsOptions& options, const Streams& streams) {
  auto opened = open_counted_mail(options.question);
  if (!opened) return complain(opened.error(), streams);
  const auto reports = reporting::reports_with(opened->database, opened->mail);
  if (!reports) return complain({EX_TEMPFAIL, {reports.error()}}, streams);
  RowPrinter printer(row_columns(), options.format, streams.out);
  reporting::Outbox outbox(opened->database);
  const std::uint64_t limit = limit_of(options);
  for (const StoredReport& report : *reports) {
    const auto read = outbox.each_row(report.id, [&](const CountedRow& row) -> Result<void> {
      if (printer.rows() == limit) return std::unexpected(kEnough);
      if (options.format == RowFormat::Json) {
        printer.add_object(row_object(report, row));
      } else {
        printer.add(row_cells(report, row));
      }
      return {};
    });
    if (read) continue;
    if (read.error() != kEnough) return complain({EX_TEMPFAIL, {read.error()}}, streams);
    say_that_there_are_more(limit, streams);
    break;
  }
  return end(printer, options, streams);
}

int report_sums(const RowsOptions& options, reporting::SumBy by, const Streams& streams) {
  auto opened = open_counted_mail(options.question);
  if (!opened) return complain(opened.error(), streams);
  // One more, to know whether there are more.
  const std::uint64_t limit = limit_of(options);
  const auto sums = reporting::sums_of(opened->database, opened->mail, by, limit + 1);
  if (!sums) return complain({EX_TEMPFAIL, {sums.error()}}, streams);
  RowPrinter printer(sum_columns(by), options.format, streams.out);
  for (const reporting::MailSums& sum : *sums) {
    if (printer.rows() == limit) {
      say_that_there_are_more(limit, streams);
      break;
    }
    if (options.format == RowFormat::Json) {
      printer.add_object(sum_object(sum, by));
    } else {
      printer.add(sum_cells(sum));
    }
  }
  return end(printer, options, streams);
}

}  // namespace waarmerk::cli
