// Domain names that were read lately: those of one message are mostly the same, and those of the
// next message are among them.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/domain_name.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {

/// Remembers what name_from() made of texts; one of two texts that want the same place is
/// forgotten. One thread.
class NameMemory {
 public:
  /// name_from(text).
  [[nodiscard]] std::optional<DomainName> find(std::string_view text) {
    Entry& entry = entries_[std::hash<std::string_view>{}(text) % entries_.size()];
    if (entry.name && entry.text == text) return entry.name;
    entry.name = name_from(text);
    entry.text = text;
    return entry.name;
  }

 private:
  struct Entry {
    std::string text;
    std::optional<DomainName> name;
  };
  std::array<Entry, 512> entries_;
};

}  // namespace waarmerk::reporting
