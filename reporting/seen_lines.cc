#include "reporting/seen_lines.h"

#include <functional>
#include <iterator>
#include <string>

#include "reporting/line_head.h"

namespace waarmerk::reporting {
namespace {

std::size_t hash_of(std::string_view octets) { return std::hash<std::string_view>{}(octets); }

/// No head holds a quote.
std::size_t run_of(const LineHead& head) {
  return hash_of(std::string(head.node) + '"' + std::string(head.run));
}

/// The range that begins at the number or nearest below it; the end if there is none.
template <typename Ranges>
auto range_below(Ranges& ranges, std::uint64_t number) {
  const auto above = ranges.upper_bound(number);
  return above == ranges.begin() ? ranges.end() : std::prev(above);
}

}  // namespace

void SeenLines::add(std::string_view line) {
  if (const auto head = head_of(line)) {
    // A run that is not known takes a range.
    const auto run = run_of(*head);
    if (range_count_ < kMaxKept || runs_.contains(run)) add_number(runs_[run], head->seq);
  } else if (others_.size() < kMaxKept) {
    others_.insert(hash_of(line));
  }
}

void SeenLines::add_number(Ranges& ranges, std::uint64_t number) {
  const auto range = range_below(ranges, number);
  if (range != ranges.end() && number <= range->second) return;
  if (range != ranges.end() && number == range->second + 1) {
    range->second = number;
  } else if (range_count_ < kMaxKept) {
    ranges.emplace(number, number);
    ++range_count_;
  }
}

bool SeenLines::contains(std::string_view line) const {
  const auto head = head_of(line);
  if (!head) return others_.contains(hash_of(line));
  const auto run = runs_.find(run_of(*head));
  if (run == runs_.end()) return false;
  const auto range = range_below(run->second, head->seq);
  return range != run->second.end() && head->seq <= range->second;
}

void SeenLines::clear() { *this = {}; }

}  // namespace waarmerk::reporting
