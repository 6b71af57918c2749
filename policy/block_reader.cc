#include "policy/block_reader.h"

#include "base/text.h"

namespace waarmerk::policy {

const ConfigEntry* find_entry(const ConfigBlock& block, std::string_view key) {
  const auto entry = std::ranges::find(block.entries, key, &ConfigEntry::key);
  return entry == block.entries.end() ? nullptr : &*entry;
}

const std::string* text_in(const ConfigBlock& block, std::string_view key) {
  const ConfigEntry* entry = find_entry(block, key);
  return entry != nullptr && entry->value ? std::get_if<std::string>(&*entry->value) : nullptr;
}

std::string spoken_block(std::string_view kind, const std::string* name) {
  const std::string quoted = name == nullptr ? "" : " \"" + printable(*name, 80) + "\"";
  return std::string(kind) + quoted + ": ";
}

Finding unknown_key(const ConfigEntry& entry, const std::vector<std::string_view>& known) {
  const std::string near = nearest_word(entry.key, known);
  return {.text = "unknown key \"" + printable(entry.key, 80) + "\"" +
                  (near.empty() ? "" : ", did you mean \"" + near + "\"?"),
          .line = entry.line};
}

std::vector<Finding> odd_values(const ConfigEntry& entry, std::string_view expects) {
  std::vector<Finding> findings;
  const auto add = [&](std::uint32_t line, const std::string& text) {
    findings.push_back(
        {.text = entry.key + ": " + text + "; expected " + std::string(expects), .line = line});
  };
  if (!entry.value) add(entry.line, "is " + std::string(entry.kind));
  for (const auto& [line, text] : entry.odd_items) add(line, text);
  return findings;
}

Finding finding_of(const ConfigEntry& entry, ValueFault fault, std::string_view expects) {
  const bool is_item = fault.item && *fault.item < entry.item_lines.size();
  Finding finding{.text = entry.key + ": " + fault.text,
                  .line = is_item ? entry.item_lines[*fault.item] : entry.line,
                  .place = std::move(fault.place)};
  // A fault in another file says itself what was expected there.
  if (finding.place.empty()) finding.text += "; expected " + std::string(expects);
  return finding;
}

}  // namespace waarmerk::policy
