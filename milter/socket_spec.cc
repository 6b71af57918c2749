#include "milter/socket_spec.h"

#include <algorithm>

#include "base/ip_address.h"
#include "base/text.h"

namespace waarmerk::milter {

namespace {

/// sun_path holds 108 octets, the last of which is a NUL.
constexpr std::size_t kMaxPath = 107;
constexpr unsigned kMaxPort = 65535;
constexpr std::size_t kMaxHostName = 253;
constexpr std::string_view kEveryAddress = "*";
/// Not an address of any host, and libmilter takes it for a name that is not known.
constexpr std::string_view kBroadcast = "255.255.255.255";

/// Host and port as they stand, in either order of writing.
struct HostAndPort {
  std::string_view host;
  std::string_view port;
};

std::string quoted(std::string_view text) { return "'" + printable(text) + "'"; }

/// `port@host` if there is an '@', otherwise `host:port`: the colon in question is the last one.
Result<HostAndPort> split_host_and_port(std::string_view text) {
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    return HostAndPort{text.substr(at + 1), text.substr(0, at)};
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return fail("no host in " + quoted(text) +
                ": expected host:port, such as 127.0.0.1:8891, or *:port for every address");
  }
  return HostAndPort{text.substr(0, colon), text.substr(colon + 1)};
}

Result<unsigned> parse_port(std::string_view text) {
  const auto port = parse_number(text, kMaxPort);
  if (!port || *port == 0) {
    return fail("port " + quoted(text) + " is no number from 1 to 65535");
  }
  return static_cast<unsigned>(*port);
}

bool is_host_name(std::string_view text) {
  const auto fits = [](char c) { return is_alnum(c) || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= kMaxHostName && is_alnum(text.front()) &&
         std::ranges::all_of(text, fits);
}

/// A name of digits and dots only is a mistyped address, not a name to be looked up.
bool looks_like_address(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}

}  // namespace

Result<SocketSpec> SocketSpec::parse_unix(std::string_view path) {
  if (!path.starts_with('/')) {
    return fail("socket path " + quoted(path) + " is not absolute: expected unix:/path");
  }
  if (path.size() > kMaxPath) {
    return fail("socket path is longer than " + std::to_string(kMaxPath) + " octets");
  }
  if (path.ends_with('/') || std::ranges::any_of(path, is_control)) {
    return fail("socket path " + quoted(path) + " names no file");
  }
  SocketSpec spec;
  spec.path_ = path;
  return spec;
}

Result<SocketSpec> SocketSpec::parse_inet(std::string_view rest, Family family) {
  const auto parts = split_host_and_port(rest);
  if (!parts) return std::unexpected(parts.error());
  const auto port = parse_port(parts->port);
  if (!port) return std::unexpected(port.error());

  SocketSpec spec;
  spec.family_ = family;
  spec.port_ = *port;
  if (parts->host == kEveryAddress) return spec;

  std::string_view host = parts->host;
  const bool in_brackets = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  if (in_brackets) host = host.substr(1, host.size() - 2);
  const bool with_colon = host.find(':') != std::string_view::npos;
  if (with_colon && !in_brackets && rest.find('@') == std::string_view::npos) {
    return fail("IPv6 address in " + quoted(rest) + " needs brackets: [" + printable(host) + "]");
  }
  if (const auto address = IpAddress::parse(host); address && !istarts_with(host, "ipv6:")) {
    if (address->is_v4() && (family == Family::Inet6 || with_colon)) {
      return fail(quoted(host) + " is an IPv4 address: expected inet:host:port");
    }
    if (address->text() == kBroadcast) {
      return fail(quoted(host) + " is the broadcast address: nothing can listen there");
    }
    spec.family_ = address->is_v6() ? Family::Inet6 : Family::Inet;
    spec.host_ = address->text();
    spec.host_is_address_ = true;
    return spec;
  }
  if (in_brackets || looks_like_address(host) || !is_host_name(host)) {
    return fail("host " + quoted(parts->host) + " is neither an address nor a host name nor *");
  }
  spec.host_ = to_lower(host);
  return spec;
}

Result<SocketSpec> SocketSpec::parse(std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view scheme = text.substr(0, colon);
  const std::string_view rest =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  if (iequals(scheme, "unix") || iequals(scheme, "local")) return parse_unix(rest);
  if (iequals(scheme, "inet")) return parse_inet(rest, Family::Inet);
  if (iequals(scheme, "inet6")) return parse_inet(rest, Family::Inet6);
  return fail("socket " + quoted(text) +
              " has no known kind: expected unix:/path, inet:host:port or inet:port@host");
}

std::string SocketSpec::libmilter_form() const {
  if (family_ == Family::Unix) return "unix:" + path_;
  std::string form = family_ == Family::Inet ? "inet:" : "inet6:";
  form += std::to_string(port_);
  if (host_.empty()) return form;
  return form + "@" + (host_is_address_ ? "[" + host_ + "]" : host_);
}

}  // namespace waarmerk::milter
