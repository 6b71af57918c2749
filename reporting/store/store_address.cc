#include "reporting/store/store_address.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

constexpr std::string_view kHidden = "***";

/// The value of a hexadecimal digit; 16 for another character.
unsigned hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a' + 10) : 16U;
}

/// With %XX decoded where it is well-formed. RFC 3986 2.1
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const bool is_escape =
        text.size() >= 3 && text[0] == '%' && hex_value(text[1]) < 16 && hex_value(text[2]) < 16;
    decoded +=
        is_escape ? static_cast<char>(hex_value(text[1]) * 16 + hex_value(text[2])) : text[0];
    text.remove_prefix(is_escape ? 3 : 1);
  }
  return decoded;
}

/// The length of "postgresql://" or "postgres://" at the start; 0 for a path.
std::size_t scheme_length(std::string_view store) {
  constexpr std::array<std::string_view, 2> kSchemes = {"postgresql://", "postgres://"};
  for (const std::string_view scheme : kSchemes) {
    if (istarts_with(store, scheme)) return scheme.size();
  }
  return 0;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// True if what stands behind the colon of each host is a number: else it may be a password that
/// was left without its '@'.
bool has_good_ports(std::string_view url) {
  // Behind a user it begins with '@'.
  if (url.starts_with('@')) url.remove_prefix(1);
  for (std::string_view host : split(url.substr(0, url.find_first_of("/?")), ',')) {
    // A numeric IPv6 address has colons of its own.
    if (host.starts_with('[')) host = host.substr(std::min(host.find(']'), host.size()));
    const std::size_t colon = host.find(':');
    if (colon == std::string_view::npos) continue;
    if (!std::ranges::all_of(host.substr(colon + 1), is_digit)) return false;
  }
  return true;
}

/// Reads a URL piece by piece, keeps its passwords and writes what may be shown.
class UrlReader {
 public:
  explicit UrlReader(std::string_view url) : rest_(url) {
    address_.dialect = SqlDialect::Postgresql;
    address_.target = std::string(url);
  }

  Result<StoreAddress> read() {
    show(scheme_length(rest_));
    // libpq takes the first '@' and '/' for the end of the user's part and of the host. Where there
    // are more, a password would end up in what it says of a host or a port.
    const std::size_t at = rest_.find('@');
    if (at != std::string_view::npos) {
      if (rest_.find('@', at + 1) != std::string_view::npos || rest_.find('/') < at) {
        return fail(
            "report.store: in the user and password of the URL '@' and '/' are written %40 and "
            "%2F");
      }
      read_user(rest_.substr(0, at));
    }
    if (!has_good_ports(rest_)) {
      return fail(
          "report.store: the port of the URL is no number; a user and password end with '@'");
    }
    show(std::min(rest_.find('?'), rest_.size()));
    while (!rest_.empty()) read_parameter();
    return std::move(address_);
  }

 private:
  /// The next octets are harmless.
  void show(std::size_t octets) {
    address_.shown += rest_.substr(0, octets);
    rest_.remove_prefix(octets);
  }
  /// The next octets are a password.
  void hide(std::size_t octets) {
    const std::string_view secret = rest_.substr(0, octets);
    if (!secret.empty()) {
      address_.secrets.emplace_back(secret);
      if (percent_decoded(secret) != secret) address_.secrets.push_back(percent_decoded(secret));
      address_.shown += kHidden;
    }
    rest_.remove_prefix(octets);
  }

  void read_user(std::string_view user) {
    const std::size_t colon = user.find(':');
    if (colon == std::string_view::npos) return show(user.size());
    show(colon + 1);
    hide(user.size() - colon - 1);
  }

  /// "?name=value" or "&name=value".
  void read_parameter() {
    const std::size_t end = std::min(rest_.find('&', 1), rest_.size());
    const std::size_t equals = rest_.substr(0, end).find('=');
    if (equals == std::string_view::npos) return show(end);
    const bool is_secret =
        percent_decoded(rest_.substr(0, equals)).find("passw") != std::string::npos;
    show(equals + 1);
    if (is_secret) return hide(end - equals - 1);
    show(end - equals - 1);
  }

  std::string_view rest_;
  StoreAddress address_;
};

}  // namespace

Result<StoreAddress> read_store_address(std::string_view store) {
  constexpr std::string_view kNotInPaths{"\"\0", 2};
  if (scheme_length(store) != 0) return UrlReader(store).read();
  if (store.empty()) return fail("report.store is empty, expected a path or postgresql://...");
  if (store.find_first_of(kNotInPaths) != std::string_view::npos) {
    return fail("report.store: a path with a quote or NUL in it cannot be opened");
  }
  return StoreAddress{.target = std::string(store), .shown = std::string(store)};
}

std::string without_secrets(std::string message, const StoreAddress& address) {
  constexpr std::size_t kMaxMessage = 500;
  if (!address.secrets.empty()) replace_all(message, address.target, address.shown);
  for (const std::string& secret : address.secrets) {
    if (message.find(secret) != std::string::npos) return "the database refused";
  }
  std::string line;
  for (const std::string_view part : split(message, '\n')) {
    if (trim(part).empty()) continue;
    if (!line.empty()) line += "; ";
    line += trim(part);
  }
  return printable(line, kMaxMessage);
}

}  // namespace waarmerk::reporting
