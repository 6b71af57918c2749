// Ranges that never touch: a number extends one, joins two, or begins its own.
#include "reporting/collect/seen_numbers.h"

#include <algorithm>
#include <limits>

namespace waarmerk::reporting {
namespace {

using Range = SeenNumbers::Range;

constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();

/// True if `number` is the one behind the range. There is none behind the last of all.
bool follows(const Range& range, std::uint64_t number) {
  return range.last != kLast && range.last + 1 == number;
}

}  // namespace

SeenNumbers::SeenNumbers(std::vector<Range> ranges) {
  std::erase_if(ranges, [](const Range& range) { return range.first == 0 || range.last == 0; });
  std::erase_if(ranges, [](const Range& range) { return range.last < range.first; });
  std::ranges::sort(ranges, {}, &Range::first);
  for (const Range& range : ranges) {
    const bool touches = !ranges_.empty() && (range.first <= ranges_.back().last ||
                                              follows(ranges_.back(), range.first));
    if (touches) {
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    } else {
      ranges_.push_back(range);
    }
  }
}

bool SeenNumbers::add(std::uint64_t number) {
  if (number == 0) return false;
  if (!ranges_.empty() && follows(ranges_.back(), number)) {
    ranges_.back().last = number;
    return true;
  }
  const auto after = std::ranges::upper_bound(ranges_, number, {}, &Range::first);
  const bool has_before = after != ranges_.begin();
  const auto before = has_before ? after - 1 : after;
  if (has_before && number <= before->last) return false;
  const bool joins_before = has_before && follows(*before, number);
  const bool joins_after = after != ranges_.end() && after->first - 1 == number;
  if (joins_before && joins_after) {
    before->last = after->last;
    ranges_.erase(after);
  } else if (joins_before) {
    before->last = number;
  } else if (joins_after) {
    after->first = number;
  } else {
    ranges_.insert(after, {number, number});
  }
  return true;
}

std::vector<SeenNumbers::Range> SeenNumbers::gaps() const {
  std::vector<Range> gaps;
  for (std::size_t i = 1; i < ranges_.size(); ++i) {
    gaps.push_back({ranges_[i - 1].last + 1, ranges_[i].first - 1});
  }
  return gaps;
}

std::uint64_t SeenNumbers::missing() const {
  std::uint64_t missing = 0;
  for (const Range& gap : gaps()) missing += size_of(gap);
  return missing;
}

}  // namespace waarmerk::reporting
