// check_host() by the engine that is set.
#pragma once

#include <optional>

#include "base/clock.h"
#include "dns/lookup.h"
#include "policy/engine.h"
#include "policy/facts.h"
#include "policy/spf/budget.h"
#include "policy/spf/evaluate.h"

namespace waarmerk::policy::spf {

/// What one engine found, and with both whether the other found something else.
struct Checked {
  SpfOutcome outcome;
  std::optional<Disagreement> disagreement;
};

/// Evaluates one identity with `engine`; with both, ours decides. That the DNS gave one of them no
/// answer is no disagreement, since time may pass between the two. Otherwise as check_host().
[[nodiscard]] Checked check(Engine engine, const Request& request, const Limits& limits,
                            dns::Lookup& lookup, Instant deadline);

}  // namespace waarmerk::policy::spf
