// SMTP replies that cannot be malformed. RFC 5321 4.2, RFC 3463, RFC 7372
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policy/verdict.h"

namespace waarmerk::milter {

/// The text of a reply has at most so many octets: with every '%' doubled it still fits a reply
/// line of libmilter (980). X-01
inline constexpr std::size_t kMaxReplyText = 400;

/// One refusing reply: three-digit code, enhanced code of the same class, one line of printable
/// ASCII of at most 400 octets without '%' doubling (the edge does that). There is no invalid
/// Reply.
class Reply {
 public:
  /// The reply for a cause, permanent or temporary, with the decision's sentence. The table of
  /// standards: DMARC 550 5.7.1, SPF 550 5.7.23 / 451 4.7.24 / 550 5.7.24, DNS 451 4.7.1, ...
  /// Temporary if the action is Defer, else permanent, whatever the cause. Without a sentence the
  /// cause's own stands in; one about DMARC always has that word in it. P-06..P-08, S-36, S-37
  static Reply for_decision(const policy::Decision& decision);

  [[nodiscard]] const std::string& code() const { return code_; }
  [[nodiscard]] const std::string& enhanced() const { return enhanced_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  /// True for a 4xx reply.
  [[nodiscard]] bool is_temporary() const { return code_.front() == '4'; }

  bool operator==(const Reply&) const = default;

 private:
  Reply(std::string_view code, std::string_view enhanced, std::string_view text);
  std::string code_;
  std::string enhanced_;
  std::string text_;
};

}  // namespace waarmerk::milter
