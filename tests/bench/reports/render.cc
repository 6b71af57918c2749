// Measures what rendering a large report costs, in time and in memory: rows of which no two are the
// same, through the whole writer, packed.
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <span>
#include <string>

#include "base/text.h"
#include "base/words.h"
#include "reporting/document/document.h"
#include "tests/support/report_samples.h"

namespace waarmerk::bench {
namespace {

constexpr std::uint64_t kRows = 1'000'000;
constexpr std::uint64_t kMaxRows = 4'000'000'000;
constexpr Words<policy::ReportFormat, 2> kFormats{
    {{{policy::ReportFormat::Rfc9990, "rfc9990"}, {policy::ReportFormat::Rfc7489, "rfc7489"}}}};

struct Totals {
  std::uint64_t parts = 0;
  std::uint64_t rows = 0;
  std::uint64_t octets = 0;
};

/// Documents are counted and dropped, as a sender drops what it has stored.
Result<Totals> render(std::uint64_t rows, policy::ReportFormat format) {
  Totals totals;
  reporting::DocumentWriter writer(support::example_reporter(), support::report_key(), format, {},
                                   [&totals](const reporting::Document& document) {
                                     ++totals.parts;
                                     totals.rows += document.rows;
                                     totals.octets += document.octets.size();
                                     return Result<void>();
                                   });
  for (std::uint64_t i = 0; i < rows; ++i) {
    const auto row = support::numbered_report_row(static_cast<std::uint32_t>(i));
    if (auto added = writer.add(row); !added) return std::unexpected(added.error());
  }
  if (auto finished = writer.finish(); !finished) return std::unexpected(finished.error());
  return totals;
}

rusage usage() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used;
}

int run(std::uint64_t rows, policy::ReportFormat format) {
  const auto begin = std::chrono::steady_clock::now();
  const auto totals = render(rows, format);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  if (!totals) {
    std::cerr << to_string(totals.error()) << "\n";
    return 1;
  }
  const rusage used = usage();
  const auto cpu = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  std::cout << std::fixed << std::setprecision(1) << totals->rows << " rows in " << totals->parts
            << " parts, " << static_cast<double>(totals->octets) / 1e6
            << " MB packed: " << wall.count() << " s, " << cpu << " s of CPU, at most "
            << static_cast<double>(used.ru_maxrss) / 1024 << " MB of memory\n";
  return 0;
}

}  // namespace
}  // namespace waarmerk::bench

/// Arguments: how many rows, and the format.
int main(int argc, char** argv) {
  using namespace waarmerk;
  const auto arguments = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
  const auto rows = arguments.empty() ? bench::kRows : parse_number(arguments[0], bench::kMaxRows);
  const auto format = bench::kFormats.find(arguments.size() < 2 ? "rfc9990" : arguments[1]);
  if (!rows || !format) {
    std::cerr << "usage: render [ROWS [rfc9990|rfc7489]]\n";
    return 64;
  }
  return bench::run(*rows, *format);
}
