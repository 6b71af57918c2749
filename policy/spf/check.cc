// One identity by one engine or by both.
#include "policy/spf/check.h"

#include <string>
#include <utility>

#include "base/text.h"
#include "policy/spf/libspf2_engine.h"

namespace waarmerk::policy::spf {
namespace {

/// "fail (matched -all of example.com)"
std::string shown(const SpfOutcome& outcome) {
  return std::string(to_string(outcome.result)) + " (" + printable(outcome.reason, 200) + ")";
}

bool is_dns_error(const SpfOutcome& outcome) {
  return outcome.result == SpfResult::TempError && !outcome.reason.starts_with("libspf2");
}

bool agree(const SpfOutcome& ours, const SpfOutcome& theirs) {
  if (is_dns_error(ours) || is_dns_error(theirs)) return true;
  return ours.result == theirs.result && ours.lookups == theirs.lookups &&
         ours.explanation == theirs.explanation;
}

}  // namespace

Checked check(Engine engine, const Request& request, const Limits& limits, dns::Lookup& lookup,
              Instant deadline) {
  if (engine == Engine::Reference) {
    return {check_host_by_libspf2(request, limits, lookup, deadline), std::nullopt};
  }
  Checked checked{check_host(request, limits, lookup, deadline), std::nullopt};
  if (engine == Engine::Native) return checked;
  const SpfOutcome second = check_host_by_libspf2(request, limits, lookup, deadline);
  if (!agree(checked.outcome, second)) {
    checked.disagreement =
        Disagreement{"spf", printable(request.domain.text()) + " for " + request.client.text(),
                     shown(checked.outcome), shown(second)};
  }
  return checked;
}

}  // namespace waarmerk::policy::spf
