#include "base/mail_address.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace waarmerk {
namespace {

constexpr std::size_t kMaxLocalPart = 64;

/// RFC 5322 3.2.3
bool is_atext(char c) {
  return is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// RFC 5321 4.1.2
bool is_dot_string(std::string_view text) {
  return std::ranges::all_of(split(text, '.'), [](std::string_view atom) {
    return !atom.empty() && std::ranges::all_of(atom, is_atext);
  });
}

}  // namespace

Result<MailAddress> MailAddress::parse(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return fail("an address without \"@\"");
  const std::string_view local_part = text.substr(0, at);
  if (local_part.size() > kMaxLocalPart) return fail("more than 64 octets before the \"@\"");
  if (!is_dot_string(local_part)) return fail("what stands before the \"@\" needs quoting");
  auto domain = DomainName::parse(text.substr(at + 1));
  if (!domain) return std::unexpected(std::move(domain.error()));
  return MailAddress(std::string(local_part), std::move(*domain));
}

}  // namespace waarmerk
