// The runs whose lines are being counted.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "reporting/collect/batch.h"
#include "reporting/collect/count_store.h"
#include "reporting/collect/seen_numbers.h"

namespace waarmerk::reporting {

/// Lines of a run that are missing between others.
struct LostLines {
  std::string node;
  std::string run;
  SeenNumbers::Range numbers;

  bool operator==(const LostLines&) const = default;
};

/// Numbers of lines by run, loaded from a store when they are first needed. One thread.
class SeenRuns {
 public:
  /// `store` must outlive this object.
  explicit SeenRuns(CountStore& store) : store_(store) {}

  /// Takes the number of a line; false if it has been counted before. Error: the store failed.
  [[nodiscard]] Result<bool> add(const std::string& node, const std::string& run, std::uint64_t seq,
                                 WallTime time);

  /// What changed since it was last stored.
  [[nodiscard]] std::vector<RunProgress> unstored() const;
  /// To be called when that is stored.
  void stored();

  /// Gaps that nobody was told of: they begin behind, or end before, what was counted when the run
  /// was loaded.
  [[nodiscard]] std::vector<LostLines> lost() const;
  /// How many lines that were missing then have been found.
  [[nodiscard]] std::uint64_t found() const;

 private:
  struct Run {
    RunProgress progress;
    /// As it was loaded.
    SeenNumbers before;
    bool changed = false;
  };
  Result<Run*> run_of(const std::string& node, const std::string& run);

  CountStore& store_;
  std::map<std::pair<std::string, std::string>, Run> runs_;
  /// The one of the line before: most often that of the next one, too.
  Run* last_ = nullptr;
};

}  // namespace waarmerk::reporting
