// Where the mail server reaches us, in the spellings of Postfix and Sendmail.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace waarmerk::milter {

/// One address to listen on. Only parse() makes one.
class SocketSpec {
 public:
  enum class Family : std::uint8_t { Unix, Inet, Inet6 };

  /// Reads `unix:/path`, `local:/path`, `inet:host:port`, `inet6:host:port` (as Postfix writes it)
  /// and `inet:port@host`, `inet6:port@host` (as Sendmail does). A host is an address, an IPv6
  /// address in brackets, a name, or `*` for every address: nothing listens everywhere unless it
  /// was written. A path is absolute. Errors say what was expected. M-40
  static Result<SocketSpec> parse(std::string_view text);

  [[nodiscard]] Family family() const { return family_; }
  /// The path of a Unix socket; empty for the others.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Address, or name in lower case, to listen on; empty for every address and for a Unix socket.
  [[nodiscard]] const std::string& host() const { return host_; }
  /// True if nothing but the firewall says who may connect.
  [[nodiscard]] bool listens_everywhere() const { return family_ != Family::Unix && host_.empty(); }
  /// The spelling that libmilter understands one way only.
  [[nodiscard]] std::string libmilter_form() const;

  bool operator==(const SocketSpec&) const = default;

 private:
  SocketSpec() = default;
  static Result<SocketSpec> parse_unix(std::string_view path);
  static Result<SocketSpec> parse_inet(std::string_view rest, Family family);

  Family family_ = Family::Unix;
  std::string path_;
  /// Address, name, or empty for every address.
  std::string host_;
  bool host_is_address_ = false;
  unsigned port_ = 0;
};

}  // namespace waarmerk::milter
