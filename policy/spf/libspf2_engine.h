// check_host() as libspf2 decides it: the second opinion on the native evaluator.
#pragma once

#include "base/clock.h"
#include "dns/lookup.h"
#include "policy/facts.h"
#include "policy/spf/budget.h"
#include "policy/spf/evaluate.h"

namespace waarmerk::policy::spf {

/// Evaluates one identity as check_host() does, with libspf2 walking through the terms: it decides
/// their order, what their qualifiers give, what an include makes of the record it includes, and
/// where a redirect leads. The library reads nothing that a stranger wrote. Records are read by
/// parse_record() and told to it in a vocabulary of our own ("a:t3.x"), names and answers stay with
/// Terms; memory faults of the library that are known need more than that to be reached. So macros,
/// parsing and the limits are not compared, the sequence and the algebra of results are.
///
/// Never throws. Anything unexpected of the library is a TempError with a reason that begins with
/// "libspf2". Same deadlines, limits and thread rule as check_host(). RFC 7208 4, 5, 6
[[nodiscard]] SpfOutcome check_host_by_libspf2(const Request& request, const Limits& limits,
                                               dns::Lookup& lookup, Instant deadline);

}  // namespace waarmerk::policy::spf
