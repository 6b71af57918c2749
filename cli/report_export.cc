#include "cli/report_export.h"

#include <sysexits.h>

#include <ostream>
#include <utility>

#include "base/output_folder.h"
#include "base/text.h"
#include "cli/log_filter.h"
#include "cli/report_rows.h"
#include "cli/reporter.h"
#include "reporting/log_reader.h"

namespace waarmerk::cli {
namespace {

/// Ends the answer: 0, or 1 when nothing was found.
int end(bool found, const Streams& streams) {
  const int written = finish(streams);
  return written == EX_OK && !found ? kNothingFound : written;
}

// ---- Reports ------------------------------------------------------------------------------------

/// What every report of an export needs.
struct Workshop {
  OpenedMail& opened;
  reporting::Reporter reporter;
  policy::ReportFormat format;
  OutputFolder folder;
  std::ostream& out;
};

/// Writes the documents of one report; a report without rows has none. A-22
Outcome<std::uint64_t> export_report(const Workshop& workshop,
                                     const reporting::StoredReport& report) {
  std::uint64_t files = 0;
  int status = EX_TEMPFAIL;
  const auto write = [&](const reporting::Document& document) -> Result<void> {
    const std::string name = reporting::disk_name(document.file_name);
    auto written = workshop.folder.write(name, document.octets);
    if (!written) status = EX_CANTCREAT;
    if (!written) return written;
    ++files;
    workshop.out << name << "\n";
    return {};
  };
  const reporting::DocumentKey key{.submitter = workshop.reporter.submitter,
                                   .report = report.key,
                                   .generation = report.generation};
  const reporting::DocumentLimits limits{.max_bytes = workshop.opened.settings.report.max_bytes};
  reporting::DocumentWriter writer(workshop.reporter, key, workshop.format, limits, write);
  std::uint64_t rows = 0;
  auto done = reporting::Outbox(workshop.opened.database)
                  .each_row(report.id, [&](const reporting::CountedRow& row) {
                    ++rows;
                    return writer.add(row);
                  });
  if (done && rows > 0) done = writer.finish();
  if (!done) return failure(status, done.error());
  return files;
}

Outcome<Workshop> open_workshop(const ExportOptions& options, OpenedMail& opened,
                                std::ostream& out) {
  if (auto checked = check_reporter(opened.settings.report); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  auto folder = OutputFolder::open(options.folder);
  if (!folder) return failure(EX_CANTCREAT, folder.error());
  const auto format = options.format == ExportFormat::Rfc7489 ? policy::ReportFormat::Rfc7489
                                                              : policy::ReportFormat::Rfc9990;
  return Workshop{opened, reporter_of(opened.settings.report, options.generator), format,
                  std::move(*folder), out};
}

int export_reports(const ExportOptions& options, const Streams& streams) {
  if (options.folder.empty()) {
    return complain({EX_USAGE, {{"expected a folder for the reports", "--out"}}}, streams);
  }
  auto opened = open_counted_mail(options.question);
  if (!opened) return complain(opened.error(), streams);
  const auto workshop = open_workshop(options, *opened, streams.out);
  if (!workshop) return complain(workshop.error(), streams);
  const auto reports = reporting::reports_with(opened->database, opened->mail);
  if (!reports) return complain({EX_TEMPFAIL, {reports.error()}}, streams);
  std::uint64_t files = 0;
  for (const reporting::StoredReport& report : *reports) {
    const auto made = export_report(*workshop, report);
    if (!made) return complain(made.error(), streams);
    files += *made;
  }
  return end(files > 0, streams);
}

// ---- Rows and messages --------------------------------------------------------------------------

int export_csv(const ExportOptions& options, const Streams& streams) {
  return report_rows({.question = options.question, .format = RowFormat::Csv}, streams);
}

/// Says what could not be exported, the first few times, and how much it was in the end.
class LeftOut {
 public:
  explicit LeftOut(std::ostream& err) : err_(err) {}

  void add(const std::string& where, const std::string& what) {
    constexpr std::uint64_t kMaxSaid = 10;
    if (++count_ <= kMaxSaid) err_ << printable(where + ": left out: " + what, 1000) << "\n";
  }
  void end() const {
    if (count_ > 0) err_ << "note: " << count_ << " values or lines were left out\n";
  }

 private:
  std::ostream& err_;
  std::uint64_t count_ = 0;
};

int export_history(const ExportOptions& options, const Streams& streams) {
  const auto filter = LogFilter::parse({.domain = options.question.domain,
                                        .since = options.question.since,
                                        .until = options.question.until},
                                       SystemClock().now());
  if (!filter) return complain({EX_USAGE, {filter.error()}}, streams);
  auto lines = open_log({options.log, options.question.config_file}, filter->days());
  if (!lines) return complain(lines.error(), streams);
  reporting::EntryReader entries(std::move(*lines));
  LeftOut left_out(streams.err);
  bool found = false;
  while (const auto entry = entries.next()) {
    if (!*entry) {
      left_out.add(entry->error().where, entry->error().text);
      continue;
    }
    const auto* record = std::get_if<reporting::Record>(&(*entry)->entry);
    if (record == nullptr || !filter->wants(*record)) continue;
    const auto written = reporting::history_entry(*record, options.keys);
    for (const std::string& what : written.left_out) {
      left_out.add(reporting::place_of((*entry)->line), what);
    }
    streams.out << written.text;
    found = found || !written.text.empty();
  }
  left_out.end();
  return end(found, streams);
}

}  // namespace

int report_export(const ExportOptions& options, const Streams& streams) {
  switch (options.format) {
    case ExportFormat::Rfc9990:
    case ExportFormat::Rfc7489:
      return export_reports(options, streams);
    case ExportFormat::Csv:
      return export_csv(options, streams);
    case ExportFormat::History:
      return export_history(options, streams);
  }
  return EX_USAGE;
}

}  // namespace waarmerk::cli
