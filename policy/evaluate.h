// The decision: facts and settings in, verdict out. No I/O, no clock, no chance.
#pragma once

#include "policy/facts.h"
#include "policy/settings.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// Decides about one message. Total: every combination of facts and settings has a verdict.
/// Pure; thread-safe. RFC 9989 5.3, 5.4, 7.4
[[nodiscard]] Verdict evaluate(const Facts& facts, const Settings& settings);

}  // namespace waarmerk::policy
