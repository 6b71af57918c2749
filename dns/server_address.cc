// Reads and writes server addresses.
#include "dns/server_address.h"

#include <algorithm>

#include "base/text.h"

namespace waarmerk::dns {
namespace {

constexpr std::uint16_t kDefaultPort = 53;

struct Parts {
  std::string_view ip;
  /// With its colon; empty if there is none.
  std::string_view port;
};

Parts cut(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return {};
    return {text.substr(1, end - 1), text.substr(end + 1)};
  }
  if (std::ranges::count(text, ':') == 1) {
    const auto colon = text.find(':');
    return {text.substr(0, colon), text.substr(colon)};
  }
  return {text, {}};
}

}  // namespace

Result<ServerAddress> ServerAddress::parse(std::string_view text) {
  const Parts parts = cut(text);
  const auto ip = IpAddress::parse(parts.ip);
  const bool is_bracketed = text.starts_with('[');
  if (!ip || (is_bracketed && ip->is_v4())) {
    return fail("not the address of a DNS server, \"address\" or \"address:port\": \"" +
                printable(text, 60) + "\"");
  }
  if (parts.port.empty()) return ServerAddress{*ip, kDefaultPort};
  const auto port =
      parts.port.starts_with(':') ? parse_number(parts.port.substr(1), 0xFFFF) : std::nullopt;
  if (!port || *port == 0) {
    return fail("not a port from 1 to 65535: \"" + printable(text, 60) + "\"");
  }
  return ServerAddress{*ip, static_cast<std::uint16_t>(*port)};
}

std::string ServerAddress::text() const {
  if (port == kDefaultPort) return ip.text();
  const std::string host = ip.is_v6() ? "[" + ip.text() + "]" : ip.text();
  return host + ":" + std::to_string(port);
}

}  // namespace waarmerk::dns
