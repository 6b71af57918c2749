// Measures what rendering a large report costs, in time and in memory: rows of which no two are the
// same, made here or read from a store, through the whole writer, packed.
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <iomanip>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/words.h"
#include "reporting/document/document.h"
#include "reporting/store/counts.h"
#include "reporting/store/outbox.h"
#include "reporting/store/queries.h"
#include "reporting/store/schema.h"
#include "tests/support/report_samples.h"

namespace waarmerk::bench {
namespace {

using reporting::CountedRow;

constexpr std::uint64_t kMaxRows = 4'000'000'000;
constexpr Words<policy::ReportFormat, 2> kFormats{
    {{{policy::ReportFormat::Rfc9990, "rfc9990"}, {policy::ReportFormat::Rfc7489, "rfc7489"}}}};

struct Totals {
  std::uint64_t parts = 0;
  std::uint64_t rows = 0;
  std::uint64_t octets = 0;
};

using TakeRow = std::function<Result<void>(const CountedRow&)>;
/// Gives all rows of a report to a function.
using Rows = std::function<Result<void>(const TakeRow&)>;

Rows numbered_rows(std::uint64_t count) {
  return [count](const TakeRow& take) -> Result<void> {
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto row = support::numbered_report_row(static_cast<std::uint32_t>(i));
      if (auto taken = take(row); !taken) return taken;
    }
    return {};
  };
}

/// The rows of all reports of a store.
Rows stored_rows(const std::string& store) {
  return [store](const TakeRow& take) -> Result<void> {
    auto database = reporting::open_store(store);
    if (!database) return std::unexpected(database.error());
    const auto reports = reporting::reports_with(*database, {});
    if (!reports) return std::unexpected(reports.error());
    for (const reporting::StoredReport& report : *reports) {
      auto read = reporting::Outbox(*database).each_row(report.id, take);
      if (!read) return read;
    }
    return {};
  };
}

Result<void> store_batch_of(reporting::Database& database, std::vector<CountedRow> rows) {
  const reporting::ReportKey key = support::report_key().report;
  reporting::Batch batch;
  batch.reports.push_back({.key = key, .rows = std::move(rows)});
  return reporting::store_batch(database, batch, key.day);
}

Result<void> fill(const std::string& store, std::uint64_t count) {
  auto database = reporting::open_store(store);
  if (!database) return std::unexpected(database.error());
  constexpr std::size_t kBatch = 20'000;
  std::vector<CountedRow> rows;
  auto filled = numbered_rows(count)([&](const CountedRow& row) -> Result<void> {
    rows.push_back(row);
    return rows.size() < kBatch ? Result<void>()
                                : store_batch_of(*database, std::exchange(rows, {}));
  });
  return filled && !rows.empty() ? store_batch_of(*database, std::move(rows)) : filled;
}

/// Documents are counted and dropped, as a sender drops what it has stored.
Result<Totals> render(const Rows& rows, policy::ReportFormat format) {
  Totals totals;
  reporting::DocumentWriter writer(support::example_reporter(), support::report_key(), format, {},
                                   [&totals](const reporting::Document& document) {
                                     ++totals.parts;
                                     totals.rows += document.rows;
                                     totals.octets += document.octets.size();
                                     return Result<void>();
                                   });
  auto done = rows([&writer](const CountedRow& row) { return writer.add(row); });
  if (done) done = writer.finish();
  if (!done) return std::unexpected(done.error());
  return totals;
}

int say(const Error& error) {
  std::cerr << to_string(error) << "\n";
  return 1;
}

int measure(const Rows& rows, policy::ReportFormat format) {
  const auto begin = std::chrono::steady_clock::now();
  const auto totals = render(rows, format);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  if (!totals) return say(totals.error());
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto cpu = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  std::cout << std::fixed << std::setprecision(1) << totals->rows << " rows in " << totals->parts
            << " parts, " << static_cast<double>(totals->octets) / 1e6
            << " MB packed: " << wall.count() << " s, " << cpu << " s of CPU, at most "
            << static_cast<double>(used.ru_maxrss) / 1024 << " MB of memory\n";
  return 0;
}

int usage() {
  std::cerr << "usage: render [ROWS [rfc9990|rfc7489]]\n"
               "       render fill STORE [ROWS]\n"
               "       render from STORE [rfc9990|rfc7489]\n";
  return 64;
}

}  // namespace
}  // namespace waarmerk::bench

int main(int argc, char** argv) {
  using namespace waarmerk;
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto word = [&words](std::size_t at, const char* otherwise) {
    return at < words.size() ? words[at] : std::string(otherwise);
  };
  const std::string verb = word(0, "1000000");
  const bool stores = verb == "fill" || verb == "from";
  if (stores && words.size() < 2) return bench::usage();
  const auto rows = parse_number(verb == "fill" ? word(2, "1000000") : verb, bench::kMaxRows);
  const auto format = bench::kFormats.find(word(verb == "from" ? 2 : 1, "rfc9990"));
  if (verb == "fill" && rows) {
    const auto filled = bench::fill(words[1], *rows);
    return filled ? 0 : bench::say(filled.error());
  }
  if (verb == "from" && format) return bench::measure(bench::stored_rows(words[1]), *format);
  if (!rows || !format) return bench::usage();
  return bench::measure(bench::numbered_rows(*rows), *format);
}
