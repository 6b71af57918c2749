// The two ways to an organizational domain.
#pragma once

#include <cstdint>

#include "base/words.h"

namespace waarmerk::policy {

/// How organizational domains, and the records that apply, are found.
enum class DiscoveryMethod : std::uint8_t {
  TreeWalk,  ///< by records in the DNS. RFC 9989 4.10
  Psl,       ///< by the public suffix list of this host. RFC 7489 3.2, 6.6.3
};

/// The words of RFC 9990 3.1.1.5, in the configuration, the log and the reports.
inline constexpr Words<DiscoveryMethod, 2> kDiscoveryWords{
    {{{DiscoveryMethod::TreeWalk, "treewalk"}, {DiscoveryMethod::Psl, "psl"}}}};

/// Which rules of the public suffix list count.
enum class PslSections : std::uint8_t {
  All,    ///< those of companies that let others use names below theirs, too
  Icann,  ///< those of registries alone
};

inline constexpr Words<PslSections, 2> kPslSectionsWords{
    {{{PslSections::All, "all"}, {PslSections::Icann, "icann"}}}};

}  // namespace waarmerk::policy
