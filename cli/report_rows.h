// `waarmerk report rows`, `domains` and `sources`: what was counted for reports, for scripts and
// for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/counted_mail.h"
#include "cli/output.h"
#include "cli/row_printer.h"

namespace waarmerk::cli {

/// The command line.
struct RowsOptions {
  CountedQuestion question;
  RowFormat format = RowFormat::Table;
  /// At most so many rows; 0: kTableRows in a table, all for programs.
  std::uint64_t limit = 0;
  /// Of the terminal; nullopt: nothing is cut.
  std::optional<std::size_t> width;
};

/// So many rows a table has unless it is asked for more: it is kept in memory.
inline constexpr std::uint64_t kTableRows = 100;
/// At most so many can be asked for.
inline constexpr std::uint64_t kMaxRows = 1'000'000'000;

/// Prints the rows of reports as they are counted: by day and policy domain. Memory does not grow
/// with them, but for a table. Says on `streams.err` that there are more. Returns the exit status:
/// 0; 1 when there is none; EX_USAGE, EX_CONFIG, EX_NOINPUT when nothing was ever collected, or
/// EX_TEMPFAIL when the store failed.
[[nodiscard]] int report_rows(const RowsOptions& options, const Streams& streams);

/// Prints how many messages there are of each policy domain, or from each client, how many passed
/// DMARC, and what was done; those with most messages first. Returns as report_rows() does.
[[nodiscard]] int report_sums(const RowsOptions& options, reporting::SumBy by,
                              const Streams& streams);

}  // namespace waarmerk::cli
