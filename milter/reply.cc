// The table of SMTP replies. RFC 5321 4.2, RFC 3463, RFC 7372
#include "milter/reply.h"

#include <algorithm>
#include <array>

#include "policy/field_text.h"

namespace waarmerk::milter {
namespace {

using policy::ActionKind;
using policy::Cause;

/// A basic code and an enhanced one.
struct Codes {
  std::string_view basic;
  std::string_view enhanced;
};

/// The replies for one cause. Which of the two is used follows the action: a postmaster may defer
/// for what is final, or refuse for what would pass. The detail of the enhanced code is the same in
/// both classes (RFC 3463 3); 4.3.0 and 5.3.0 say that our system is at fault, not the message;
/// 5.3.4 that the message is too big for it.
struct Row {
  Cause cause;
  Codes permanent;
  Codes temporary;
  std::string_view text;  ///< when the decision has no sentence
};

constexpr Codes kPolicyRefused{"550", "5.7.1"};
constexpr Codes kPolicyDeferred{"451", "4.7.1"};

constexpr std::array<Row, 12> kRows{{
    {Cause::None, kPolicyRefused, kPolicyDeferred, "refused by local policy"},
    {Cause::DmarcPolicy, kPolicyRefused, kPolicyDeferred, "refused per DMARC policy"},
    {Cause::DmarcTempError, kPolicyRefused, kPolicyDeferred, "DMARC could not be evaluated"},
    {Cause::SpfFail, {"550", "5.7.23"}, {"451", "4.7.23"}, "SPF validation failed"},
    {Cause::SpfTempError, {"550", "5.7.24"}, {"451", "4.7.24"}, "SPF could not be evaluated"},
    {Cause::SpfPermError, {"550", "5.7.24"}, {"451", "4.7.24"}, "the SPF record is in error"},
    {Cause::SeveralFromFields, kPolicyRefused, kPolicyDeferred, "more than one From field"},
    {Cause::SeveralFromDomains, kPolicyRefused, kPolicyDeferred, "more than one From domain"},
    {Cause::NoFrom, kPolicyRefused, kPolicyDeferred, "no usable From field"},
    {Cause::OversizedHeader, {"552", "5.3.4"}, {"452", "4.3.4"}, "the header is too large"},
    {Cause::InternalError, {"554", "5.3.0"}, {"451", "4.3.0"}, "internal error"},
    {Cause::Rule, kPolicyRefused, kPolicyDeferred, "refused by a rule of this site"},
}};

const Row& row_for(Cause cause) {
  const auto row = std::ranges::find(kRows, cause, &Row::cause);
  return row == kRows.end() ? kRows.front() : *row;
}

bool is_about_dmarc(Cause cause) {
  return cause == Cause::DmarcPolicy || cause == Cause::DmarcTempError;
}

std::string text_of(const policy::Decision& decision, const Row& row) {
  std::string text = policy::phrase(decision.why, kMaxReplyText);
  if (text.empty()) return std::string(row.text);
  // RFC 9989 7.2 wants the word, so that the sender's postmaster knows where to look.
  if (is_about_dmarc(row.cause) && text.find("DMARC") == std::string::npos) {
    return policy::phrase("DMARC: " + text, kMaxReplyText);
  }
  return text;
}

}  // namespace

Reply::Reply(std::string_view code, std::string_view enhanced, std::string_view text)
    : code_(code), enhanced_(enhanced), text_(text) {}

Reply Reply::for_decision(const policy::Decision& decision) {
  const Row& row = row_for(decision.cause);
  const Codes& codes = decision.action == ActionKind::Defer ? row.temporary : row.permanent;
  return {codes.basic, codes.enhanced, text_of(decision, row)};
}

}  // namespace waarmerk::milter
