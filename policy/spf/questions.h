// What the terms of a record are going to ask the DNS, told in advance. Pure. RFC 7208 5, 6.1
#pragma once

#include <vector>

#include "dns/types.h"
#include "policy/spf/record.h"

namespace waarmerk::policy::spf {

/// The type of address record that is asked for a client: A or AAAA. RFC 7208 5
[[nodiscard]] inline dns::Type address_type(const IpAddress& client) {
  return client.is_v4() ? dns::Type::A : dns::Type::Aaaa;
}

/// The first question of each of the next `terms` terms that ask the DNS, as far as one can see
/// without an answer: up to the first mechanism that is sure to match, leaving out names that need
/// the client's. For asking early; an evaluation need not ask them all. RFC 7208 4.6.2
[[nodiscard]] std::vector<dns::Question> questions_ahead(const Record& record,
                                                         const MacroContext& context,
                                                         unsigned terms);

}  // namespace waarmerk::policy::spf
