// Which lines of a run have been counted.
#pragma once

#include <cstdint>
#include <vector>

namespace waarmerk::reporting {

/// A set of numbers from 1 that mostly follow one another, as the `seq` of a run: kept as ranges. A
/// number is taken once, in whatever order files are read. A value.
class SeenNumbers {
 public:
  /// Numbers, both ends included.
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool operator==(const Range&) const = default;
  };

  SeenNumbers() = default;
  /// Of ranges in any order, overlapping or not; those that are empty or hold 0 are left out.
  explicit SeenNumbers(std::vector<Range> ranges);

  /// Takes a number; false if it was there, or is 0. Constant time for the next one.
  bool add(std::uint64_t number);
  /// In rising order, with a gap between two of them.
  [[nodiscard]] const std::vector<Range>& ranges() const { return ranges_; }
  /// How many numbers are missing between the first and the last: lines that are lost, or stand in
  /// a file that was not read yet.
  [[nodiscard]] std::uint64_t missing() const;
  /// Which these are.
  [[nodiscard]] std::vector<Range> gaps() const;

  bool operator==(const SeenNumbers&) const = default;

 private:
  std::vector<Range> ranges_;
};

/// How many numbers a range holds; not for the one of all numbers, which has one more than fits.
[[nodiscard]] constexpr std::uint64_t size_of(const SeenNumbers::Range& range) {
  return range.last - range.first + 1;
}

}  // namespace waarmerk::reporting
