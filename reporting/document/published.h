// What a report says of the policy that was found. RFC 9990 3.1.1.5, 3.1.5
#pragma once

#include <string>

#include "policy/dmarc/record.h"

namespace waarmerk::reporting {

/// The policies in force, each with its default where the record has none. A-14
struct PoliciesInForce {
  policy::Disposition p = policy::Disposition::None;
  policy::Disposition sp = policy::Disposition::None;
  policy::Disposition np = policy::Disposition::None;

  bool operator==(const PoliciesInForce&) const = default;
};

/// All are none where a policy tag is missing or invalid and the record counts for its rua alone.
/// Pure. RFC 9989 4.7, 4.10.1
[[nodiscard]] PoliciesInForce policies_in_force(const policy::dmarc::Record& record);

/// What is wrong with the record, one terse line for its owner; empty if nothing is. Pure. A-15
[[nodiscard]] std::string record_faults(const policy::dmarc::Record& record);

}  // namespace waarmerk::reporting
