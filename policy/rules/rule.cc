#include "policy/rules/rule.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "base/words.h"

namespace waarmerk::policy {
namespace {

constexpr Words<RuleAction, 8> kActions{{{{RuleAction::Accept, "accept"},
                                          {RuleAction::Laxer, "laxer"},
                                          {RuleAction::OnlyMonitor, "only_monitor"},
                                          {RuleAction::Tag, "tag"},
                                          {RuleAction::Hold, "hold"},
                                          {RuleAction::Defer, "defer"},
                                          {RuleAction::Reject, "reject"},
                                          {RuleAction::Stricter, "stricter"}}}};

constexpr std::string_view kTls = "TLSv1";

/// The N of "TLSv1.N"; without one it is 0.
std::optional<std::uint64_t> minor_version(std::string_view text) {
  if (!text.starts_with(kTls)) return std::nullopt;
  text.remove_prefix(kTls.size());
  if (text.empty()) return 0;
  if (text.front() != '.') return std::nullopt;
  return parse_number(text.substr(1), 99);
}

}  // namespace

std::string_view to_string(RuleAction action) { return kActions.word(action); }

bool asks_for_author(const Rule& rule) {
  return rule.author_domain.is_given() || rule.policy_domain.is_given() || rule.dmarc.is_given() ||
         rule.requested.is_given() || rule.dnssec.is_given();
}

TlsVersion tls_version_of(std::string_view text) {
  if (text.empty()) return TlsVersion::None;
  const auto minor = minor_version(text);
  if (!minor) return TlsVersion::Unreadable;
  constexpr std::array kKnown{TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12,
                              TlsVersion::Tls13};
  return *minor < kKnown.size() ? kKnown[*minor] : TlsVersion::Newer;
}

}  // namespace waarmerk::policy
