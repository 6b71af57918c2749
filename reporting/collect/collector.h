// From the log to the store: each line counted once, whatever is read twice and killed when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "reporting/collect/aggregator.h"
#include "reporting/collect/count_store.h"
#include "reporting/collect/line_reader.h"
#include "reporting/collect/log_source.h"
#include "reporting/collect/seen_runs.h"

namespace waarmerk::reporting {

/// What became of the lines that were read. Each is in one of the first five.
struct CollectTotals {
  /// Messages that reports tell of.
  std::uint64_t counted = 0;
  /// Messages that none tells of: no policy, exempt, deferred, failed on.
  std::uint64_t passed_over = 0;
  /// Lines that had been counted before.
  std::uint64_t duplicates = 0;
  /// Lines that correct another; they change no count.
  std::uint64_t amended = 0;
  /// Lines that cannot be understood, and files that cannot be read (any further).
  std::uint64_t damaged = 0;
  /// Rows that were stored or added to, in all transactions.
  std::uint64_t rows = 0;

  [[nodiscard]] std::uint64_t lines() const {
    return counted + passed_over + duplicates + amended + damaged;
  }
};

/// A transaction is made when there are so many rows or so many lines.
struct BatchLimits {
  std::size_t rows = 20'000;
  std::uint64_t lines = 500'000;
};

/// Is told what happens. The default hears nothing.
class CollectListener {
 public:
  virtual ~CollectListener() = default;
  /// What is wrong with a line ("FILE:LINE: ...") and its text, or with a file and no text.
  virtual void damaged(const Error& /*error*/, std::string_view /*line*/) {}
  /// Octets read of all that there are, which is not known where a place is no file.
  virtual void progress(std::uint64_t /*done*/, std::optional<std::uint64_t> /*total*/) {}
};

/// Reads logs and stores what they say, in transactions of bounded size: rows, the numbers of the
/// lines, and how far files were read, all together. Killed at any point it has stored the
/// transactions before, and goes on behind them the next time. Memory is bounded by the rows of one
/// transaction. One thread.
class Collector {
 public:
  /// All must outlive this object.
  Collector(CountStore& store, const Clock& clock, CollectListener& listener,
            BatchLimits limits = {})
      : store_(store), clock_(clock), listener_(listener), limits_(limits), runs_(store) {}

  /// Reads what is new at `places`: files, directories (see log_files_at) and "-". What is damaged
  /// is passed over. Error: a place does not exist, or the store failed, perhaps since another
  /// collector counted the same lines; what was stored before stays.
  [[nodiscard]] Result<void> collect(const std::vector<std::string>& places);

  [[nodiscard]] const CollectTotals& totals() const { return totals_; }
  /// Lines that are newly missing, and how many of those that were missing before were found.
  [[nodiscard]] std::vector<LostLines> lost() const { return runs_.lost(); }
  [[nodiscard]] std::uint64_t found() const { return runs_.found(); }

 private:
  Result<void> collect_file(const std::string& path);
  Result<void> collect_lines(LogSource& source);
  Result<void> take(const LogLine& line, const LogSource& source);
  Result<void> count(const Record& record);
  void note_damage(const Error& error, std::string_view line);
  /// Stores what was read up to here.
  Result<void> store();

  CountStore& store_;
  const Clock& clock_;
  CollectListener& listener_;
  BatchLimits limits_;
  LineReader reader_;
  SeenRuns runs_;
  Aggregator aggregator_;
  /// Files that were read since the last transaction.
  std::vector<FileProgress> files_;
  std::uint64_t unstored_lines_ = 0;
  CollectTotals totals_;
  std::uint64_t octets_before_ = 0;
  std::optional<std::uint64_t> octets_total_;
};

}  // namespace waarmerk::reporting
