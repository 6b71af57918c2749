// Counts of what changes for whom, within bounds: the tables of a replay.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/verdict.h"

namespace waarmerk::reporting {

/// Number of the actions: indices of tables.
inline constexpr std::size_t kActionCount = 5;

/// What is done with a message, and what another policy would do.
struct Change {
  policy::ActionKind before = policy::ActionKind::Accept;
  policy::ActionKind after = policy::ActionKind::Accept;

  bool operator==(const Change&) const = default;
};

/// Messages of one sort: how many, and where to look at some.
struct Tally {
  std::uint64_t count = 0;
  /// Queue ids of the first ones, at most kMaxSamples; printable.
  std::vector<std::string> samples;

  void add(std::string_view queue_id);
  bool operator==(const Tally&) const = default;
};
inline constexpr std::size_t kMaxSamples = 3;

/// How many messages go from each action to each. A row for each action before.
class ChangeMatrix {
 public:
  void add(Change change) { ++cell(change); }
  [[nodiscard]] std::uint64_t at(Change change) const {
    return cells_[row(change)][column(change)];
  }
  /// Those whose action is another one.
  [[nodiscard]] std::uint64_t changed() const;

 private:
  static std::size_t row(Change change) { return static_cast<std::size_t>(change.before); }
  static std::size_t column(Change change) { return static_cast<std::size_t>(change.after); }
  std::uint64_t& cell(Change change) { return cells_[row(change)][column(change)]; }

  std::array<std::array<std::uint64_t, kActionCount>, kActionCount> cells_{};
};

/// Messages by a key (a domain, a client, a rule) and a change. Takes kMaxKeys different keys; what
/// comes under another one after that is only counted, as `others`. So its memory is bounded
/// whatever the log holds. One thread.
class ChangeTable {
 public:
  struct Row {
    std::string key;
    Change change;
    Tally tally;

    bool operator==(const Row&) const = default;
  };
  static constexpr std::size_t kMaxKeys = 100'000;
  /// Of a key at most so many octets are kept.
  static constexpr std::size_t kMaxKey = 300;

  /// Key and queue id may hold any octets; they are kept printable.
  void add(std::string_view key, Change change, std::string_view queue_id);

  /// The heaviest first, those of one weight by key.
  [[nodiscard]] std::vector<Row> rows() const;
  /// Messages that found no room.
  [[nodiscard]] std::uint64_t others() const { return others_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>{}(key);
    }
  };
  struct Cell {
    Change change;
    Tally tally;
  };

  std::unordered_map<std::string, std::vector<Cell>, Hash, std::equal_to<>> cells_;
  std::uint64_t others_ = 0;
};

}  // namespace waarmerk::reporting
