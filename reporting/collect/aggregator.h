// Equal tuples summed up in memory, before they are stored. RFC 9990 3.1.1.7
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "reporting/collect/batch.h"
#include "reporting/report.h"

namespace waarmerk::reporting {

/// Adds up messages by what reports say of them. Its memory grows with the distinct rows: the
/// caller takes them out before they become too many. One thread. A-05
class Aggregator {
 public:
  void add(ReportTuple tuple, MessageCount messages);

  /// Distinct rows so far.
  [[nodiscard]] std::size_t rows() const { return counts_.size(); }
  /// What was added, by report; this object is as new afterwards.
  [[nodiscard]] std::vector<BatchReport> take();

 private:
  /// A row of the report that has that position in `keys_`.
  struct PlacedRow {
    std::size_t report = 0;
    ReportRow row;

    bool operator==(const PlacedRow&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const ReportKey& key) const;
  };
  struct RowHash {
    std::size_t operator()(const PlacedRow& placed) const;
  };

  std::unordered_map<ReportKey, std::size_t, KeyHash> reports_;
  std::unordered_map<PlacedRow, MessageCount, RowHash> counts_;
};

}  // namespace waarmerk::reporting
