// Reads the keys of a block by their table, and says what is wrong with them.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/config_block.h"
#include "policy/configuration.h"

namespace waarmerk::policy {

/// The entry of that key, or nullptr.
[[nodiscard]] const ConfigEntry* find_entry(const ConfigBlock& block, std::string_view key);
/// The text of that key, or nullptr if it is missing or something else.
[[nodiscard]] const std::string* text_in(const ConfigBlock& block, std::string_view key);

/// How a block is called in what is said of it: `rule "NAME": `, or `rule: ` without a name.
[[nodiscard]] std::string spoken_block(std::string_view kind, const std::string* name);

/// What is said of an unknown key, with the nearest of `known`.
[[nodiscard]] Finding unknown_key(const ConfigEntry& entry,
                                  const std::vector<std::string_view>& known);

/// What is said of an entry whose key takes something else: what no key can take, and items that
/// are no text. Empty if all is right.
[[nodiscard]] std::vector<Finding> odd_values(const ConfigEntry& entry, std::string_view expects);

/// A fault of a value at its line, or at its place in another file.
[[nodiscard]] Finding finding_of(const ConfigEntry& entry, ValueFault fault,
                                 std::string_view expects);

/// Reads each entry of a block by `keys`, which have a `name` and what each `expects`:
/// `store(key, value)` stores it or says what is wrong. What is said begins with `spoken`.
template <typename Key, typename Store>
[[nodiscard]] std::vector<Finding> read_block(const ConfigBlock& block,
                                              const std::vector<Key>& keys, const Store& store,
                                              const std::string& spoken) {
  std::vector<Finding> findings;
  const auto add = [&](Finding finding) {
    finding.text = spoken + finding.text;
    findings.push_back(std::move(finding));
  };
  for (const ConfigEntry& entry : block.entries) {
    const auto key = std::ranges::find(keys, entry.key, &Key::name);
    if (key == keys.end()) {
      std::vector<std::string_view> known;
      for (const Key& candidate : keys) known.push_back(candidate.name);
      add(unknown_key(entry, known));
      continue;
    }
    for (Finding& odd : odd_values(entry, key->expects)) add(std::move(odd));
    // An empty list that was not meant as one would be a fault of its own.
    const bool has_texts = entry.odd_items.empty() || !entry.item_lines.empty();
    if (!entry.value || !has_texts) continue;
    for (ValueFault& fault : store(*key, *entry.value)) {
      add(finding_of(entry, std::move(fault), key->expects));
    }
  }
  return findings;
}

/// What is said of keys that must be there and are not.
template <typename Key>
[[nodiscard]] std::vector<Finding> missing_keys(const ConfigBlock& block,
                                                const std::vector<Key>& keys,
                                                std::initializer_list<std::string_view> required,
                                                const std::string& spoken) {
  std::vector<Finding> findings;
  for (const std::string_view name : required) {
    if (find_entry(block, name) != nullptr) continue;
    const auto key = std::ranges::find(keys, name, &Key::name);
    findings.push_back(
        {.text = spoken + "\"" + std::string(name) + "\" is missing; expected " + key->expects,
         .line = block.line});
  }
  return findings;
}

}  // namespace waarmerk::policy
