#include "reporting/delivery/report_uri.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

constexpr std::string_view kScheme = "mailto:";

std::optional<unsigned> hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  const char lower = to_lower(c);
  if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a') + 10U;
  return std::nullopt;
}

/// What may stand in the address of a URI as it is. A ',' parts addresses, a '!' the size of old
/// records, a '#' a fragment: within an address all three are percent-encoded.
/// RFC 6068 2, RFC 9989 4.8
bool is_address_char(char c) {
  return is_alnum(c) || std::string_view("-._~%$&'*+=/").find(c) != std::string_view::npos;
}

/// nullopt where a '%' does not begin an octet.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = hex_value(text[i + 1]);
    const auto low = hex_value(text[i + 2]);
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high * 16U + *low);
    i += 2;
  }
  return decoded;
}

}  // namespace

Result<MailAddress> address_of(std::string_view uri) {
  if (!istarts_with(uri, kScheme)) return fail("not a mailto: URI");
  uri.remove_prefix(kScheme.size());
  const std::string_view address = uri.substr(0, uri.find('?'));
  if (address.find(',') != std::string_view::npos) return fail("more than one address");
  // Parted before it is decoded: an encoded '@' is none that parts.
  const auto at = address.find('@');
  if (at == std::string_view::npos) return fail("an address without \"@\"");
  const std::string_view local_part = address.substr(0, at);
  const std::string_view domain = address.substr(at + 1);
  const auto is_sound = [](std::string_view part) {
    return std::ranges::all_of(part, is_address_char);
  };
  if (!is_sound(local_part) || !is_sound(domain)) return fail("a character that must be encoded");
  const auto decoded_local = percent_decoded(local_part);
  const auto decoded_domain = percent_decoded(domain);
  if (!decoded_local || !decoded_domain) return fail("a \"%\" without two hexadecimal digits");
  return MailAddress::parse(*decoded_local + "@" + *decoded_domain);
}

}  // namespace waarmerk::reporting
