// A least-recently-used map from record text to key.
#include "policy/dkim/key_cache.h"

namespace waarmerk::policy::dkim {

KeyPtr KeyCache::get(std::string_view record) {
  const auto known = entries_.with([record](Entries& entries) -> KeyPtr {
    const auto found = entries.by_text.find(record);
    if (found == entries.by_text.end()) return nullptr;
    entries.by_use.splice(entries.by_use.begin(), entries.by_use, found->second);
    return found->second->key;
  });
  if (known) return known;

  // Two threads may decode the same text at the same time; one of the two equal results is kept.
  auto key = std::make_shared<const std::expected<Key, KeyFault>>(parse_key(record));
  if (record.size() > kMaxText || max_entries_ == 0) return key;
  entries_.with([&](Entries& entries) {
    // A list of its own until nothing can fail any more: both containers get it, or neither.
    std::list<Entry> newest{{{}, key}};
    const auto [place, is_new] = entries.by_text.try_emplace(std::string(record), newest.begin());
    if (!is_new) return;
    newest.front().text = place->first;
    entries.by_use.splice(entries.by_use.begin(), newest);
    if (entries.by_use.size() > max_entries_) {
      entries.by_text.erase(entries.by_text.find(entries.by_use.back().text));
      entries.by_use.pop_back();
    }
  });
  return key;
}

std::size_t KeyCache::size() const {
  return entries_.with([](const Entries& entries) { return entries.by_use.size(); });
}

}  // namespace waarmerk::policy::dkim
