// What the public suffix list would have said where the DNS was walked. It decides nothing.
#pragma once

#include <vector>

#include "policy/dmarc/public_suffix.h"
#include "policy/facts.h"

namespace waarmerk::policy::dmarc {

/// The walks of `facts` for which `list` gives another organizational domain, and the author
/// domains for which it gives another place of the record. Nothing is asked for it: a record that
/// only the list would have looked for counts as none. Left out is what a DNS error leaves open,
/// and what changes no result: author domains without a record either way, and other identifiers
/// where all are so. Thread-safe. T-20
[[nodiscard]] std::vector<ListDifference> compare_with_list(const Facts& facts,
                                                            const PublicSuffixList& list);

}  // namespace waarmerk::policy::dmarc
