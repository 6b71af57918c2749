// The client's address as libmilter hands it over.
#pragma once

#include <sys/socket.h>

#include <optional>

#include "base/ip_address.h"

namespace waarmerk::milter {

/// The IPv4 or IPv6 address in `address`, whose family says how long it is; nullopt for nullptr and
/// every other family. M-17
[[nodiscard]] std::optional<IpAddress> address_of(const sockaddr* address);

}  // namespace waarmerk::milter
