#include "policy/exemption.h"

#include <algorithm>

namespace waarmerk::policy {

Exemption exemption_of(const Client& client, const Settings::Exempt& exempt) {
  if (exempt.authenticated && client.authenticated) return Exemption::Authenticated;
  if (!client.ip) return Exemption::NoClientAddress;
  if (exempt.loopback && client.ip->is_loopback()) return Exemption::Loopback;
  const auto holds_client = [&](const IpPrefix& network) { return network.contains(*client.ip); };
  return std::ranges::any_of(exempt.networks, holds_client) ? Exemption::Network : Exemption::None;
}

}  // namespace waarmerk::policy
