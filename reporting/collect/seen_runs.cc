#include "reporting/collect/seen_runs.h"

#include <algorithm>

namespace waarmerk::reporting {
namespace {

/// The gaps among `gaps` that lie between the first and the last of `seen`, or those that do not.
/// The ends of a gap were seen: it is inside as a whole, or outside.
bool is_inside(const SeenNumbers::Range& gap, const SeenNumbers& seen) {
  const auto& ranges = seen.ranges();
  return !ranges.empty() && gap.first > ranges.front().first && gap.last < ranges.back().last;
}

}  // namespace

Result<SeenRuns::Run*> SeenRuns::run_of(const std::string& node, const std::string& run) {
  if (last_ != nullptr && last_->progress.run == run && last_->progress.node == node) return last_;
  const auto found = runs_.find({node, run});
  if (found != runs_.end()) return last_ = &found->second;
  auto loaded = store_.load_run(node, run);
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  Run added{.progress = std::move(*loaded), .before = {}};
  added.before = added.progress.seen;
  return last_ = &runs_.emplace(std::pair(node, run), std::move(added)).first->second;
}

Result<bool> SeenRuns::add(const std::string& node, const std::string& run, std::uint64_t seq,
                           WallTime time) {
  const auto found = run_of(node, run);
  if (!found) return std::unexpected(found.error());
  RunProgress& progress = (*found)->progress;
  const auto& ranges = progress.seen.ranges();
  // The clock may have been set back: the last line says what time it is there.
  const bool is_last = ranges.empty() || seq > ranges.back().last;
  if (!progress.seen.add(seq)) return false;
  if (is_last) progress.newest = time;
  (*found)->changed = true;
  return true;
}

std::vector<RunProgress> SeenRuns::unstored() const {
  std::vector<RunProgress> changed;
  for (const auto& [name, run] : runs_) {
    if (run.changed) changed.push_back(run.progress);
  }
  return changed;
}

void SeenRuns::stored() {
  for (auto& [name, run] : runs_) {
    if (run.changed) ++run.progress.version;
    run.changed = false;
  }
}

std::vector<LostLines> SeenRuns::lost() const {
  std::vector<LostLines> lost;
  for (const auto& [name, run] : runs_) {
    for (const auto& gap : run.progress.seen.gaps()) {
      if (!is_inside(gap, run.before)) lost.push_back({name.first, name.second, gap});
    }
  }
  return lost;
}

std::uint64_t SeenRuns::found() const {
  std::uint64_t found = 0;
  for (const auto& [name, run] : runs_) {
    std::uint64_t missing = 0;
    for (const auto& gap : run.progress.seen.gaps()) {
      if (is_inside(gap, run.before)) missing += size_of(gap);
    }
    found += run.before.missing() - missing;
  }
  return found;
}

}  // namespace waarmerk::reporting
