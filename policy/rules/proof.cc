#include "policy/rules/proof.h"

#include <algorithm>

namespace waarmerk::policy {

bool hold_every_address(const NetworkPatterns& networks) {
  return std::ranges::any_of(networks.sets, [](const auto& set) {
    return std::ranges::find(set->patterns(), 0U, &IpPrefix::length) != set->patterns().end();
  });
}

bool names_client(const Rule& rule) {
  return rule.client_name.is_given() ||
         (rule.client.is_given() && !hold_every_address(rule.client));
}

bool names_proof(const Rule& rule) {
  const bool has_sender = rule.mail_from_domain.is_given() && rule.spf.is_only(SpfResult::Pass);
  const bool has_author = (rule.author_domain.is_given() || rule.policy_domain.is_given()) &&
                          rule.dmarc.is_only(DmarcResult::Pass);
  return names_client(rule) || rule.signing_domain.is_given() || has_sender || has_author;
}

}  // namespace waarmerk::policy
