#include "milter/agreement.h"

namespace waarmerk::milter {

namespace {

/// The steps in which nothing is ever answered. The body is not among them: its first piece may be
/// answered with a skip. M-03
constexpr unsigned long kNoReplies =
    bits::kNoReplyConnect | bits::kNoReplyHelo | bits::kNoReplyMail | bits::kNoReplyRecipient |
    bits::kNoReplyData | bits::kNoReplyHeader | bits::kNoReplyEndOfHeaders | bits::kNoReplyUnknown;

}  // namespace

Agreement agree(unsigned long offered_actions, unsigned long offered_steps) {
  Agreement agreement;
  agreement.actions = offered_actions & kWantedActions;
  agreement.steps =
      offered_steps & (kNoReplies | bits::kNoUnknown | bits::kSkip | bits::kLeadingSpace);
  if (!agreement.has(bits::kSkip)) agreement.steps |= offered_steps & bits::kNoReplyBody;
  return agreement;
}

Rights rights_of(const Agreement& agreement) {
  return {.adds_fields = agreement.allows(bits::kAddHeaders),
          .changes_fields = agreement.allows(bits::kChangeHeaders),
          .quarantines = agreement.allows(bits::kQuarantine),
          .skips_body = agreement.has(bits::kSkip),
          .keeps_leading_space = agreement.has(bits::kLeadingSpace)};
}

}  // namespace waarmerk::milter
