// What the tests of neighbours share: chance that is the same at every run, and a count.
#pragma once

#include <cstddef>
#include <iostream>
#include <random>
#include <string>
#include <utility>

namespace waarmerk {

using Chance = std::mt19937;

[[nodiscard]] inline Chance same_chance_each_time() {
  return Chance(20260601);  // NOLINT: the same neighbours at every run
}

/// A number from 0, below `count`.
[[nodiscard]] inline std::size_t below(std::size_t count, Chance& chance) {
  return std::uniform_int_distribution<std::size_t>(0, count - 1)(chance);
}

/// Counts the neighbours of a mechanism that were tried, and says the number at the end of the
/// program, if there were any.
class NeighbourCount {
 public:
  explicit NeighbourCount(std::string mechanism) : mechanism_(std::move(mechanism)) {}
  ~NeighbourCount() {
    if (tried_ > 0) std::cout << mechanism_ << ": " << tried_ << " neighbours tried\n";
  }
  NeighbourCount(const NeighbourCount&) = delete;
  NeighbourCount& operator=(const NeighbourCount&) = delete;
  NeighbourCount(NeighbourCount&&) = delete;
  NeighbourCount& operator=(NeighbourCount&&) = delete;

  void add_one() { ++tried_; }

 private:
  std::string mechanism_;
  std::size_t tried_ = 0;
};

}  // namespace waarmerk
