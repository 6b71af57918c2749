#include "reporting/change_table.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

/// Queue ids of mail servers have 5 to 20 characters; a damaged log may hold anything.
constexpr std::size_t kMaxQueueId = 64;

}  // namespace

void Tally::add(std::string_view queue_id) {
  ++count;
  if (samples.size() < kMaxSamples) samples.push_back(printable(queue_id, kMaxQueueId));
}

std::uint64_t ChangeMatrix::changed() const {
  std::uint64_t sum = 0;
  for (std::size_t before = 0; before < kActionCount; ++before) {
    for (std::size_t after = 0; after < kActionCount; ++after) {
      if (before != after) sum += cells_[before][after];
    }
  }
  return sum;
}

void ChangeTable::add(std::string_view key, Change change, std::string_view queue_id) {
  const std::string text = printable(key, kMaxKey);
  auto found = cells_.find(text);
  if (found == cells_.end()) {
    if (cells_.size() >= kMaxKeys) {
      ++others_;
      return;
    }
    found = cells_.emplace(text, std::vector<Cell>{}).first;
  }
  std::vector<Cell>& cells = found->second;
  auto cell = std::ranges::find(cells, change, &Cell::change);
  if (cell == cells.end()) cell = cells.insert(cells.end(), {change, {}});
  cell->tally.add(queue_id);
}

std::vector<ChangeTable::Row> ChangeTable::rows() const {
  std::vector<Row> rows;
  for (const auto& [key, cells] : cells_) {
    for (const Cell& cell : cells) rows.push_back({key, cell.change, cell.tally});
  }
  std::ranges::sort(rows, [](const Row& a, const Row& b) {
    return std::tie(b.tally.count, a.key, a.change.before, a.change.after) <
           std::tie(a.tally.count, b.key, b.change.before, b.change.after);
  });
  return rows;
}

}  // namespace waarmerk::reporting
