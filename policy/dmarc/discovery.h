// Asks the DNS what a tree walk needs. RFC 9989 4.10
#pragma once

#include "base/clock.h"
#include "dns/lookup.h"
#include "policy/dmarc/tree_walk.h"

namespace waarmerk::policy::dmarc {

/// Walks from `start`: asks the names of walk_names() in order until ends_walk(). Records the
/// outcome of each; errors are steps too and do not stop the walk. A name whose _dmarc form is too
/// long for the DNS is not asked and is no step (T-17). Leaves start_exists open. Waits at most
/// until `deadline`. As thread-safe as `lookup`. RFC 9989 4.5, 4.10, D-20..D-22
[[nodiscard]] Walk walk(const DomainName& start, dns::Lookup& lookup, Instant deadline);

/// Whether `domain` exists in the DNS: false only for NXDOMAIN, nullopt on a DNS error.
/// RFC 9989 3.2.13, D-53..D-55
[[nodiscard]] std::optional<bool> domain_exists(const DomainName& domain, dns::Lookup& lookup,
                                                Instant deadline);

/// Hints all names of the walk at once.
void prefetch(const DomainName& start, dns::Lookup& lookup);

}  // namespace waarmerk::policy::dmarc
