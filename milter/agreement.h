// What a mail server and we agree on when it connects: rights, and steps that have no answer.
#pragma once

#include "milter/mta_handle.h"

namespace waarmerk::milter {

/// The bits of the protocol that we have a use for; libmilter_edge.cc checks them against
/// libmilter's.
namespace bits {
// What a milter may do.
inline constexpr unsigned long kAddHeaders = 0x1;
inline constexpr unsigned long kChangeHeaders = 0x10;
inline constexpr unsigned long kQuarantine = 0x20;
inline constexpr unsigned long kSetMacroLists = 0x100;
// What is not sent, or not answered.
inline constexpr unsigned long kNoReplyHeader = 0x80;
inline constexpr unsigned long kNoUnknown = 0x100;
inline constexpr unsigned long kSkip = 0x400;
inline constexpr unsigned long kNoReplyConnect = 0x1000;
inline constexpr unsigned long kNoReplyHelo = 0x2000;
inline constexpr unsigned long kNoReplyMail = 0x4000;
inline constexpr unsigned long kNoReplyRecipient = 0x8000;
inline constexpr unsigned long kNoReplyData = 0x10000;
inline constexpr unsigned long kNoReplyUnknown = 0x20000;
inline constexpr unsigned long kNoReplyEndOfHeaders = 0x40000;
inline constexpr unsigned long kNoReplyBody = 0x80000;
inline constexpr unsigned long kLeadingSpace = 0x100000;
}  // namespace bits

/// The rights that we have a use for.
inline constexpr unsigned long kWantedActions =
    bits::kAddHeaders | bits::kChangeHeaders | bits::kQuarantine | bits::kSetMacroLists;

/// What was agreed with one mail server.
struct Agreement {
  unsigned long actions = 0;
  unsigned long steps = 0;

  [[nodiscard]] bool allows(unsigned long action) const { return (actions & action) != 0; }
  [[nodiscard]] bool has(unsigned long step) const { return (steps & step) != 0; }

  bool operator==(const Agreement&) const = default;
};

/// Everything that is offered and of use. M-01..M-05
[[nodiscard]] Agreement agree(unsigned long offered_actions, unsigned long offered_steps);

/// What it lets a session do.
[[nodiscard]] Rights rights_of(const Agreement& agreement);

}  // namespace waarmerk::milter
