// Counting what an evaluation costs. RFC 7208 4.6.4
#include "policy/spf/budget.h"

#include <utility>

#include "base/quoted.h"
#include "base/text.h"

namespace waarmerk::policy::spf {

std::string to_string(const Place& place) {
  return in_quotes(place.term, 100) + " of " + printable(place.domain.text(), 253);
}

bool Budget::spend_term(const Place& place) {
  if (halt_) return false;
  if (terms_ < limits_.terms) {
    ++terms_;
    return true;
  }
  halt(SpfResult::PermError, "more than " + std::to_string(limits_.terms) +
                                 " terms that ask the DNS, at " + to_string(place));
  return false;
}

bool Budget::spend_void(const Place& place) {
  if (halt_) return false;
  if (++voids_ <= limits_.voids) return true;
  halt(SpfResult::PermError, "more than " + std::to_string(limits_.voids) +
                                 " DNS lookups that found nothing, at " + to_string(place));
  return false;
}

void Budget::halt(SpfResult result, std::string reason) {
  if (!halt_) halt_ = Halt{result, std::move(reason)};
}

}  // namespace waarmerk::policy::spf
