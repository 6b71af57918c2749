#include "milter/mta_address.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace waarmerk::milter {
namespace {

template <typename Address>
std::optional<IpAddress> read(const Address& address) {
  const void* generic = &address;
  return address_of(static_cast<const sockaddr*>(generic));
}

TEST(MtaAddress, IsThatOfItsFamily) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(0xc0000201);
  EXPECT_EQ(read(v4), IpAddress::parse("192.0.2.1"));

  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  const std::array<std::uint8_t, 16> octets{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0,
                                            0,    0,    0,    0,    0, 0, 0, 0x25};
  std::memcpy(&v6.sin6_addr, octets.data(), octets.size());
  EXPECT_EQ(read(v6), IpAddress::parse("2001:db8::25"));
}

// M-17
TEST(MtaAddress, IsNoneOfAnotherFamily) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  EXPECT_EQ(read(local), std::nullopt);
  EXPECT_EQ(read(sockaddr_in{}), std::nullopt);
  EXPECT_EQ(address_of(nullptr), std::nullopt);
}

}  // namespace
}  // namespace waarmerk::milter
