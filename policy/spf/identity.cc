// From HELO and MAIL FROM to the domain that is asked. RFC 7208 2.3, 2.4, 4.3
#include "policy/spf/identity.h"

#include "base/ip_address.h"
#include "base/text.h"

namespace waarmerk::policy::spf {
namespace {

/// A name of several labels that is not an address in disguise.
std::optional<DomainName> usable_domain(std::string_view text) {
  if (IpAddress::parse(text)) return std::nullopt;
  auto name = DomainName::parse(text);
  if (!name || name->label_count() < 2) return std::nullopt;
  return std::move(*name);
}

/// Without "@relay.example,@other.example:" in front. RFC 5321 4.1.2, appendix C
std::string_view without_source_route(std::string_view path) {
  const auto colon = path.find(':');
  if (!path.starts_with('@') || colon == std::string_view::npos) return path;
  const auto mailbox = path.substr(colon + 1);
  return mailbox.find('@') == std::string_view::npos ? path : mailbox;
}

}  // namespace

Identity helo_identity(std::string_view helo) {
  Identity identity{std::nullopt, std::string(kNoLocalPart)};
  if (is_all_ascii(helo)) identity.domain = usable_domain(helo);
  return identity;
}

Identity mail_from_identity(std::string_view mail_from, std::string_view helo) {
  if (mail_from.empty()) return helo_identity(helo);
  const auto mailbox = without_source_route(mail_from);
  const auto at = mailbox.rfind('@');
  const auto local_part = at == std::string_view::npos ? "" : mailbox.substr(0, at);
  const auto domain = at == std::string_view::npos ? mailbox : mailbox.substr(at + 1);
  return {usable_domain(domain), std::string(local_part.empty() ? kNoLocalPart : local_part)};
}

}  // namespace waarmerk::policy::spf
