// Which lines of a log were read already: while a file is packed, both forms of it hold them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace waarmerk::reporting {

/// Lines that are known again. A record is known by its node, run and seq, and takes no memory of
/// its own as long as numbers follow one another; other lines are known by a hash of their octets.
/// What comes beyond kMaxKept is not known: memory is bounded whatever the log holds. One thread.
class SeenLines {
 public:
  /// Unbroken ranges of numbers, and lines that are no records, each. Some 10 MB in all.
  static constexpr std::size_t kMaxKept = 100'000;

  void add(std::string_view line);
  [[nodiscard]] bool contains(std::string_view line) const;
  void clear();

 private:
  /// The last number of each range, by its first one.
  using Ranges = std::map<std::uint64_t, std::uint64_t>;

  void add_number(Ranges& ranges, std::uint64_t number);

  /// By a hash of node and run.
  std::unordered_map<std::size_t, Ranges> runs_;
  std::size_t range_count_ = 0;
  std::unordered_set<std::size_t> others_;
};

}  // namespace waarmerk::reporting
