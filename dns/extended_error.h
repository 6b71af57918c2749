// What a resolver says about a reply beyond its RCODE. RFC 8914
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/cursor.h"

namespace waarmerk::dns {

/// An Extended DNS Error. RFC 8914 2
struct ExtendedError {
  std::uint16_t code = 0;
  /// Any octets; a resolver may leave it empty.
  std::string text;

  bool operator==(const ExtendedError&) const = default;
};

/// The errors among the options of an OPT record's RDATA, at most 8; nullopt if the options are
/// malformed. RFC 6891 6.1.2
[[nodiscard]] std::optional<std::vector<ExtendedError>> read_extended_errors(Cursor options);

/// True for the codes with which a validating resolver says that validation failed. RFC 8914 4
[[nodiscard]] bool says_bogus(const ExtendedError& error);

/// "EDE 7 (Signature Expired): text; EDE ...". Printable, at most 200 octets.
[[nodiscard]] std::string describe(const std::vector<ExtendedError>& errors);

}  // namespace waarmerk::dns
