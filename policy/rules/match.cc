#include "policy/rules/match.h"

#include <algorithm>
#include <optional>
#include <string>

#include "policy/dmarc/alignment.h"
#include "policy/rules/proof.h"

namespace waarmerk::policy {
namespace {

/// True if the condition is not given, or `holds` of it.
template <typename Condition, typename Holds>
bool unless_given(const Condition& condition, const Holds& holds) {
  return !condition.is_given() || holds(condition);
}

/// A name that the other side wrote, which may be none. Read when a condition first asks for it:
/// there may be a thousand that do.
class WrittenName {
 public:
  explicit WrittenName(const std::string& text) : text_(text) {}

  [[nodiscard]] bool is_matched_by(const NamePatterns& names) {
    if (!name_) name_ = DomainName::parse(text_);
    return *name_ && names.match(**name_);
  }

 private:
  const std::string& text_;
  std::optional<Result<DomainName>> name_;
};

/// A message, for all the rules that are held against it.
struct Subject {
  explicit Subject(const Facts& of)
      : facts(of),
        helo(of.client.helo),
        client_name(of.client.name),
        recipients(of.envelope.recipient_domains.begin(), of.envelope.recipient_domains.end()) {}

  const Facts& facts;
  WrittenName helo;
  WrittenName client_name;
  std::vector<WrittenName> recipients;
};

bool match_signature(const NamePatterns& names, const Facts& facts) {
  return std::ranges::any_of(facts.dkim, [&](const DkimOutcome& signature) {
    return signature.result == DkimResult::Pass && signature.domain &&
           names.match(*signature.domain);
  });
}

/// One pass is what counts. Without a signature the result is none. RFC 6376 6.1
bool match_dkim(const Choices<DkimResult>& results, const Facts& facts) {
  if (facts.dkim.empty()) return results.match(DkimResult::None);
  const auto is = [](DkimResult result) {
    return [result](const DkimOutcome& signature) { return signature.result == result; };
  };
  if (std::ranges::any_of(facts.dkim, is(DkimResult::Pass))) return results.match(DkimResult::Pass);
  return std::ranges::any_of(
      facts.dkim, [&](const DkimOutcome& signature) { return results.match(signature.result); });
}

bool match_list_id(const NamePatterns& names, const Facts& facts) {
  return std::ranges::any_of(facts.lists, [&](const ListTrace& list) {
    return list.field == "List-Id" && names.match(list.domain);
  });
}

bool match_all_recipients(const NamePatterns& names, Subject& subject) {
  return subject.facts.envelope.unlisted_recipients == 0 && !subject.recipients.empty() &&
         std::ranges::all_of(subject.recipients,
                             [&](WrittenName& domain) { return domain.is_matched_by(names); });
}

/// Of recipients that are not listed one may be meant: enough for a rule that tightens, and not for
/// one that loosens. A sender can fill the list.
bool match_any_recipient(const NamePatterns& names, RuleAction action, Subject& subject) {
  if (!loosens(action) && subject.facts.envelope.unlisted_recipients > 0) return true;
  return std::ranges::any_of(subject.recipients,
                             [&](WrittenName& domain) { return domain.is_matched_by(names); });
}

/// What is asked of the session, the envelope and the message, and not of an author.
bool matches_message(const Rule& rule, Subject& subject) {
  const Facts& facts = subject.facts;
  const Client& client = facts.client;
  const Envelope& envelope = facts.envelope;
  return unless_given(rule.client,
                      [&](const auto& given) { return client.ip && given.match(*client.ip); }) &&
         unless_given(rule.client_name,
                      [&](const auto& given) {
                        return client.iprev == "pass" && subject.client_name.is_matched_by(given);
                      }) &&
         unless_given(rule.helo,
                      [&](const auto& given) { return subject.helo.is_matched_by(given); }) &&
         unless_given(
             rule.tls,
             [&](const auto& given) { return given.match(tls_version_of(client.tls.version)); }) &&
         unless_given(rule.mail_from_domain,
                      [&](const auto& given) {
                        return envelope.mail_from_domain && given.match(*envelope.mail_from_domain);
                      }) &&
         unless_given(rule.recipient_domain,
                      [&](const auto& given) { return match_all_recipients(given, subject); }) &&
         unless_given(rule.any_recipient_domain,
                      [&](const auto& given) { return match_any_recipient(given, rule.action, subject); }) &&
         unless_given(rule.spf,
                      [&](const auto& given) { return given.match(facts.spf_mail_from.result); }) &&
         unless_given(rule.dkim, [&](const auto& given) { return match_dkim(given, facts); }) &&
         unless_given(rule.signing_domain,
                      [&](const auto& given) { return match_signature(given, facts); }) &&
         unless_given(rule.list_id, [&](const auto& given) { return match_list_id(given, facts); });
}

/// An author domain as the conditions see it; without an author all is as for a domain without
/// records.
struct AuthorView {
  const DomainName* author = nullptr;
  const DomainName* policy = nullptr;
  DmarcResult result = DmarcResult::None;
  Disposition requested = Disposition::None;
  dns::Security security = dns::Security::Unknown;
};

AuthorView view_of(const DmarcEvaluation& dmarc, const Facts& facts) {
  return {.author = &dmarc.author_domain,
          .policy = dmarc.policy_domain ? &*dmarc.policy_domain : nullptr,
          .result = dmarc.result,
          .requested = dmarc.requested(),
          .security = dmarc::record_security(dmarc, facts)};
}

bool matches_author(const Rule& rule, const AuthorView& view) {
  return unless_given(rule.author_domain,
                      [&](const auto& given) {
                        return view.author != nullptr && given.match(*view.author);
                      }) &&
         unless_given(rule.policy_domain,
                      [&](const auto& given) {
                        return view.policy != nullptr && given.match(*view.policy);
                      }) &&
         unless_given(rule.dmarc, [&](const auto& given) { return given.match(view.result); }) &&
         unless_given(rule.requested,
                      [&](const auto& given) { return given.match(view.requested); }) &&
         unless_given(rule.dnssec, [&](const auto& given) { return given.match(view.security); });
}

bool matches_authors(const Rule& rule, const Facts& facts,
                     const std::vector<DmarcEvaluation>& dmarc) {
  if (!asks_for_author(rule)) return true;
  if (dmarc.empty()) return matches_author(rule, {});
  const auto matched = matched_authors(rule, facts, dmarc);
  // Whoever adds a second author can neither borrow the name of the first nor hide it.
  if (loosens(rule.action)) return !facts.author.truncated && matched.size() == dmarc.size();
  return !matched.empty();
}

/// Whoever adds a From to a message that a domain signed proves by its signature what he likes.
bool may_lift_from(const Rule& rule, const Judged& message) {
  return !message.is_from_refused || !loosens(rule.action) || names_client(rule);
}

bool matches_subject(const Rule& rule, Subject& subject, const Judged& message) {
  return matches_message(rule, subject) && matches_authors(rule, message.facts, message.dmarc) &&
         may_lift_from(rule, message);
}

}  // namespace

std::vector<const DmarcEvaluation*> matched_authors(const Rule& rule, const Facts& facts,
                                                    const std::vector<DmarcEvaluation>& dmarc) {
  std::vector<const DmarcEvaluation*> matched;
  for (const DmarcEvaluation& evaluation : dmarc) {
    if (matches_author(rule, view_of(evaluation, facts))) matched.push_back(&evaluation);
  }
  return matched;
}

bool matches(const Rule& rule, const Judged& message) {
  Subject subject(message.facts);
  return matches_subject(rule, subject, message);
}

const Rule* first_match(const std::vector<Rule>& rules, const Judged& message) {
  if (rules.empty()) return nullptr;
  Subject subject(message.facts);
  const auto rule = std::ranges::find_if(
      rules, [&](const Rule& candidate) { return matches_subject(candidate, subject, message); });
  return rule == rules.end() ? nullptr : &*rule;
}

}  // namespace waarmerk::policy
