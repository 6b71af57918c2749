// Where mail is handed over. RFC 5321, RFC 8314
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/domain_name.h"
#include "base/result.h"
#include "policy/settings.h"

namespace waarmerk::reporting {

/// A host and a port; always valid. A value.
struct SmtpServer {
  /// A name or an address, as it stands in a URL: an IPv6 address in brackets.
  std::string host;
  std::uint16_t port = 25;

  /// Reads "mail.example.com", "mail.example.com:587", "192.0.2.1:25", "2001:db8::1" or
  /// "[2001:db8::1]:25". Port 25 unless another is given.
  [[nodiscard]] static Result<SmtpServer> parse(std::string_view text);

  /// Whether nobody on a network can listen in.
  [[nodiscard]] bool is_loopback() const;
  /// For libcurl: greeting the server as `client`. On port 465 TLS begins at once, unless it is not
  /// wanted.
  [[nodiscard]] std::string url(const DomainName& client, policy::SmtpTls tls) const;

  bool operator==(const SmtpServer&) const = default;
};

}  // namespace waarmerk::reporting
