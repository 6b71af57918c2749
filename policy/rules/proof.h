// What a rule names that whoever sends the mail cannot simply write.
#pragma once

#include "policy/rules/rule.h"

namespace waarmerk::policy {

/// True if the rule names something that was proven: a signing domain, a client by address or
/// verified name, MAIL FROM with spf = "pass", or the author or policy domain with dmarc = "pass".
/// Pure.
[[nodiscard]] bool names_proof(const Rule& rule);

/// True if what is proven is who the client is. That vouches for the message as it came. The other
/// proofs are for a domain: whoever once got a message with its signature can send it again with a
/// second From. Pure. RFC 6376 8.15, RFC 9989 11.5
[[nodiscard]] bool names_client(const Rule& rule);

/// A network with a shorter prefix is no proof: a forger has an address there.
inline constexpr unsigned kWidestProofV4 = 8;
inline constexpr unsigned kWidestProofV6 = 16;

/// True if a network among these is wider than that. Pure; linear.
[[nodiscard]] bool hold_wide_network(const NetworkPatterns& networks);

}  // namespace waarmerk::policy
