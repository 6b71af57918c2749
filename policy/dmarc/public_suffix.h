// The public suffix list of this host. RFC 7489 3.2
#pragma once

#include <string>

#include "base/domain_name.h"
#include "policy/dmarc/method.h"

namespace waarmerk::policy::dmarc {

/// Under which names anyone can register one. The list differs from host to host and from year to
/// year: only gather() and what comes before it may ask it, and what it said is evidence.
/// Immutable; thread-safe.
class PublicSuffixList {
 public:
  /// The list of this host: the newer one of libpsl's own and of the Debian package publicsuffix.
  /// Read at the first call, once in a process; reads a file then. nullptr when there is none.
  [[nodiscard]] static const PublicSuffixList* of_host(PslSections sections);

  /// The public suffix above `name` and one label more; `name` itself where it is a public suffix.
  /// A top-level domain that the list does not know is a public suffix. RFC 7489 3.2
  [[nodiscard]] DomainName organizational_domain(const DomainName& name) const;

 private:
  explicit PublicSuffixList(PslSections sections) : sections_(sections) {}

  PslSections sections_;
};

/// Which list it is and from when, for the daemon's log: "/usr/share/.../list.dafsa of 2026-01-31".
/// Empty when there is none. I-11
[[nodiscard]] std::string describe_public_suffix_list();

}  // namespace waarmerk::policy::dmarc
