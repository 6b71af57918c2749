// The checks of the policy, in the order of precedence: each one may have an opinion about a
// message.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/facts.h"
#include "policy/settings.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// What one check found: the action as configured, before the mode is looked at.
struct Opinion {
  ActionKind action = ActionKind::Accept;
  Cause cause = Cause::None;
  std::string rule;
  std::string why;
  std::vector<Override> overrides;
  /// Set: nothing is done with this message, for this reason.
  std::optional<Override> only_monitored = {};
};

/// What quarantine means here.
[[nodiscard]] ActionKind quarantine_action(const Settings& settings);

/// The action in the words of RFC 9990.
[[nodiscard]] Disposition disposition_of(ActionKind action);

/// What every check sees.
struct Case {
  const Facts& facts;
  const Settings& settings;
  const Verdict& verdict;
};

/// The opinion that decides: of the first check that has one, in this order: exemption, internal
/// error, oversized header, the postmaster's rules, From header, DMARC policy, SPF alone; otherwise
/// the message is accepted. A rule starts from what the checks behind it would have said. Expects
/// the evaluations and the evidence in `c.verdict`. Total; pure.
[[nodiscard]] Opinion first_opinion(const Case& c);

}  // namespace waarmerk::policy
