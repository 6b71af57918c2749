#include "reporting/delivery/smtp_server.h"

#include <algorithm>
#include <optional>

#include "base/ip_address.h"
#include "base/text.h"

namespace waarmerk::reporting {
namespace {

constexpr std::uint16_t kSubmissions = 465;

/// A host and what stands behind it, which is empty or begins with ':'.
struct Parts {
  std::string_view host;
  std::string_view port;
};

Parts parts_of(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = std::min(text.find(']'), text.size());
    return {text.substr(0, std::min(end + 1, text.size())),
            text.substr(std::min(end + 1, text.size()))};
  }
  // More than one colon: an address without a port.
  if (std::ranges::count(text, ':') != 1) return {text, {}};
  const auto colon = text.find(':');
  return {text.substr(0, colon), text.substr(colon)};
}

std::optional<std::string> host_of(std::string_view text) {
  std::string_view bare = text;
  if (text.starts_with('[') && text.ends_with(']')) bare = text.substr(1, text.size() - 2);
  if (const auto ip = IpAddress::parse(bare)) {
    if (ip->is_v6()) return "[" + ip->text() + "]";
    if (bare == text) return ip->text();
  }
  const auto name = DomainName::parse(text);
  return name ? std::optional(name->text()) : std::nullopt;
}

}  // namespace

Result<SmtpServer> SmtpServer::parse(std::string_view text) {
  const Parts parts = parts_of(text);
  SmtpServer server;
  auto host = host_of(parts.host);
  if (!host) return fail("\"" + printable(text) + "\" is no \"host\" or \"host:port\"");
  server.host = std::move(*host);
  if (parts.port.empty()) return server;
  const auto port =
      parts.port.starts_with(':') ? parse_number(parts.port.substr(1), 65535) : std::nullopt;
  if (!port || *port == 0) {
    return fail("\"" + printable(text) + "\" has no port of 1 to 65535 behind its host");
  }
  server.port = static_cast<std::uint16_t>(*port);
  return server;
}

bool SmtpServer::is_loopback() const {
  if (host == "localhost") return true;
  const bool in_brackets = host.starts_with('[');
  const auto ip = IpAddress::parse(in_brackets ? host.substr(1, host.size() - 2) : host);
  return ip && ip->is_loopback();
}

std::string SmtpServer::url(const DomainName& client, policy::SmtpTls tls) const {
  const bool at_once = port == kSubmissions && tls != policy::SmtpTls::None;
  return (at_once ? "smtps://" : "smtp://") + host + ":" + std::to_string(port) + "/" +
         client.text();
}

}  // namespace waarmerk::reporting
