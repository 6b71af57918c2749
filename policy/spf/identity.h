// The identities that SPF checks, read from what the client said. Pure. RFC 7208 2.3, 2.4, 4.3
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/domain_name.h"

namespace waarmerk::policy::spf {

/// What stands for the local part where there is none. RFC 7208 4.3
inline constexpr std::string_view kNoLocalPart = "postmaster";

/// Whose record is asked, and for whom.
struct Identity {
  /// nullopt when there is no domain to ask about: the result is none.
  std::optional<DomainName> domain;
  /// As given, "postmaster" when there is none.
  std::string local_part;

  bool operator==(const Identity&) const = default;
};

/// The HELO identity: postmaster at the name, if that is a domain of at least two labels. An
/// address, a single label and a name with non-ASCII octets are none. RFC 7208 2.3, RFC 8616 4
[[nodiscard]] Identity helo_identity(std::string_view helo);

/// The MAIL FROM identity. `mail_from` is the reverse-path without angle brackets; a source route
/// is skipped, the null reverse-path stands for postmaster at the HELO name, U-labels become
/// A-labels. An address literal has no domain. RFC 7208 2.4, 4.3, RFC 8616 4
[[nodiscard]] Identity mail_from_identity(std::string_view mail_from, std::string_view helo);

}  // namespace waarmerk::policy::spf
