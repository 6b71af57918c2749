// check_host(): is this client authorised to use this domain? RFC 7208 4
#pragma once

#include <string>

#include "base/clock.h"
#include "dns/lookup.h"
#include "policy/facts.h"
#include "policy/spf/budget.h"
#include "policy/spf/identity.h"
#include "policy/spf/personal_names.h"

namespace waarmerk::policy::spf {

/// One identity to check.
struct Request {
  IpAddress client;
  /// The domain whose record is asked.
  DomainName domain;
  /// Local part of the identity, as given; "postmaster" when there is none. RFC 7208 4.3
  std::string local_part;
  /// The HELO name as given, for %{h}.
  std::string helo;
  /// Our own name and the time, for %{r} and %{t} in explanations.
  std::string receiver;
  WallTime time{};
  /// Where the names go that the local part went into; an explanation that it went into is left
  /// out. Borrowed. nullptr: the local part is no secret.
  PersonalNames* personal = nullptr;
};

/// The longest explanation that is taken over, in octets; the rest is cut off.
inline constexpr std::size_t kMaxExplanation = 500;

/// Evaluates one identity. Never throws; bounded by `limits` and `deadline`. The outcome's reason
/// names the term that matched, or what was wrong and where. A domain of a single label is none.
/// The explanation is the domain owner's text: printable, but not to be trusted, and '%' stays in
/// it for whoever has to escape it. Prefetches what the terms ahead will ask.
/// Thread rule: that of `lookup`. RFC 7208 4, 5, 6
[[nodiscard]] SpfOutcome check_host(const Request& request, const Limits& limits,
                                    dns::Lookup& lookup, Instant deadline);

/// Hints to `lookup` what the first steps of check_host will ask, before its answers are needed.
void prefetch(const DomainName& domain, dns::Lookup& lookup);

}  // namespace waarmerk::policy::spf
