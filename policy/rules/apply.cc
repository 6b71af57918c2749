#include "policy/rules/apply.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "policy/rules/match.h"

namespace waarmerk::policy {
namespace {

/// One step towards delivery.
ActionKind milder(ActionKind action, const Settings& settings) {
  switch (action) {
    case ActionKind::Reject: {
      const ActionKind quarantine = quarantine_action(settings);
      return quarantine == ActionKind::Reject ? ActionKind::Tag : quarantine;
    }
    case ActionKind::Hold:
      return ActionKind::Tag;
    case ActionKind::Accept:
    case ActionKind::Tag:
    case ActionKind::Defer:
      return ActionKind::Accept;
  }
  return ActionKind::Accept;
}

/// One step towards refusal.
ActionKind stricter(ActionKind action, const Settings& settings) {
  switch (action) {
    case ActionKind::Accept:
      return quarantine_action(settings);
    case ActionKind::Tag:
    case ActionKind::Hold:
      return ActionKind::Reject;
    case ActionKind::Defer:
    case ActionKind::Reject:
      return action;
  }
  return action;
}

/// Nothing speaks against such an author: mail of his passes, or that cannot be said now.
bool is_unsuspected(const DmarcEvaluation* dmarc) {
  return dmarc->result == DmarcResult::Pass || dmarc->result == DmarcResult::TempError;
}

/// True if nothing speaks against the authors that the rule is about. Of another one the sender may
/// choose the result: he may let its DNS fail.
bool is_spared(const Rule& rule, const Case& c) {
  const auto authors = matched_authors(rule, c.facts, c.verdict.dmarc);
  return !authors.empty() && std::ranges::all_of(authors, is_unsuspected);
}

ActionKind stricter_of(ActionKind rule, ActionKind otherwise) {
  return strictness(otherwise) > strictness(rule) ? otherwise : rule;
}

ActionKind answer(const Rule& rule, ActionKind otherwise, const Case& c) {
  switch (rule.action) {
    case RuleAction::Accept:
      return ActionKind::Accept;
    case RuleAction::Laxer:
      return milder(otherwise, c.settings);
    case RuleAction::OnlyMonitor:
      return otherwise;
    case RuleAction::Tag:
      return stricter_of(ActionKind::Tag, otherwise);
    case RuleAction::Hold:
      return stricter_of(ActionKind::Hold, otherwise);
    case RuleAction::Defer:
      return stricter_of(ActionKind::Defer, otherwise);
    case RuleAction::Reject:
      return ActionKind::Reject;
    case RuleAction::Stricter:
      return is_spared(rule, c) ? otherwise : stricter(otherwise, c.settings);
  }
  return otherwise;
}

std::string_view done(ActionKind action) {
  switch (action) {
    case ActionKind::Accept:
      return "accepted";
    case ActionKind::Tag:
      return "tagged";
    case ActionKind::Hold:
      return "held";
    case ActionKind::Reject:
      return "rejected";
    case ActionKind::Defer:
      return "deferred";
  }
  return "";
}

/// The action of its own accord, whatever the settings say.
bool stands_alone(const Rule& rule, ActionKind action) {
  return to_string(rule.action) == to_string(action);
}

/// `rejected by rule "bank" instead of accepted`: what the rule did, which may be nothing.
std::string deed(const Rule& rule, ActionKind action, ActionKind otherwise) {
  const std::string name = "rule \"" + rule.name + "\"";
  const std::string done_otherwise(done(otherwise));
  if (rule.action == RuleAction::OnlyMonitor) {
    return "only monitored by " + name + ", otherwise " + done_otherwise;
  }
  if (action != otherwise) {
    return std::string(done(action)) + " by " + name + " instead of " + done_otherwise;
  }
  if (stands_alone(rule, action)) return std::string(done(action)) + " by " + name;
  return done_otherwise + "; " + name + " (" + std::string(to_string(rule.action)) +
         ") changes nothing";
}

/// `... : comment (DMARC fail for bank.example: ...)`
std::string sentence(const Rule& rule, ActionKind action, const Opinion& otherwise) {
  std::string said = deed(rule, action, otherwise.action);
  if (!rule.comment.empty()) said += ": " + rule.comment;
  return said + " (" + otherwise.why + ")";
}

/// Why what is done differs from what the domain owner asks. The rule is a reason where it made the
/// difference; what the settings had for one stays where the rule left it or went further the same
/// way. RFC 9990 3.1.6
std::vector<Override> reasons(const Rule& rule, const Override& own, const Opinion& otherwise,
                              ActionKind action, Disposition requested) {
  const Disposition before = disposition_of(otherwise.action);
  const Disposition after = disposition_of(action);
  const bool alone = stands_alone(rule, action);
  if (after == before) {
    const bool is_own = alone && (after < requested) == loosens(rule.action);
    return is_own ? std::vector{own} : otherwise.overrides;
  }
  std::vector<Override> all{own};
  const bool goes_further = before != requested && (before < requested) == (after < before);
  if (goes_further && !alone) {
    all.insert(all.end(), otherwise.overrides.begin(), otherwise.overrides.end());
  }
  return all;
}

Disposition requested_of(const Case& c) {
  const DmarcEvaluation* dmarc = c.verdict.deciding_dmarc();
  return dmarc == nullptr ? Disposition::None : dmarc->requested();
}

}  // namespace

int strictness(ActionKind action) {
  switch (action) {
    case ActionKind::Accept:
      return 0;
    case ActionKind::Tag:
      return 1;
    case ActionKind::Hold:
      return 2;
    case ActionKind::Defer:
      return 3;
    case ActionKind::Reject:
      return 4;
  }
  return 0;
}

Opinion apply_rule(const Rule& rule, Opinion otherwise, const Case& c) {
  const std::string label = "rule=" + rule.name;
  const Override reason{rule.override, rule.comment.empty() ? label : label + ": " + rule.comment};
  const ActionKind action = answer(rule, otherwise.action, c);
  Opinion opinion = std::move(otherwise);
  opinion.why = sentence(rule, action, opinion);
  if (rule.action == RuleAction::OnlyMonitor) {
    opinion.only_monitored = reason;
  } else {
    opinion.overrides = reasons(rule, reason, opinion, action, requested_of(c));
  }
  if (stands_alone(rule, action)) {
    opinion.cause = Cause::Rule;
    opinion.rule.clear();
  } else if (action != opinion.action && opinion.cause == Cause::None) {
    // A step from nothing: no other cause made us act.
    opinion.cause = Cause::Rule;
  }
  opinion.action = action;
  opinion.rule = label + (opinion.rule.empty() ? "" : ", " + opinion.rule);
  return opinion;
}

}  // namespace waarmerk::policy
