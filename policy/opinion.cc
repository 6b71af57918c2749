#include "policy/opinion.h"

#include <array>
#include <optional>
#include <string>

#include "base/quoted.h"
#include "policy/evidence.h"
#include "policy/header_section.h"
#include "policy/rules/apply.h"
#include "policy/rules/match.h"
#include "policy/spf/evaluate.h"

namespace waarmerk::policy {

ActionKind quarantine_action(const Settings& settings) {
  switch (settings.on_quarantine) {
    case OnQuarantine::Tag:
      return ActionKind::Tag;
    case OnQuarantine::Hold:
      return ActionKind::Hold;
    case OnQuarantine::Reject:
      return ActionKind::Reject;
  }
  return ActionKind::Tag;
}

Disposition disposition_of(ActionKind action) {
  switch (action) {
    case ActionKind::Accept:
    case ActionKind::Defer:
      return Disposition::None;
    case ActionKind::Tag:
    case ActionKind::Hold:
      return Disposition::Quarantine;
    case ActionKind::Reject:
      return Disposition::Reject;
  }
  return Disposition::None;
}

namespace {

/// Mail of our own people and machines is not judged. P-15
std::optional<Opinion> check_exemption(const Case& c) {
  const std::string reason(to_string(c.facts.exemption));
  if (c.facts.exemption == Exemption::None) return std::nullopt;
  return Opinion{.rule = "exempt=" + reason, .why = "not evaluated: exempt (" + reason + ")"};
}

bool refuses_header(const Case& c) {
  return c.facts.oversized_header && c.settings.oversized_header == OnOversized::Reject;
}

/// Something of ours failed on this message. M-42
std::optional<Opinion> check_internal_error(const Case& c) {
  // A header that is refused for its size would be so the next time too: no reason to defer.
  if (c.facts.internal_error.empty() || refuses_header(c)) return std::nullopt;
  const bool defer = c.settings.on_error == OnError::Defer;
  // The world is told the event's id only; what happened stands in the log under it.
  const std::string event = c.facts.internal_error.substr(0, c.facts.internal_error.find(':'));
  return Opinion{.action = defer ? ActionKind::Defer : ActionKind::Accept,
                 .cause = Cause::InternalError,
                 .rule = defer ? "on_error=defer" : "on_error=accept",
                 .why = "internal error (" + event + ")"};
}

/// Nothing was verified of a header that was not read whole: no policy of its author can be
/// applied, and no result may speak for it.
std::optional<Opinion> check_oversized_header(const Case& c) {
  if (!c.facts.oversized_header) return std::nullopt;
  Opinion opinion{.cause = Cause::OversizedHeader,
                  .why = "the header is too large: more than " + std::to_string(kMaxFields) +
                         " fields or " + std::to_string(kMaxHeaderBytes) + " octets"};
  switch (c.settings.oversized_header) {
    case OnOversized::Reject:
      opinion.action = ActionKind::Reject;
      opinion.rule = "oversized_header=reject";
      break;
    case OnOversized::Quarantine:
      opinion.action = quarantine_action(c.settings);
      opinion.rule = "oversized_header=quarantine";
      break;
    case OnOversized::Accept:
      opinion.rule = "oversized_header=accept";
      return opinion;
  }
  opinion.overrides = {{Override::Type::LocalPolicy, opinion.rule}};
  return opinion;
}

/// A From header that breaks the "one field, one domain" rule, and the setting for it.
struct FromProblem {
  Cause cause;
  std::string_view setting;
  OnFrom action;
  std::string why;
};

std::optional<FromProblem> from_problem(const Case& c) {
  const Author& author = c.facts.author;
  const Settings& settings = c.settings;
  switch (author.kind) {
    case FromKind::One:
      return std::nullopt;
    case FromKind::SeveralFields:
      return FromProblem{Cause::SeveralFromFields, "several_from_fields",
                         settings.several_from_fields, "the message has several From fields"};
    case FromKind::SeveralDomains:
      return FromProblem{Cause::SeveralFromDomains, "several_from_domains",
                         settings.several_from_domains,
                         "the From field names more than one domain"};
    case FromKind::None:
      return FromProblem{Cause::NoFrom, "no_from", settings.no_from,
                         "the message has no From domain"};
    case FromKind::Unusable:
      return FromProblem{Cause::NoFrom, "unusable_from", settings.unusable_from,
                         "the From field is unusable: " + author.problem};
  }
  return std::nullopt;
}

/// Not every author domain was evaluated: the one that was left out may be the one with the
/// strictest policy, and whoever writes a sixth domain would choose that. D-06
std::string too_many_authors(const Author& author) {
  return author.problem.empty() ? "the From field names more domains than are evaluated"
                                : "not every From field can be read: " + author.problem;
}

/// RFC 9989 5.3.1, 11.5; D-02..D-07
std::optional<Opinion> check_from(const Case& c) {
  auto problem = from_problem(c);
  if (!problem) return std::nullopt;
  Opinion opinion{.cause = problem->cause, .why = std::move(problem->why)};
  const std::string setting(problem->setting);
  switch (problem->action) {
    case OnFrom::Reject:
      opinion.action = ActionKind::Reject;
      opinion.rule = setting + "=reject";
      break;
    case OnFrom::Quarantine:
      opinion.action = quarantine_action(c.settings);
      opinion.rule = setting + "=quarantine";
      break;
    case OnFrom::Accept:
      opinion.rule = setting + "=accept";
      return opinion;
    case OnFrom::Evaluate:
      if (!c.facts.author.truncated) return std::nullopt;
      opinion.action = ActionKind::Reject;
      opinion.rule = setting + "=evaluate";
      opinion.why = too_many_authors(c.facts.author);
      break;
  }
  opinion.overrides = {{Override::Type::LocalPolicy, opinion.rule}};
  return opinion;
}

std::string tag_of(const DmarcEvaluation& dmarc) {
  const Disposition policy = dmarc.policy.value_or(Disposition::None);
  return dmarc.policy_tag + "=" + std::string(to_string(policy));
}

/// Names the domain that made the policy, and the author's when that is another. P-07
std::string dmarc_sentence(const DmarcEvaluation& dmarc, std::string_view verb) {
  const DomainName& owner = dmarc.policy_domain ? *dmarc.policy_domain : dmarc.author_domain;
  std::string sentence =
      std::string(verb) + " per DMARC policy of " + owner.text() + " (" + tag_of(dmarc) + ")";
  if (owner != dmarc.author_domain) sentence += " for " + dmarc.author_domain.text();
  return sentence + ": " + dmarc.reason;
}

Opinion quarantined(const Case& c, const DmarcEvaluation& dmarc) {
  Opinion opinion{.action = quarantine_action(c.settings),
                  .cause = Cause::DmarcPolicy,
                  .why = dmarc_sentence(dmarc, "quarantined")};
  if (opinion.action == ActionKind::Reject) {
    opinion.rule = "on_quarantine=reject";
    opinion.why = dmarc_sentence(dmarc, "rejected");
  } else {
    opinion.rule = opinion.action == ActionKind::Hold ? "on_quarantine=hold" : "on_quarantine=tag";
  }
  return opinion;
}

/// Why p=reject was applied as quarantine, in the report's words. RFC 9990 3.1.6
Override milder_than_reject(const Case& c) {
  using enum Override::Type;
  const EvidenceItem* indirect = first_indirect(c.verdict.evidence);
  if (c.settings.on_reject == OnReject::Quarantine) return {LocalPolicy, "on_reject=quarantine"};
  if (indirect == nullptr) return {LocalPolicy, "no evidence of forgery beside the policy"};
  Override override{MailingList, indirect->name + ": " + indirect->value};
  if (indirect->name == kIndirectForwarder) override.type = TrustedForwarder;
  if (indirect->name == kIndirectUndecided) override.type = LocalPolicy;
  return override;
}

/// Whether p=reject is applied as it is asked; RFC 9989 7.4 forbids it because of the policy alone.
/// Whom the postmaster vouches for is spared in any case. P-02..P-05
bool is_rejected(const Case& c) {
  switch (c.settings.on_reject) {
    case OnReject::Reject:
      return !is_vouched_for(c.verdict.evidence);
    case OnReject::Evidence:
      return shows_forgery(c.verdict.evidence);
    case OnReject::Quarantine:
      return false;
  }
  return false;
}

std::string on_reject_rule(OnReject setting) {
  switch (setting) {
    case OnReject::Reject:
      return "on_reject=reject";
    case OnReject::Evidence:
      return "on_reject=evidence";
    case OnReject::Quarantine:
      return "on_reject=quarantine";
  }
  return "on_reject";
}

Opinion on_reject(const Case& c, const DmarcEvaluation& dmarc) {
  const std::string rule = on_reject_rule(c.settings.on_reject);
  if (is_rejected(c)) {
    return {.action = ActionKind::Reject,
            .cause = Cause::DmarcPolicy,
            .rule = rule,
            .why = dmarc_sentence(dmarc, "rejected")};
  }
  Opinion milder = quarantined(c, dmarc);
  milder.rule = rule + ", " + milder.rule;
  milder.overrides = {milder_than_reject(c)};
  return milder;
}

std::string open_sentence(const DmarcEvaluation& dmarc) {
  return "DMARC of " + dmarc.author_domain.text() + " could not be evaluated: " + dmarc.reason;
}

/// The domain owner's policy for a failing message. RFC 9989 5.4
std::optional<Opinion> apply_policy(const Case& c, const DmarcEvaluation& dmarc) {
  switch (dmarc.policy.value_or(Disposition::None)) {
    case Disposition::None:
      return std::nullopt;
    case Disposition::Quarantine:
      return quarantined(c, dmarc);
    case Disposition::Reject:
      return on_reject(c, dmarc);
  }
  return std::nullopt;
}

/// What DMARC demands, or that a DNS error left it open. RFC 9989 5.3.6, 5.4
std::optional<Opinion> check_dmarc(const Case& c) {
  const DmarcEvaluation* dmarc = c.verdict.deciding_dmarc();
  if (dmarc == nullptr) return std::nullopt;
  if (dmarc->result == DmarcResult::Fail) return apply_policy(c, *dmarc);
  if (dmarc->result == DmarcResult::TempError && c.settings.on_temperror == OnTempError::Defer) {
    return Opinion{.action = ActionKind::Defer,
                   .cause = Cause::DmarcTempError,
                   .rule = "on_temperror=defer",
                   .why = open_sentence(*dmarc)};
  }
  return std::nullopt;
}

struct SpfRule {
  ActionKind action;
  std::string rule;
};

std::optional<SpfRule> spf_fail_rule(const Settings& settings) {
  switch (settings.on_spf_fail) {
    case OnSpf::None:
      return std::nullopt;
    case OnSpf::Tag:
      return SpfRule{ActionKind::Tag, "on_spf_fail=tag"};
    case OnSpf::Hold:
      return SpfRule{ActionKind::Hold, "on_spf_fail=hold"};
    case OnSpf::Reject:
      return SpfRule{ActionKind::Reject, "on_spf_fail=reject"};
  }
  return std::nullopt;
}

std::optional<SpfRule> spf_error_rule(const Settings& settings) {
  switch (settings.on_spf_error) {
    case OnSpfError::None:
      return std::nullopt;
    case OnSpfError::Tag:
      return SpfRule{ActionKind::Tag, "on_spf_error=tag"};
    case OnSpfError::Defer:
      return SpfRule{ActionKind::Defer, "on_spf_error=defer"};
    case OnSpfError::Reject:
      return SpfRule{ActionKind::Reject, "on_spf_error=reject"};
  }
  return std::nullopt;
}

/// Sites that act on SPF alone. A DMARC pass is stronger: DKIM survives forwarding, SPF does not.
/// RFC 7208 8.4, 8.6, 8.7; S-36, S-37, P-14
std::optional<Opinion> check_spf(const Case& c) {
  const DmarcEvaluation* dmarc = c.verdict.deciding_dmarc();
  if (dmarc != nullptr && dmarc->result == DmarcResult::Pass) return std::nullopt;
  const SpfOutcome& spf = c.facts.spf_mail_from;
  std::optional<SpfRule> rule;
  Cause cause = Cause::None;
  if (spf.result == SpfResult::Fail) {
    rule = spf_fail_rule(c.settings);
    cause = Cause::SpfFail;
  } else if (spf.result == SpfResult::TempError) {
    rule = spf_error_rule(c.settings);
    cause = Cause::SpfTempError;
    // Trying again is the answer to a passing error; refusing for good is not.
    if (rule && rule->action == ActionKind::Reject) rule->action = ActionKind::Defer;
  } else if (spf.result == SpfResult::PermError) {
    rule = spf_error_rule(c.settings);
    cause = Cause::SpfPermError;
  }
  if (!rule) return std::nullopt;
  std::string why = "SPF " + std::string(to_string(spf.result));
  if (spf.domain) why += " for " + spf.domain->text();
  if (!spf.reason.empty()) why += ": " + spf.reason;
  // Third-party text, marked as such. RFC 7208 8.4, S-33
  if (!spf.explanation.empty()) {
    why += "; the domain explains: " + in_quotes(spf.explanation, spf::kMaxExplanation);
  }
  return Opinion{.action = rule->action,
                 .cause = cause,
                 .rule = rule->rule,
                 .why = std::move(why),
                 .overrides = {{Override::Type::LocalPolicy, rule->rule}}};
}

/// Nothing speaks against delivery.
Opinion accepted(const Case& c) {
  const DmarcEvaluation* dmarc = c.verdict.deciding_dmarc();
  if (dmarc == nullptr) return {.rule = "default", .why = "no author domain to evaluate"};
  if (dmarc->result == DmarcResult::TempError) {
    return {.cause = Cause::DmarcTempError,
            .rule = "on_temperror=accept",
            .why = open_sentence(*dmarc)};
  }
  return {.rule = "default",
          .why = "DMARC " + std::string(to_string(dmarc->result)) + " for " +
                 dmarc->author_domain.text() + ": " + dmarc->reason};
}

/// True if a setting for From does something to the message.
bool is_from_refused(const Case& c) {
  const auto opinion = check_from(c);
  return opinion && opinion->action != ActionKind::Accept;
}

/// What the settings say where no rule does.
Opinion opinion_of_settings(const Case& c) {
  constexpr std::array kChecks = {check_from, check_dmarc, check_spf};
  for (const auto check : kChecks) {
    if (auto opinion = check(c)) return std::move(*opinion);
  }
  return accepted(c);
}

}  // namespace

Opinion first_opinion(const Case& c) {
  // Of what was not judged a rule would know too little.
  constexpr std::array kBeforeRules = {check_exemption, check_internal_error,
                                       check_oversized_header};
  for (const auto check : kBeforeRules) {
    if (auto opinion = check(c)) return std::move(*opinion);
  }
  Opinion opinion = opinion_of_settings(c);
  const Rule* rule = first_match(
      c.settings.rules,
      {.facts = c.facts, .dmarc = c.verdict.dmarc, .is_from_refused = is_from_refused(c)});
  return rule == nullptr ? opinion : apply_rule(*rule, std::move(opinion), c);
}

}  // namespace waarmerk::policy
