#include "policy/rules/check.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "policy/rules/keys.h"
#include "policy/rules/proof.h"
#include "policy/rules/read.h"

namespace waarmerk::policy {
namespace {

Finding error(const Rule& rule, const std::string& text) {
  return {.text = spoken(rule) + text, .line = rule.line};
}
Finding warning(const Rule& rule, const std::string& text) {
  return {.severity = Severity::Warning, .text = spoken(rule) + text, .line = rule.line};
}

// ---- Proof --------------------------------------------------------------------------------------

/// The conditions of a rule by their keys: "author_domain and list_id".
std::string conditions_of(const Rule& rule) {
  std::vector<std::string> names;
  for (const RuleKey& key : rule_keys()) {
    const bool is_effect = key.name == "name" || key.name == "action" || key.name == "override" ||
                           key.name == "comment";
    if (!is_effect && key.show(rule)) names.push_back(key.name);
  }
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::optional<Finding> unproven(const Rule& rule) {
  if (!loosens(rule.action) || names_proof(rule)) return std::nullopt;
  const std::string conditions = conditions_of(rule);
  std::string why =
      conditions.empty() ? "would hold for all mail"
      : hold_wide_network(rule.client)
          ? "names a network wider than /8, of IPv6 /16: a forger has an address there"
          : "would hold for forged mail: anyone can send mail with such " + conditions;
  return error(rule, "\"" + std::string(to_string(rule.action)) + "\" " + why +
                         "; add what a forger cannot have: signing_domain, client, client_name, "
                         "mail_from_domain with spf = \"pass\", or author_domain with "
                         "dmarc = \"pass\"");
}

// ---- Never
// ----------------------------------------------------------------------------------------

/// True if the condition is given and matches nothing but these.
template <typename Enum>
bool is_within(const Choices<Enum>& choices, std::initializer_list<Enum> few) {
  return choices.is_given() && std::ranges::all_of(choices.values, [&](Enum value) {
           return std::ranges::find(few, value) != few.end();
         });
}

/// RFC 9989 4.10.1 gives every record a meaning.
std::optional<Finding> result_that_does_not_arise(const Rule& rule) {
  if (!rule.dmarc.is_only(DmarcResult::PermError)) return std::nullopt;
  return error(rule,
               "can never match: DMARC has no \"permerror\", since every record has a meaning; "
               "expected \"none\" for one that cannot be used");
}

bool may_fail(const Rule& rule) {
  return !rule.dmarc.is_given() || rule.dmarc.match(DmarcResult::Fail);
}

/// A request is made of failing mail only.
std::optional<Finding> request_without_failure(const Rule& rule) {
  if (!rule.requested.is_given() || rule.requested.match(Disposition::None) || may_fail(rule)) {
    return std::nullopt;
  }
  return error(rule,
               "can never match: the domain owner asks for something only where DMARC fails; "
               "expected dmarc = \"fail\", or none of it");
}

std::optional<Finding> policy_of_another(const Rule& rule) {
  if (!rule.author_domain.is_given() || !rule.policy_domain.is_given() ||
      may_stand_above(rule.policy_domain, rule.author_domain)) {
    return std::nullopt;
  }
  return error(rule,
               "can never match: a record applies to its own domain and those below it; expected "
               "policy_domain to be author_domain or one above it");
}

std::optional<Finding> other_recipients(const Rule& rule) {
  if (!rule.recipient_domain.is_given() || !rule.any_recipient_domain.is_given() ||
      have_common_name(rule.recipient_domain, rule.any_recipient_domain)) {
    return std::nullopt;
  }
  return error(rule,
               "can never match: where all recipients match recipient_domain, none matches "
               "any_recipient_domain");
}

/// Results that no message has together. RFC 9989 4.4: without a pass nothing is aligned.
std::optional<Finding> pass_of_nothing(const Rule& rule) {
  const bool spf_passes = !rule.spf.is_given() || rule.spf.match(SpfResult::Pass);
  const bool dkim_passes = !rule.dkim.is_given() || rule.dkim.match(DkimResult::Pass);
  if (!rule.dmarc.is_only(DmarcResult::Pass) || spf_passes || dkim_passes) return std::nullopt;
  return error(rule, "can never match: DMARC passes only where SPF or DKIM does");
}

std::optional<Finding> signed_without_pass(const Rule& rule) {
  if (!rule.signing_domain.is_given() || !rule.dkim.is_given() ||
      rule.dkim.match(DkimResult::Pass)) {
    return std::nullopt;
  }
  return error(rule,
               "can never match: signing_domain is that of a signature that passes; expected "
               "dkim = \"pass\", or none of it");
}

/// A policy is that of a record; without one there is no domain and no request of it.
std::optional<Finding> record_that_is_bogus(const Rule& rule) {
  if (!rule.dnssec.is_only(dns::Security::Bogus)) return std::nullopt;
  const char* unread = "can never match: a record that is bogus is not read, so that ";
  if (rule.policy_domain.is_given()) {
    return error(rule, std::string(unread) + "it has no policy_domain");
  }
  if (rule.dmarc.is_given() && !rule.dmarc.match(DmarcResult::TempError)) {
    return error(rule, std::string(unread) + "DMARC has the result \"temperror\"");
  }
  if (rule.requested.is_given() && !rule.requested.match(Disposition::None)) {
    return error(rule, std::string(unread) + "nothing is requested");
  }
  return std::nullopt;
}

std::optional<Finding> record_of_nothing(const Rule& rule) {
  using enum DmarcResult;
  if (!is_within(rule.dmarc, {None, PermError})) return std::nullopt;
  const char* without =
      "can never match: DMARC has the result \"none\" where no record applies, and ";
  if (rule.policy_domain.is_given()) {
    return error(rule, std::string(without) + "then there is no policy_domain");
  }
  if (is_within(rule.dnssec, {dns::Security::Secure, dns::Security::Insecure})) {
    return error(rule, std::string(without) + "then its dnssec is \"unknown\"");
  }
  return std::nullopt;
}

/// Mail of exempt clients meets no rule.
std::optional<Finding> exempt_client(const Rule& rule, const NetworkPatterns& exempt) {
  if (!rule.client.is_given() || !exempt.cover(rule.client)) return std::nullopt;
  return error(rule,
               "can never match: mail from there is not judged (exempt.networks, exempt.loopback)");
}

NetworkPatterns exempt_networks(const Settings& settings) {
  std::vector<IpPrefix> networks = settings.exempt.networks;
  if (settings.exempt.loopback) {
    for (const char* text : {"127.0.0.0/8", "::1"}) networks.push_back(*IpPrefix::parse(text));
  }
  return {{"exempt"}, {std::make_shared<const NetworkSet>(std::move(networks))}};
}

std::optional<Finding> step_of_nothing(const Rule& rule) {
  const bool is_spared = is_within(rule.dmarc, {DmarcResult::Pass, DmarcResult::TempError});
  if (rule.action != RuleAction::Stricter || !is_spared) return std::nullopt;
  return error(rule,
               "can never change anything: \"stricter\" spares mail that passes DMARC or whose "
               "DMARC an error left open; expected another action or dmarc");
}

bool shadows(const Rule& earlier, const Rule& later, std::size_t& left);

/// A pair of rules whose lists have more entries than are left to look up is not compared.
std::optional<Finding> shadowed(const std::vector<Rule>& rules, std::size_t index,
                                std::size_t& look_ups) {
  const Rule& rule = rules[index];
  const auto before = std::span(rules).first(index);
  const auto earlier = std::ranges::find_if(
      before, [&](const Rule& other) { return shadows(other, rule, look_ups); });
  if (earlier == before.end()) return std::nullopt;
  return error(rule, "can never match: the rule \"" + earlier->name + "\" at line " +
                         std::to_string(earlier->line) +
                         " takes all of its mail; expected the narrower rule first");
}

// ---- Doubts -------------------------------------------------------------------------------------

std::optional<Finding> all_mail(const Rule& rule) {
  if (loosens(rule.action) || !conditions_of(rule).empty()) return std::nullopt;
  return warning(rule, "has no condition: it decides about all mail");
}

/// What fails for now may be right the next time.
std::optional<Finding> refused_for_an_error(const Rule& rule) {
  const bool asks = rule.spf.match(SpfResult::TempError) ||
                    rule.dkim.match(DkimResult::TempError) ||
                    rule.dmarc.match(DmarcResult::TempError);
  if (rule.action != RuleAction::Reject || !asks) return std::nullopt;
  return warning(rule,
                 "refuses for good what an error of the DNS leaves open for now (\"temperror\"); "
                 "\"defer\" asks for it again");
}

std::optional<Finding> one_reply_for_all(const Rule& rule) {
  if (rule.recipient_domain.is_given()) {
    return warning(rule,
                   "one reply serves all recipients: a message that goes to another domain as well "
                   "does not match");
  }
  if (rule.any_recipient_domain.is_given()) {
    return warning(rule,
                   "one reply serves all recipients: what is done is done for the others as well");
  }
  return std::nullopt;
}

std::optional<Finding> step_from_acceptance(const Rule& rule) {
  const bool is_step = rule.action == RuleAction::Laxer || rule.action == RuleAction::OnlyMonitor;
  if (!is_step || !rule.dmarc.is_only(DmarcResult::Pass)) return std::nullopt;
  return warning(rule,
                 "mail that passes DMARC is accepted without a rule, unless a setting for From "
                 "says otherwise");
}

bool is_below_top_level(const NamePatterns& names) {
  return std::ranges::any_of(names.sets, [](const auto& set) {
    return std::ranges::any_of(set->patterns(), [](const NamePattern& pattern) {
      return pattern.below && pattern.name.label_count() == 1;
    });
  });
}

std::optional<Finding> everyones_name(const Rule& rule) {
  const std::array proofs{&Rule::signing_domain, &Rule::mail_from_domain, &Rule::client_name,
                          &Rule::author_domain};
  const bool is_wide = std::ranges::any_of(
      proofs, [&](NamePatterns Rule::* member) { return is_below_top_level(rule.*member); });
  if (!loosens(rule.action) || !is_wide) return std::nullopt;
  return warning(rule, "names everything below a top-level domain, where anyone can have a domain");
}

/// True if what loosens may leave mail to a later rule whatever its conditions are: it wants all
/// author domains to match, the recipient to be known, and where a setting for From refuses a
/// message, proof by the client.
bool leaves_mail(const Rule& earlier, const Rule& later) {
  if (!loosens(earlier.action)) return false;
  const bool wants_more = asks_for_author(earlier) || earlier.any_recipient_domain.is_given();
  if (!loosens(later.action) && wants_more) return true;
  const bool takes_refused = !loosens(later.action) || names_client(later);
  return !names_client(earlier) && takes_refused;
}

/// Entries that cover() looks up. A list that both share is told by itself.
template <typename Set>
std::size_t look_ups_of(const Patterns<Set>& wide, const Patterns<Set>& narrow) {
  std::size_t sum = 0;
  for (const auto& set : narrow.sets) {
    const bool is_shared = std::ranges::find(wide.sets, set) != wide.sets.end();
    if (!is_shared) sum += set->patterns().size();
  }
  return sum;
}
template <typename Enum>
std::size_t look_ups_of(const Choices<Enum>& /*wide*/, const Choices<Enum>& /*narrow*/) {
  return 0;
}

/// shadows() as far as `left` entries may be looked up. Long lists come last: most pairs differ in
/// something short.
bool shadows(const Rule& earlier, const Rule& later, std::size_t& left) {
  constexpr std::size_t kFew = 100;
  if (leaves_mail(earlier, later)) return false;
  bool all = true;
  std::size_t many = 0;
  const auto covers_if = [&](const auto member, const auto& is_due) {
    const auto& wide = earlier.*member;
    const auto& narrow = later.*member;
    if (!all || !wide.is_given()) return;
    if (!is_due(narrow.is_given() ? look_ups_of(wide, narrow) : 0)) return;
    all = narrow.is_given() && wide.cover(narrow);
  };
  for_each_condition([&](const auto member) {
    covers_if(member, [&](std::size_t entries) {
      if (entries > kFew) many += entries;
      return entries <= kFew;
    });
  });
  if (!all || many > left) return false;
  left -= many;
  for_each_condition(
      [&](const auto member) { covers_if(member, [](std::size_t n) { return n > kFew; }); });
  return all;
}

}  // namespace

bool shadows(const Rule& earlier, const Rule& later) {
  std::size_t all = std::numeric_limits<std::size_t>::max();
  return shadows(earlier, later, all);
}

std::vector<Finding> check_rules(const Settings& settings) {
  constexpr std::array kChecks = {unproven,
                                  result_that_does_not_arise,
                                  request_without_failure,
                                  policy_of_another,
                                  other_recipients,
                                  pass_of_nothing,
                                  signed_without_pass,
                                  record_that_is_bogus,
                                  record_of_nothing,
                                  step_of_nothing,
                                  all_mail,
                                  refused_for_an_error,
                                  one_reply_for_all,
                                  step_from_acceptance,
                                  everyones_name};
  const NetworkPatterns exempt = exempt_networks(settings);
  std::size_t look_ups = kMaxLookUps;
  std::vector<Finding> findings;
  const auto add = [&findings](std::optional<Finding> finding) {
    if (finding) findings.push_back(std::move(*finding));
  };
  for (std::size_t i = 0; i < settings.rules.size(); ++i) {
    const Rule& rule = settings.rules[i];
    for (const auto check : kChecks) add(check(rule));
    add(exempt_client(rule, exempt));
    add(shadowed(settings.rules, i, look_ups));
  }
  return findings;
}

}  // namespace waarmerk::policy
