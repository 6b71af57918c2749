// The words of an enumeration: one table that is read in both directions.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace waarmerk {

/// A table of enumerators and their words: `constexpr Words kWords{{{Colour::Red, "red"}, ...}}` of
/// type `Words<Colour, 2>`. Each enumerator and each word stands once.
template <typename Enum, std::size_t N>
struct Words {
  std::array<std::pair<Enum, std::string_view>, N> table;

  /// The word of `value`; empty for a value that is not in the table.
  [[nodiscard]] constexpr std::string_view word(Enum value) const {
    for (const auto& [candidate, text] : table) {
      if (candidate == value) return text;
    }
    return {};
  }

  /// The enumerator of `text`; exact match.
  [[nodiscard]] constexpr std::optional<Enum> find(std::string_view text) const {
    for (const auto& [value, candidate] : table) {
      if (candidate == text) return value;
    }
    return std::nullopt;
  }
};

}  // namespace waarmerk
