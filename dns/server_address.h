// Where a DNS server listens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "base/result.h"

namespace waarmerk::dns {

/// An address and a port; whether UDP or TCP is for the user to say.
struct ServerAddress {
  IpAddress ip;
  std::uint16_t port = 53;

  /// Reads "192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]" or "[2001:db8::1]:5353".
  /// The port is 1 to 65535.
  static Result<ServerAddress> parse(std::string_view text);
  /// As parse reads it; without the port when that is 53.
  [[nodiscard]] std::string text() const;

  bool operator==(const ServerAddress&) const = default;
};

}  // namespace waarmerk::dns
