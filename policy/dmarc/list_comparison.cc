#include "policy/dmarc/list_comparison.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace waarmerk::policy::dmarc {
namespace {

std::optional<DomainName> place_of(const PolicySource& source) {
  if (source.record == nullptr) return std::nullopt;
  return *source.domain;
}

bool is_author(const Walk& walk, const Facts& facts) {
  return std::ranges::find(facts.author.domains, walk.start) != facts.author.domains.end();
}

/// Both answers for the start of a walk, alike or not; nullopt when a DNS error leaves one open.
std::optional<ListDifference> both_ways(const Walk& walk, const PublicSuffixList& list) {
  const auto organization = organizational_domain(walk);
  const PolicySource source = policy_source(walk);
  if (!organization || source.open) return std::nullopt;
  Walk by_list = walk;
  by_list.listed_organization = list.organizational_domain(walk.start);
  return ListDifference{.domain = walk.start,
                        .treewalk_organization = *organization,
                        .psl_organization = *by_list.listed_organization,
                        .treewalk_policy = place_of(source),
                        .psl_policy = place_of(policy_source(by_list))};
}

bool has_record(const ListDifference& ways) { return ways.treewalk_policy || ways.psl_policy; }

bool same_organization(const ListDifference& ways) {
  return ways.treewalk_organization == ways.psl_organization;
}

}  // namespace

std::vector<ListDifference> compare_with_list(const Facts& facts, const PublicSuffixList& list) {
  std::vector<ListDifference> authors;
  std::vector<ListDifference> others;
  bool any_record = false;
  for (const Walk& walk : facts.walks) {
    auto ways = both_ways(walk, list);
    if (!ways) continue;
    if (!is_author(walk, facts)) {
      // Where its record would stand is nobody's question.
      ways->treewalk_policy = ways->psl_policy = std::nullopt;
      if (!same_organization(*ways)) others.push_back(std::move(*ways));
      continue;
    }
    if (!has_record(*ways)) continue;
    any_record = true;
    const bool alike = same_organization(*ways) && ways->treewalk_policy == ways->psl_policy;
    if (!alike) authors.push_back(std::move(*ways));
  }
  if (any_record) std::ranges::move(others, std::back_inserter(authors));
  return authors;
}

}  // namespace waarmerk::policy::dmarc
