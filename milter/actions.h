// What the mail server is asked to do with a message. Pure: `waarmerk check` shows the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "milter/reply.h"
#include "policy/auth_results.h"
#include "policy/facts.h"
#include "policy/verdict.h"

namespace waarmerk::milter {

/// The fields of a tagged message: what a filter acts on, and why, for people.
inline constexpr std::string_view kActionName = "X-Waarmerk-Action";
inline constexpr std::string_view kReasonName = "X-Waarmerk-Reason";

/// A field to put on top of the message. No leading space; folds are LF + WSP.
struct NewField {
  std::string name;
  std::string value;

  bool operator==(const NewField&) const = default;
};

/// The answer to end of message, in the order in which it is carried out.
struct Actions {
  /// Deletions in order of execution: bottom-up for each name.
  std::vector<policy::FieldPosition> remove;
  /// Additions in order of execution: each goes to index 0, so the last one stands topmost.
  std::vector<NewField> add;
  /// Set: hold the message, with this reason.
  std::optional<std::string> hold;
  /// Set: refuse the message.
  std::optional<Reply> reply;

  bool operator==(const Actions&) const = default;
};

/// Turns a verdict into actions. `authserv_id` names us in the Authentication-Results field, which
/// every message gets that is not refused, also an exempt one; it stands topmost and says as much
/// of a login as `login` does. A tagged message also gets X-Waarmerk-Action ("quarantine", "reject"
/// or "defer": what mode "enforce" would have done) and X-Waarmerk-Reason. A message that is
/// refused is left as it is: only the reply is set. Pure; thread-safe., M-23
[[nodiscard]] Actions plan(const policy::Verdict& verdict, const policy::Facts& facts,
                           const std::vector<policy::FieldPosition>& forged,
                           std::string_view authserv_id, const policy::Login& login = {});

}  // namespace waarmerk::milter
