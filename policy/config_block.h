// What stands in a configuration file, whoever read it: keys with their values and lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/options.h"

namespace waarmerk::policy {

/// The blocks of a configuration: [[rule]] and [[test]].
inline constexpr std::string_view kRuleBlock = "rule";
inline constexpr std::string_view kTestBlock = "test";

/// One key of a section or block.
struct ConfigEntry {
  std::string key;
  std::uint32_t line = 0;
  /// nullopt for what no key can take: a section, a date, a number with a fraction.
  std::optional<OptionValue> value;
  /// What stands there, in the words of the errors: "a text", "a list".
  std::string_view kind;
  /// The lines of a list's items.
  std::vector<std::uint32_t> item_lines;
  /// Items that are no text, by line: "item 2 is a number". They are not in `value`.
  std::vector<std::pair<std::uint32_t, std::string>> odd_items;
};

/// One block of a list of blocks, such as [[rule]].
struct ConfigBlock {
  std::uint32_t line = 0;
  std::vector<ConfigEntry> entries;
};

}  // namespace waarmerk::policy
