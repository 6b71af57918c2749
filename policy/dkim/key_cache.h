// Decoded keys, kept between messages.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "policy/dkim/key.h"

namespace waarmerk::policy::dkim {

/// What a key record gave, shared by the cache and the messages that use it; never null.
using KeyPtr = std::shared_ptr<const std::expected<Key, KeyFault>>;

/// Remembers what key records mean, good and bad ones alike. The meaning of a text never changes,
/// so nothing expires; how long a record is valid is the DNS cache's business. Thread-safe: the
/// lock is held for a search in a sorted map, never while a key is decoded. Bounded: at most
/// `max_entries` texts of at most kMaxText octets each, the longest unused one goes first; longer
/// texts are read anew each time.
class KeyCache {
 public:
  static constexpr std::size_t kMaxText = 4096;

  explicit KeyCache(std::size_t max_entries = 4096) : max_entries_(max_entries) {}

  /// The meaning of `record`, as parse_key() reads it.
  [[nodiscard]] KeyPtr get(std::string_view record);
  /// Number of texts that are kept.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    std::string_view text;  // the map's key
    KeyPtr key;
  };
  struct Entries {
    /// From the most to the least recently used.
    std::list<Entry> by_use;
    /// Sorted, not hashed: nobody can choose texts that make a search slow.
    std::map<std::string, std::list<Entry>::iterator, std::less<>> by_text;
  };

  const std::size_t max_entries_;
  Guarded<Entries> entries_;
};

}  // namespace waarmerk::policy::dkim
