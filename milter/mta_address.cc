#include "milter/mta_address.h"

#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace waarmerk::milter {

std::optional<IpAddress> address_of(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  const void* generic = address;
  if (address->sa_family == AF_INET) {
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), &static_cast<const sockaddr_in*>(generic)->sin_addr, octets.size());
    return IpAddress::v4(octets);
  }
  if (address->sa_family == AF_INET6) {
    std::array<std::uint8_t, 16> octets{};
    std::memcpy(octets.data(), &static_cast<const sockaddr_in6*>(generic)->sin6_addr,
                octets.size());
    return IpAddress::v6(octets);
  }
  return std::nullopt;
}

}  // namespace waarmerk::milter
