#include "base/domain_name.h"

#include <algorithm>

#include "base/idna.h"
#include "base/text.h"

namespace waarmerk {
namespace {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;

bool is_host_char(char c) { return is_alnum(c) || c == '-' || c == '_'; }

/// IDNA has work to do: a U-label, or an A-label whose decoding is to be checked.
bool needs_idna(std::string_view lower) {
  if (!is_all_ascii(lower)) return true;
  return lower.starts_with("xn--") || lower.find(".xn--") != std::string_view::npos;
}

Result<std::string> checked_lengths(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  if (text.empty()) return fail("an empty domain name");
  if (text.size() > kMaxName) return fail("a domain name of more than 253 octets");
  for (const std::string_view label : split(text, '.')) {
    if (label.empty()) return fail("an empty label in a domain name");
    if (label.size() > kMaxLabel) return fail("a label of more than 63 octets");
  }
  return text;
}

}  // namespace

Result<DomainName> DomainName::parse(std::string_view text) {
  // Nothing that long can become a name; the bound keeps IDNA's work small.
  if (text.size() > 4 * kMaxName) return fail("a domain name of more than 253 octets");
  std::string lower = to_lower(text);
  if (needs_idna(lower)) {
    auto ascii = to_a_labels(lower);
    if (!ascii) return std::unexpected(ascii.error());
    lower = std::move(*ascii);
  }
  auto name = checked_lengths(std::move(lower));
  if (!name) return std::unexpected(name.error());
  const auto bad =
      std::ranges::find_if_not(*name, [](char c) { return is_host_char(c) || c == '.'; });
  if (bad != name->end()) {
    return fail("a character that no domain name may hold: \"" + printable({&*bad, 1}) + "\"");
  }
  return DomainName(std::move(*name));
}

Result<DomainName> DomainName::from_octets(std::string_view text) {
  if (text.size() > kMaxName + 1) return fail("a domain name of more than 253 octets");
  auto name = checked_lengths(to_lower(text));
  if (!name) return std::unexpected(name.error());
  return DomainName(std::move(*name));
}

std::size_t DomainName::label_count() const {
  return 1 + static_cast<std::size_t>(std::ranges::count(text_, '.'));
}

DomainName DomainName::last_labels(std::size_t count) const {
  std::size_t begin = text_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto dot = begin == 0 ? std::string::npos : text_.rfind('.', begin - 1);
    if (dot == std::string::npos) return *this;
    begin = dot;
  }
  return DomainName(text_.substr(begin + 1));
}

bool DomainName::is_at_or_below(const DomainName& ancestor) const {
  if (!text_.ends_with(ancestor.text_)) return false;
  const std::size_t extra = text_.size() - ancestor.text_.size();
  return extra == 0 || text_[extra - 1] == '.';
}

Result<DomainName> DomainName::prefixed(std::string_view labels) const {
  std::string joined(labels);
  joined += '.';
  joined += text_;
  return from_octets(joined);
}

}  // namespace waarmerk
