// What a condition of a rule is held against: names and networks, a few or a hundred thousand.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/domain_name.h"
#include "base/ip_address.h"
#include "base/result.h"

namespace waarmerk::policy {

/// A name, or with "*." before it every name below one, but not that one itself.
struct NamePattern {
  DomainName name;
  bool below = false;

  /// Reads "example.org" or "*.example.org".
  static Result<NamePattern> parse(std::string_view text);
  [[nodiscard]] std::string text() const { return (below ? "*." : "") + name.text(); }

  bool operator==(const NamePattern&) const = default;
};

/// Names by their patterns. Looking one up costs a hash for each of its labels, however many there
/// are. Immutable; thread-safe.
class NameSet {
 public:
  using Pattern = NamePattern;

  explicit NameSet(std::vector<NamePattern> patterns);
  /// The index points into the patterns.
  NameSet(const NameSet&) = delete;
  NameSet& operator=(const NameSet&) = delete;
  NameSet(NameSet&&) = delete;
  NameSet& operator=(NameSet&&) = delete;
  ~NameSet() = default;

  [[nodiscard]] bool contains(const DomainName& name) const;
  /// True if every name of the pattern is in this set.
  [[nodiscard]] bool covers(const NamePattern& pattern) const;
  [[nodiscard]] std::span<const NamePattern> patterns() const { return patterns_; }

 private:
  /// Of texts in `patterns_`.
  using Index = std::unordered_set<std::string_view>;

  std::vector<NamePattern> patterns_;
  Index exact_;
  Index above_;
};

/// Networks. Looking an address up is one binary search. Immutable; thread-safe.
class NetworkSet {
 public:
  using Pattern = IpPrefix;

  explicit NetworkSet(std::vector<IpPrefix> networks);

  [[nodiscard]] bool contains(const IpAddress& address) const;
  /// True if every address of the network is in one of this set.
  [[nodiscard]] bool covers(const IpPrefix& network) const;
  /// Disjoint, in rising order: a network inside another one is left out.
  [[nodiscard]] std::span<const IpPrefix> patterns() const { return networks_; }

 private:
  /// The only network that can hold the address, or nullptr.
  [[nodiscard]] const IpPrefix* candidate(const IpAddress& address) const;

  std::vector<IpPrefix> networks_;
};

/// The values of one condition: those written in the configuration, and those of the files that it
/// names. Copies share what they hold. Empty: the condition is not given.
template <typename Set>
struct Patterns {
  /// As it was written, "@file" for a file.
  std::vector<std::string> written;
  std::vector<std::shared_ptr<const Set>> sets;

  [[nodiscard]] bool is_given() const { return !written.empty(); }

  template <typename Value>
  [[nodiscard]] bool match(const Value& value) const {
    return std::ranges::any_of(sets, [&](const auto& set) { return set->contains(value); });
  }

  /// True if everything that `other` matches is matched here as well.
  [[nodiscard]] bool cover(const Patterns& other) const {
    return std::ranges::all_of(other.sets, [&](const auto& theirs) {
      return std::ranges::find(sets, theirs) != sets.end() ||
             std::ranges::all_of(theirs->patterns(),
                                 [&](const auto& pattern) { return cover(pattern); });
    });
  }
  [[nodiscard]] bool cover(const Set::Pattern& pattern) const {
    return std::ranges::any_of(sets, [&](const auto& set) { return set->covers(pattern); });
  }
};

using NamePatterns = Patterns<NameSet>;
using NetworkPatterns = Patterns<NetworkSet>;

/// True if some name is matched by both.
[[nodiscard]] bool have_common_name(const NamePatterns& a, const NamePatterns& b);
/// True if some name that `above` matches is one that `names` matches, or an ancestor of one.
[[nodiscard]] bool may_stand_above(const NamePatterns& above, const NamePatterns& names);

}  // namespace waarmerk::policy
