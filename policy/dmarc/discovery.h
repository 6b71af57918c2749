// Asks the DNS what a tree walk needs, or what the public suffix list leaves to be asked.
// RFC 9989 4.10, RFC 7489 6.6.3
#pragma once

#include "base/clock.h"
#include "dns/lookup.h"
#include "policy/dmarc/public_suffix.h"
#include "policy/dmarc/tree_walk.h"

namespace waarmerk::policy::dmarc {

/// Walks from `start`: asks the names of walk_names() in order until ends_walk(). Records the
/// outcome of each; errors are steps too and do not stop the walk. A name whose _dmarc form is too
/// long for the DNS is not asked and is no step (T-17). Leaves start_exists open. Waits at most
/// until `deadline`. As thread-safe as `lookup`. RFC 9989 4.5, 4.10, D-20..D-22
[[nodiscard]] Walk walk(const DomainName& start, dns::Lookup& lookup, Instant deadline);

/// What `list` says of an identifier: no steps, as nothing is asked. Thread-safe. T-20
[[nodiscard]] Walk listed(const DomainName& identifier, const PublicSuffixList& list);

/// The same of an author domain, and its records: its own, else that of its organizational domain.
/// A DNS error at the first name ends the search: the answer is open then. Otherwise as walk().
/// RFC 7489 6.6.3, T-17, T-20
[[nodiscard]] Walk listed_author(const DomainName& author, const PublicSuffixList& list,
                                 dns::Lookup& lookup, Instant deadline);

/// Whether `domain` exists in the DNS: false only for NXDOMAIN, nullopt on a DNS error.
/// RFC 9989 3.2.13, D-53..D-55
[[nodiscard]] std::optional<bool> domain_exists(const DomainName& domain, dns::Lookup& lookup,
                                                Instant deadline);

/// Hints all names of the walk at once.
void prefetch(const DomainName& start, dns::Lookup& lookup);

/// Hints the names of listed_author().
void prefetch_listed(const DomainName& author, const PublicSuffixList& list, dns::Lookup& lookup);

}  // namespace waarmerk::policy::dmarc
