// Domain names inside DNS messages.
#pragma once

#include <optional>
#include <string>

#include "base/cursor.h"
#include "base/domain_name.h"

namespace waarmerk::dns {

/// A name as on the wire, without compression and in lower case: equality is that of the DNS, also
/// for names with a dot or any other octet inside a label. RFC 1035 3.1, RFC 4343
struct WireName {
  std::string octets;

  static WireName of(const DomainName& name);

  [[nodiscard]] bool is_root() const { return octets.size() == 1; }
  /// nullopt for the root and for a name with a dot inside a label.
  [[nodiscard]] std::optional<DomainName> domain() const;

  bool operator==(const WireName&) const = default;
};

/// Reads a name at the cursor, which has the whole message, and leaves the cursor behind it. Fails
/// the cursor for a name of more than 255 octets, a label type other than 00 and 11, and a pointer
/// that does not lead backwards. RFC 1035 4.1.4
[[nodiscard]] WireName read_name(Cursor& cursor);

}  // namespace waarmerk::dns
