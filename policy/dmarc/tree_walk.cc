// What a tree walk says, also where a DNS error has left a hole in it.
#include "policy/dmarc/tree_walk.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace waarmerk::policy::dmarc {
namespace {

/// After the start at most so many labels are left. RFC 9989 4.10 step 4
constexpr std::size_t kLabelsAfterJump = 7;

/// A record that may stand where the DNS gave an error. Of all its tags only psd can move an
/// organizational domain.
struct Assumption {
  DomainName name;
  Psd psd;
};
using Assumed = std::optional<Assumption>;

bool is_open(const WalkStep& step) { return dns::is_error(step.status); }

/// The psd of the record at `step`, found or assumed; nullopt without a record.
std::optional<Psd> psd_at(const WalkStep& step, const Assumed& assumed) {
  if (step.record) return step.record->psd;
  if (is_open(step) && assumed && assumed->name == step.name) return assumed->psd;
  return std::nullopt;
}

/// The three rules of RFC 9989 4.10.2, unless the public suffix list was asked. One label below a
/// public suffix domain is counted in the start's name, as that level may have been jumped over.
/// T-10
DomainName select_organization(const Walk& walk, const Assumed& assumed) {
  if (walk.listed_organization) return *walk.listed_organization;
  const DomainName* shortest = &walk.start;
  for (const WalkStep& step : walk.steps) {
    const auto psd = psd_at(step, assumed);
    if (!psd) continue;
    shortest = &step.name;
    if (*psd == Psd::No) break;
    if (*psd == Psd::Yes) {
      if (step.name == walk.start) break;
      return walk.start.last_labels(step.name.label_count() + 1);
    }
  }
  return *shortest;
}

/// Everything that the unread names of `walks` may hide, as far as it matters: nothing, or one
/// record at one of them. Several records need no case of their own: the longest name with psd=y or
/// psd=n ends a walk, and without such a one only the shortest name counts.
std::vector<Assumed> possible_records(std::initializer_list<const Walk*> walks) {
  constexpr std::array kPsds{Psd::Unspecified, Psd::Yes, Psd::No};
  std::vector<Assumed> possible{std::nullopt};
  for (const Walk* walk : walks) {
    for (const WalkStep& step : walk->steps) {
      if (!is_open(step)) continue;
      for (const Psd psd : kPsds) possible.emplace_back(Assumption{step.name, psd});
    }
  }
  return possible;
}

/// The record at `name`, if it is a step of the walk that holds one.
PolicySource record_at(const Walk& walk, const DomainName& name) {
  const auto step = std::ranges::find(walk.steps, name, &WalkStep::name);
  if (step == walk.steps.end() || !step->record) return {};
  return {.domain = &step->name, .record = &*step->record};
}

}  // namespace

DiscoveryMethod method_of(const Walk& walk) {
  return walk.listed_organization ? DiscoveryMethod::Psl : DiscoveryMethod::TreeWalk;
}

std::vector<DomainName> walk_names(const DomainName& start) {
  std::vector<DomainName> names{start};
  const std::size_t parent_labels = start.label_count() - 1;
  for (std::size_t labels = std::min(parent_labels, kLabelsAfterJump); labels > 0; --labels) {
    names.push_back(start.last_labels(labels));
  }
  return names;
}

bool ends_walk(const WalkStep& step) { return step.record && step.record->psd != Psd::Unspecified; }

std::optional<DomainName> organizational_domain(const Walk& walk) {
  const DomainName organization = select_organization(walk, std::nullopt);
  for (const Assumed& assumed : possible_records({&walk})) {
    if (select_organization(walk, assumed) != organization) return std::nullopt;
  }
  return organization;
}

std::optional<bool> same_organization(const Walk& a, const Walk& b) {
  const auto same = [&](const Assumed& assumed) {
    return select_organization(a, assumed) == select_organization(b, assumed);
  };
  const bool answer = same(std::nullopt);
  for (const Assumed& assumed : possible_records({&a, &b})) {
    if (same(assumed) != answer) return std::nullopt;
  }
  return answer;
}

PolicySource policy_source(const Walk& walk) {
  if (const auto own = record_at(walk, walk.start); own.record != nullptr) return own;
  if (std::ranges::any_of(walk.steps, is_open)) return {.open = true};
  const auto organization = record_at(walk, select_organization(walk, std::nullopt));
  if (organization.record != nullptr) return organization;
  if (walk.listed_organization) return {};
  // Only a record with psd=y leaves the organizational domain without one: it ends the walk.
  return walk.steps.empty() ? PolicySource{} : record_at(walk, walk.steps.back().name);
}

}  // namespace waarmerk::policy::dmarc
