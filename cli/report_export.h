// `waarmerk report export`: what was counted or logged, in the forms that others read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/words.h"
#include "cli/counted_mail.h"
#include "cli/log_places.h"
#include "cli/output.h"
#include "reporting/opendmarc_history_writer.h"

namespace waarmerk::cli {

enum class ExportFormat : std::uint8_t {
  Rfc9990,  ///< reports as they are sent, a file each
  Rfc7489,  ///< the same in the older form
  Csv,      ///< rows for a spreadsheet
  History,  ///< OpenDMARC's history file, out of the log
};
inline constexpr Words<ExportFormat, 4> kExportFormatWords{
    {{{ExportFormat::Rfc9990, "rfc9990"},
      {ExportFormat::Rfc7489, "rfc7489"},
      {ExportFormat::Csv, "csv"},
      {ExportFormat::History, "opendmarc-history"}}}};

/// The command line.
struct ExportOptions {
  CountedQuestion question;
  ExportFormat format = ExportFormat::Rfc9990;
  /// The folder for reports; it must be there.
  std::string folder;
  /// For OpenDMARC's history: where the log is, and which lines are wanted.
  std::vector<std::string> log;
  reporting::HistoryKeys keys = reporting::HistoryKeys::Released;
  /// Names this program in reports: "waarmerk 0.1.0".
  std::string generator = "waarmerk";
};

/// Exports what was asked for. Of reports, also such as are sent already or never will be, the name
/// of each file is printed when it is there; CSV and history go to `streams.out`. Nothing in the
/// store changes. Returns the exit status: 0; 1 when there is nothing; EX_USAGE, EX_CONFIG,
/// EX_NOINPUT for what was asked; EX_CANTCREAT when a file cannot be written; EX_TEMPFAIL when the
/// store failed.
[[nodiscard]] int report_export(const ExportOptions& options, const Streams& streams);

}  // namespace waarmerk::cli
