// Whose mail is not judged at all.
#pragma once

#include "policy/facts.h"
#include "policy/settings.h"

namespace waarmerk::policy {

/// Whether this client's mail is judged at all, and if not, why. Without an address there is
/// nothing to judge by: such a message comes from this machine. Pure. P-15
[[nodiscard]] Exemption exemption_of(const Client& client, const Settings::Exempt& exempt);

}  // namespace waarmerk::policy
