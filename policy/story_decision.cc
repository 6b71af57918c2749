// The end of the story: what was weighed, what was done, and why.
#include "policy/evidence.h"
#include "policy/story.h"

namespace waarmerk::policy::story {
namespace {

/// What an action did to the message, as a predicate.
std::string_view deed(ActionKind action) {
  switch (action) {
    case ActionKind::Accept:
      return "accepted";
    case ActionKind::Tag:
      return "delivered with the mark of a quarantine (tag)";
    case ActionKind::Hold:
      return "put on hold in the mail server's queue";
    case ActionKind::Reject:
      return "refused for good (reject)";
    case ActionKind::Defer:
      return "refused for now (defer)";
  }
  return {};
}

std::string item_sentence(const EvidenceItem& item) {
  const EvidenceKind* kind = find_evidence(item.name);
  const bool forgery = item.speaks == EvidenceItem::Speaks::ForForgery;
  const std::string meaning = kind == nullptr ? "" : std::string(kind->sentence) + "; ";
  return std::string(forgery ? "For forgery (" : "For indirect mail (") + item.name +
         "): " + meaning + "seen: " + phrase(item.value) + ".";
}

/// Ends a sentence whose last words are not ours.
std::string ended(std::string sentence) {
  return sentence.ends_with('.') ? sentence : sentence + ".";
}

std::string rule_sentence(const Decision& decision) {
  if (decision.rule == "default") return "That is the default: nothing spoke against it.";
  if (decision.rule.empty()) return "What decided is not known.";
  return ended("What decided: " + phrase(decision.rule));
}

std::string request_sentence(const Decision& decision) {
  return "The domain owner asked for " + std::string(to_string(decision.requested)) + "; " +
         std::string(to_string(decision.applied)) + " was applied.";
}

/// What a reason is one for. Logs of earlier versions hold some where nothing differs.
std::string reason_sentence(const Override& override, const Decision& decision) {
  const std::string reason =
      std::string(to_string(override.type)) + ": " + phrase(override.comment);
  if (override.type == Override::Type::PolicyTestMode) {
    return ended("What was asked for is milder than what is published, for the reason " + reason);
  }
  if (decision.applied == decision.requested) return ended("Noted was " + reason);
  return ended("The difference has the reason " + reason);
}

}  // namespace

Paragraph tell_evidence(const Verdict& verdict) {
  Paragraph paragraph{"Evidence", {}};
  for (const EvidenceItem& item : verdict.evidence) {
    paragraph.sentences.push_back(item_sentence(item));
  }
  const DmarcEvaluation* dmarc = verdict.deciding_dmarc();
  if (dmarc == nullptr || dmarc->result != DmarcResult::Fail ||
      dmarc->policy != Disposition::Reject) {
    return paragraph;
  }
  if (verdict.evidence.empty()) {
    paragraph.sentences.emplace_back(
        "Beside the policy nothing speaks for forgery, and nothing for indirect mail.");
  } else if (shows_forgery(verdict.evidence)) {
    paragraph.sentences.emplace_back("Nothing speaks for indirect mail.");
  }
  return paragraph;
}

Paragraph tell_decision(const Verdict& verdict) {
  const Decision& decision = verdict.decision;
  Paragraph paragraph{"Decision", {}};
  auto& sentences = paragraph.sentences;
  sentences.push_back("The message was " + std::string(deed(decision.action)) + ".");
  sentences.push_back(rule_sentence(decision));
  if (decision.action != decision.would) {
    sentences.push_back(
        "Had neither the mode nor a rule with \"only_monitor\" held it back, it would have been " +
        std::string(deed(decision.would)) + ".");
  }
  if (decision.requested != Disposition::None || decision.applied != Disposition::None) {
    sentences.push_back(request_sentence(decision));
  }
  for (const Override& override : decision.overrides) {
    sentences.push_back(reason_sentence(override, decision));
  }
  if (!decision.why.empty()) sentences.push_back(ended("In one sentence: " + phrase(decision.why)));
  return paragraph;
}

}  // namespace waarmerk::policy::story
