// From a verdict to what the mail server is asked to do.
#include "milter/actions.h"

#include "policy/field_text.h"

namespace waarmerk::milter {
namespace {

using policy::ActionKind;

/// Room for the whole of any reason, within one line of RFC 5322 2.1.1 even if it has no spaces.
constexpr std::size_t kMaxReason = 900;

/// Tells a user's filter what would have been done; the reason follows in a field of its own.
std::string_view tag_word(ActionKind would) {
  switch (would) {
    case ActionKind::Reject:
      return "reject";
    case ActionKind::Defer:
      return "defer";
    case ActionKind::Accept:
    case ActionKind::Tag:
    case ActionKind::Hold:
      break;
  }
  return "quarantine";
}

std::string reason_of(const policy::Decision& decision) {
  std::string reason = policy::phrase(decision.why, kMaxReason);
  return reason.empty() ? std::string("local policy") : reason;
}

NewField reason_field(const policy::Decision& decision) {
  NewField field{std::string(kReasonName), {}};
  std::size_t column = field.name.size() + 2;
  policy::append_folded(field.value, column, reason_of(decision));
  return field;
}

}  // namespace

Actions plan(const policy::Verdict& verdict, const policy::Facts& facts,
             const std::vector<policy::FieldPosition>& forged, std::string_view authserv_id,
             const policy::Login& login) {
  const policy::Decision& decision = verdict.decision;
  Actions actions;
  // What is refused is delivered to nobody: its header does not matter. R-22
  if (decision.action == ActionKind::Reject || decision.action == ActionKind::Defer) {
    actions.reply = Reply::for_decision(decision);
    return actions;
  }
  actions.remove = forged;
  if (decision.action == ActionKind::Tag) {
    actions.add.push_back(reason_field(decision));
    actions.add.push_back({std::string(kActionName), std::string(tag_word(decision.would))});
  }
  if (decision.action == ActionKind::Hold) actions.hold = reason_of(decision);
  // Added last, it stands topmost. R-04
  actions.add.push_back({std::string(policy::kAuthResultsName),
                         policy::write_auth_results(authserv_id, facts, verdict, login)});
  return actions;
}

}  // namespace waarmerk::milter
