#include "policy/list_trace.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/text.h"

namespace waarmerk::policy {
namespace {

/// What stands in the last pair of angle brackets, or nullopt.
std::optional<std::string_view> bracketed(std::string_view value) {
  value = trim(value);
  if (!value.ends_with('>')) return std::nullopt;
  const auto open = value.rfind('<');
  if (open == std::string_view::npos) return std::nullopt;
  return trim(value.substr(open + 1, value.size() - open - 2));
}

std::optional<DomainName> domain_of(std::string_view text) {
  auto name = DomainName::parse(text);
  if (!name || name->label_count() < 2) return std::nullopt;
  return std::move(*name);
}

/// The list identifier reads like a domain name: list label, then the list's domain. RFC 2919 3
std::optional<DomainName> list_id_domain(std::string_view value) {
  const auto identifier = bracketed(value);
  return identifier ? domain_of(*identifier) : std::nullopt;
}

std::optional<DomainName> list_post_domain(std::string_view value) {
  const auto uri = bracketed(value);
  if (!uri || !istarts_with(*uri, "mailto:")) return std::nullopt;
  const std::string_view address = uri->substr(0, uri->find('?'));
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::nullopt : domain_of(address.substr(at + 1));
}

}  // namespace

std::vector<ListTrace> list_traces(HeaderFields fields) {
  std::vector<ListTrace> traces;
  std::size_t read = 0;
  const auto add = [&traces](std::string_view field, std::optional<DomainName> domain) {
    if (!domain || traces.size() >= kMaxListTraces) return;
    ListTrace trace{std::string(field), std::move(*domain)};
    if (std::ranges::find(traces, trace) == traces.end()) traces.push_back(std::move(trace));
  };
  for (const HeaderField& field : fields) {
    const bool is_id = field.is("List-Id");
    if (!is_id && !field.is("List-Post")) continue;
    if (++read > kMaxListFields) break;
    if (is_id) {
      add("List-Id", list_id_domain(field.value));
    } else {
      add("List-Post", list_post_domain(field.value));
    }
  }
  return traces;
}

}  // namespace waarmerk::policy
