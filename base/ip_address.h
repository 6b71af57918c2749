// IP addresses and networks. An IPv4-mapped IPv6 address is the IPv4 address. RFC 7208 5
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace waarmerk {

/// An IPv4 or IPv6 address; always valid. A value.
class IpAddress {
 public:
  /// Reads "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1" (then it is IPv4), and the MTA's spelling
  /// "IPv6:2001:db8::1". No port, no brackets, no zone.
  static Result<IpAddress> parse(std::string_view text);
  static IpAddress v4(std::array<std::uint8_t, 4> octets);
  /// IPv4-mapped octets (::ffff:0:0/96) give an IPv4 address.
  static IpAddress v6(const std::array<std::uint8_t, 16>& octets);

  [[nodiscard]] bool is_v4() const { return is_v4_; }
  [[nodiscard]] bool is_v6() const { return !is_v4_; }
  /// 127.0.0.0/8 and ::1.
  [[nodiscard]] bool is_loopback() const;
  /// 32 or 128.
  [[nodiscard]] unsigned bit_count() const { return is_v4_ ? 32 : 128; }
  /// 4 or 16 octets, in network order; lives as long as this object.
  [[nodiscard]] std::span<const std::uint8_t> octets() const {
    return std::span(octets_).first(is_v4_ ? 4 : 16);
  }
  /// Dotted quad, or RFC 5952 text.
  [[nodiscard]] std::string text() const;
  /// "2.0.0.192" + "in-addr.arpa", or nibbles + "ip6.arpa": the name whose PTR is asked.
  [[nodiscard]] std::string reverse_name() const;
  /// True if the first `prefix_length` bits are equal and both are of one family.
  [[nodiscard]] bool matches(const IpAddress& network, unsigned prefix_length) const;

  auto operator<=>(const IpAddress&) const = default;
  bool operator==(const IpAddress&) const = default;

 private:
  IpAddress() = default;
  bool is_v4_ = true;
  std::array<std::uint8_t, 16> octets_{};
};

/// A network: address and prefix length, "192.0.2.0/24"; without a slash one single address.
struct IpPrefix {
  IpAddress address;
  unsigned length = 0;

  /// Error for a bad address, a length above 32 or 128, or bits set behind the prefix.
  static Result<IpPrefix> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpAddress& ip) const { return ip.matches(address, length); }
  [[nodiscard]] std::string text() const;

  bool operator==(const IpPrefix&) const = default;
};

}  // namespace waarmerk
