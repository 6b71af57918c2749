// One rule of the postmaster: what must hold of a message, and what is done with it then.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dns/types.h"
#include "policy/facts.h"
#include "policy/rules/patterns.h"
#include "policy/verdict.h"

namespace waarmerk::policy {

/// What a rule does. The first three loosen: what they pass may be milder than without the rule, so
/// that they must name something that was proven. The others never make an answer milder.
enum class RuleAction : std::uint8_t {
  Accept,       ///< deliver
  Laxer,        ///< one step milder: reject, quarantine, tag, accept
  OnlyMonitor,  ///< nothing is done, as in mode "monitor"; the log says what would have been
  Tag,
  Hold,
  Defer,
  Reject,
  Stricter,  ///< one step stricter, unless DMARC passes or an error leaves it open
};
[[nodiscard]] std::string_view to_string(RuleAction action);

/// The version of TLS, in rising order. Newer: than those that we know.
enum class TlsVersion : std::uint8_t { None, Tls10, Tls11, Tls12, Tls13, Newer, Unreadable };
/// As the mail server writes it, "TLSv1.3"; empty: in clear.
[[nodiscard]] TlsVersion tls_version_of(std::string_view text);

/// At most so many characters of a comment.
inline constexpr std::size_t kMaxRuleComment = 200;

/// Some enumerators of many, as they were written. Empty: the condition is not given.
template <typename Enum>
struct Choices {
  std::vector<std::string> written;
  std::vector<Enum> values;

  [[nodiscard]] bool is_given() const { return !written.empty(); }
  [[nodiscard]] bool match(Enum value) const {
    return std::ranges::find(values, value) != values.end();
  }
  /// True if what `other` matches is matched here as well.
  [[nodiscard]] bool cover(const Choices& other) const {
    return std::ranges::all_of(other.values, [&](Enum value) { return match(value); });
  }
  /// True if nothing but `value` is matched.
  [[nodiscard]] bool is_only(Enum value) const {
    return is_given() && std::ranges::all_of(values, [&](Enum own) { return own == value; });
  }
};

/// A value; copies are cheap. policy/rules/keys.cc tells what each condition means.
struct Rule {
  std::string name;
  /// Where it begins in the configuration.
  std::uint32_t line = 0;

  NamePatterns author_domain;
  NamePatterns policy_domain;
  NamePatterns signing_domain;
  NamePatterns mail_from_domain;
  NetworkPatterns client;
  NamePatterns client_name;
  NamePatterns helo;
  NamePatterns list_id;
  NamePatterns recipient_domain;
  NamePatterns any_recipient_domain;
  Choices<SpfResult> spf;
  Choices<DkimResult> dkim;
  Choices<DmarcResult> dmarc;
  Choices<Disposition> requested;
  Choices<TlsVersion> tls;
  Choices<dns::Security> dnssec;

  RuleAction action = RuleAction::OnlyMonitor;
  /// The reason that is reported where the rule makes a difference. RFC 9990 3.1.6
  Override::Type override = Override::Type::LocalPolicy;
  std::string comment;
};

/// True if mail may get off more lightly by the rule.
[[nodiscard]] constexpr bool loosens(RuleAction action) {
  return action == RuleAction::Accept || action == RuleAction::Laxer ||
         action == RuleAction::OnlyMonitor;
}

/// True if a condition is about the author, DMARC or its record: see matches().
[[nodiscard]] bool asks_for_author(const Rule& rule);

/// Calls `visit` with each condition as a pointer to the rule's member, in the order of the rule.
template <typename Visit>
void for_each_condition(const Visit& visit) {
  visit(&Rule::author_domain);
  visit(&Rule::policy_domain);
  visit(&Rule::signing_domain);
  visit(&Rule::mail_from_domain);
  visit(&Rule::client);
  visit(&Rule::client_name);
  visit(&Rule::helo);
  visit(&Rule::list_id);
  visit(&Rule::recipient_domain);
  visit(&Rule::any_recipient_domain);
  visit(&Rule::spf);
  visit(&Rule::dkim);
  visit(&Rule::dmarc);
  visit(&Rule::requested);
  visit(&Rule::tls);
  visit(&Rule::dnssec);
}

}  // namespace waarmerk::policy
