#include "base/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"

namespace waarmerk {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::string_view kHexDigits = "0123456789abcdef";

}  // namespace

Result<IpAddress> IpAddress::parse(std::string_view text) {
  constexpr std::string_view kMtaPrefix = "IPv6:";
  const bool says_v6 = istarts_with(text, kMtaPrefix);
  const std::string address(says_v6 ? text.substr(kMtaPrefix.size()) : text);
  // inet_pton reads up to a NUL.
  if (address.find('\0') == std::string::npos) {
    std::array<std::uint8_t, 16> octets{};
    if (!says_v6 && inet_pton(AF_INET, address.c_str(), octets.data()) == 1) {
      return v4({octets[0], octets[1], octets[2], octets[3]});
    }
    if (inet_pton(AF_INET6, address.c_str(), octets.data()) == 1) return v6(octets);
  }
  return fail("not an IP address: \"" + printable(text, 60) + "\"");
}

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> octets) {
  IpAddress ip;
  std::ranges::copy(octets, ip.octets_.begin());
  return ip;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& octets) {
  if (std::ranges::equal(kMappedPrefix, std::span(octets).first<12>())) {
    return v4({octets[12], octets[13], octets[14], octets[15]});
  }
  IpAddress ip;
  ip.is_v4_ = false;
  ip.octets_ = octets;
  return ip;
}

bool IpAddress::is_loopback() const {
  if (is_v4_) return octets_[0] == 127;
  constexpr std::array<std::uint8_t, 16> kLoopback = {0, 0, 0, 0, 0, 0, 0, 0,
                                                      0, 0, 0, 0, 0, 0, 0, 1};
  return octets_ == kLoopback;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(is_v4_ ? AF_INET : AF_INET6, octets_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::string IpAddress::reverse_name() const {
  std::string name;
  const auto bytes = octets();
  for (auto octet = bytes.rbegin(); octet != bytes.rend(); ++octet) {
    if (is_v4_) {
      name += std::to_string(*octet);
      name += '.';
    } else {
      name += {kHexDigits[*octet & 0xFU], '.', kHexDigits[*octet >> 4U], '.'};
    }
  }
  return name + (is_v4_ ? "in-addr.arpa" : "ip6.arpa");
}

bool IpAddress::matches(const IpAddress& network, unsigned prefix_length) const {
  if (is_v4_ != network.is_v4_) return false;
  const unsigned bits = std::min(prefix_length, bit_count());
  const std::size_t whole = bits / 8;
  if (!std::equal(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(whole),
                  network.octets_.begin())) {
    return false;
  }
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - bits % 8));
  return (octets_[whole] & mask) == (network.octets_[whole] & mask);
}

namespace {

/// What is wrong with a prefix length; counted in 128 bits it may be the right one.
std::string bad_length(const IpAddress& address, std::string_view length, std::string_view text) {
  constexpr unsigned kMappedBits = 96;
  const std::string quoted = "\"" + printable(text, 60) + "\"";
  const auto of_v6 = parse_number(length, kMappedBits + 32);
  if (address.is_v4() && text.contains(':') && of_v6 && *of_v6 >= kMappedBits) {
    return "an IPv4 network in the spelling of IPv6: " + quoted + "; write it as \"" +
           IpPrefix{address, static_cast<unsigned>(*of_v6) - kMappedBits}.text() + "\"";
  }
  return "not a prefix length from 0 to " + std::to_string(address.bit_count()) + ": " + quoted;
}

}  // namespace

Result<IpPrefix> IpPrefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::unexpected(address.error());
  if (slash == std::string_view::npos) return IpPrefix{*address, address->bit_count()};
  const std::string_view digits = text.substr(slash + 1);
  const auto length = parse_number(digits, address->bit_count());
  if (!length) return fail(bad_length(*address, digits, text));
  const IpPrefix prefix{*address, static_cast<unsigned>(*length)};
  const auto octets = address->octets();
  for (unsigned bit = prefix.length; bit < address->bit_count(); ++bit) {
    if ((octets[bit / 8] & (0x80U >> (bit % 8))) != 0) {
      return fail("bits set behind the prefix: \"" + printable(text, 60) + "\"");
    }
  }
  return prefix;
}

std::string IpPrefix::text() const { return address.text() + "/" + std::to_string(length); }

}  // namespace waarmerk
