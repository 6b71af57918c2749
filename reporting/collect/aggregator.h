// Messages summed up in memory by what reports say of them. RFC 9990 3.1.1.7
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "reporting/collect/batch.h"
#include "reporting/collect/tuples.h"
#include "reporting/record.h"
#include "reporting/report.h"

namespace waarmerk::reporting {

/// Adds up messages. Its memory grows with the distinct rows: the caller takes them out before they
/// become too many. One thread. A-05
class Aggregator {
 public:
  /// Counts a message under each of its tuples. Returns how many these are.
  std::size_t add(const Record& record);

  /// Distinct rows so far. Two of them may be equal, if the log says the same in two ways.
  [[nodiscard]] std::size_t rows() const { return counts_.size(); }
  /// What was added, by report; this object is as new afterwards.
  [[nodiscard]] std::vector<BatchReport> take();

 private:
  struct Counted {
    ReportTuple tuple;
    MessageCount messages;
  };
  struct KeyHash {
    std::size_t operator()(const ReportKey& key) const;
  };

  PublishedRecords published_;
  /// By evidence_of() the tuple: most messages are like an earlier one, and then their tuples need
  /// not be made at all.
  std::unordered_map<std::string, Counted> counts_;
  std::string evidence_;
};

}  // namespace waarmerk::reporting
