#include "policy/rules/proof.h"

#include <algorithm>

namespace waarmerk::policy {

namespace {

bool is_wide(const IpPrefix& network) {
  return network.length < (network.address.is_v4() ? kWidestProofV4 : kWidestProofV6);
}

}  // namespace

bool hold_wide_network(const NetworkPatterns& networks) {
  return std::ranges::any_of(
      networks.sets, [](const auto& set) { return std::ranges::any_of(set->patterns(), is_wide); });
}

bool names_client(const Rule& rule) {
  return rule.client_name.is_given() || (rule.client.is_given() && !hold_wide_network(rule.client));
}

bool names_proof(const Rule& rule) {
  const bool has_sender = rule.mail_from_domain.is_given() && rule.spf.is_only(SpfResult::Pass);
  const bool has_author = (rule.author_domain.is_given() || rule.policy_domain.is_given()) &&
                          rule.dmarc.is_only(DmarcResult::Pass);
  return names_client(rule) || rule.signing_domain.is_given() || has_sender || has_author;
}

}  // namespace waarmerk::policy
