// The DNS tree walk: which names are asked, where it stops, and what it says of the organizational
// domain and the record to apply. Pure: the asking is done in discovery. RFC 9989 4.10
#pragma once

#include <optional>
#include <vector>

#include "base/domain_name.h"
#include "dns/types.h"
#include "policy/dmarc/method.h"
#include "policy/dmarc/record.h"

namespace waarmerk::policy::dmarc {

/// At most so many names are asked in one walk. RFC 9989 4.10
inline constexpr std::size_t kMaxWalkQueries = 8;

/// One name of a walk and what its _dmarc name held.
struct WalkStep {
  DomainName name;
  /// Found only when exactly one DMARC record was there; other TXT records and several DMARC
  /// records count as NoData. Errors are kept as they came. T-18, D-21, D-22
  dns::Status status = dns::Status::NoData;
  dns::Security security = dns::Security::Unknown;
  std::optional<Record> record;

  bool operator==(const WalkStep&) const = default;
};

/// A finished walk from one identifier, or what the public suffix list says in its place.
struct Walk {
  DomainName start;
  /// In the order of asking: from the longest name to the shortest. The start has no step when its
  /// _dmarc name is too long for the DNS.
  std::vector<WalkStep> steps;
  /// Whether the start itself exists in the DNS: false only on NXDOMAIN for it or an ancestor;
  /// nullopt when that was not asked (it is needed for np only) or could not be found out. D-53
  std::optional<bool> start_exists;
  /// The organizational domain by the public suffix list, where that was asked instead of the DNS.
  /// Then the steps are those of RFC 7489 6.6.3, at most the start and this, and only for an author
  /// domain. nullopt: a tree walk.
  std::optional<DomainName> listed_organization;

  bool operator==(const Walk&) const = default;
};

/// How the walk was made.
[[nodiscard]] DiscoveryMethod method_of(const Walk& walk);

/// The names whose _dmarc record is asked, in order, for a walk from `start`: the name itself, then
/// its parents, with a jump to seven labels when there are more than eight.
/// RFC 9989 4.10, T-01..T-04
[[nodiscard]] std::vector<DomainName> walk_names(const DomainName& start);

/// True if the walk ends with this step: it holds a record with psd=y or psd=n.
/// RFC 9989 4.10 steps 2, 6
[[nodiscard]] bool ends_walk(const WalkStep& step);

/// The organizational domain that a walk shows, or nullopt when a DNS error leaves it open. It is
/// open if any record that may stand at a name that could not be read would change it. So an error
/// above the start always leaves it open (that name could say psd=n), and an error at the start
/// does when a record was found above it. What the public suffix list says is never open.
/// RFC 9989 4.10.2, T-05..T-12, T-19, T-20
[[nodiscard]] std::optional<DomainName> organizational_domain(const Walk& walk);

/// Whether two walks have the same organizational domain; nullopt when a DNS error leaves that
/// open. It can be certain although neither domain is: an error at the top-level domain moves both
/// alike. Symmetric. RFC 9989 4.10.2, D-61, T-19
[[nodiscard]] std::optional<bool> same_organization(const Walk& a, const Walk& b);

/// Which record applies to the start as author domain, and the name it stands at.
struct PolicySource {
  /// Both nullptr when no record applies, or when that is open.
  const DomainName* domain = nullptr;
  const Record* record = nullptr;
  /// A DNS error hides which record applies. Never together with a record.
  bool open = false;
};

/// The record to apply: that of the start, else of its organizational domain, else of the public
/// suffix domain (psd=y) above that; by the public suffix list there is no such third place. The
/// start's own record counts whatever failed above it. The pointers live as long as `walk`.
/// RFC 9989 4.10.1, RFC 7489 6.6.3, D-50, D-65, T-19
[[nodiscard]] PolicySource policy_source(const Walk& walk);

}  // namespace waarmerk::policy::dmarc
