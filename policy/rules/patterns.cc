#include "policy/rules/patterns.h"

#include <tuple>

namespace waarmerk::policy {
namespace {

/// True if `test` holds for one of the ancestors of a name, from the nearest to the farthest.
template <typename Test>
bool any_ancestor(std::string_view name, const Test& test) {
  for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
    name.remove_prefix(dot + 1);
    if (test(name)) return true;
  }
  return false;
}

template <typename Test>
bool any_pattern(const NamePatterns& names, const Test& test) {
  return std::ranges::any_of(
      names.sets, [&](const auto& set) { return std::ranges::any_of(set->patterns(), test); });
}

/// True if `names` matches the name or one of its ancestors.
bool match_at_or_above(const NamePatterns& names, const DomainName& name) {
  for (std::size_t labels = name.label_count(); labels > 0; --labels) {
    if (names.match(name.last_labels(labels))) return true;
  }
  return false;
}

}  // namespace

Result<NamePattern> NamePattern::parse(std::string_view text) {
  const bool below = text.starts_with("*.");
  if (below) text.remove_prefix(2);
  auto name = DomainName::parse(text);
  if (!name) return std::unexpected(std::move(name.error()));
  return NamePattern{std::move(*name), below};
}

NameSet::NameSet(std::vector<NamePattern> patterns) : patterns_(std::move(patterns)) {
  for (const NamePattern& pattern : patterns_) {
    (pattern.below ? above_ : exact_).insert(pattern.name.text());
  }
}

bool NameSet::contains(const DomainName& name) const {
  return exact_.contains(name.text()) ||
         (!above_.empty() && any_ancestor(name.text(), [&](std::string_view ancestor) {
           return above_.contains(ancestor);
         }));
}

bool NameSet::covers(const NamePattern& pattern) const {
  if (!pattern.below) return contains(pattern.name);
  return above_.contains(pattern.name.text()) ||
         any_ancestor(pattern.name.text(),
                      [&](std::string_view ancestor) { return above_.contains(ancestor); });
}

NetworkSet::NetworkSet(std::vector<IpPrefix> networks) {
  // A network stands before those inside it.
  std::ranges::sort(networks, {}, [](const IpPrefix& n) { return std::tie(n.address, n.length); });
  for (const IpPrefix& network : networks) {
    if (!covers(network)) networks_.push_back(network);
  }
}

const IpPrefix* NetworkSet::candidate(const IpAddress& address) const {
  const auto above = std::ranges::upper_bound(networks_, address, {}, &IpPrefix::address);
  return above == networks_.begin() ? nullptr : &*std::prev(above);
}

bool NetworkSet::contains(const IpAddress& address) const {
  const IpPrefix* network = candidate(address);
  return network != nullptr && network->contains(address);
}

bool NetworkSet::covers(const IpPrefix& network) const {
  const IpPrefix* holder = candidate(network.address);
  return holder != nullptr && holder->length <= network.length && holder->contains(network.address);
}

bool have_common_name(const NamePatterns& a, const NamePatterns& b) {
  // Two patterns that share a name: one of them lies within the other.
  return any_pattern(a, [&](const NamePattern& pattern) { return b.cover(pattern); }) ||
         any_pattern(b, [&](const NamePattern& pattern) { return a.cover(pattern); });
}

bool may_stand_above(const NamePatterns& above, const NamePatterns& names) {
  return any_pattern(
             names, [&](const NamePattern& name) { return match_at_or_above(above, name.name); }) ||
         any_pattern(above, [&](const NamePattern& pattern) { return names.cover(pattern); });
}

}  // namespace waarmerk::policy
