// What was said while a mail was handed over, as far as it decides what became of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reporting/delivery/mailer.h"

namespace waarmerk::reporting {

/// Listens to one mail being handed over. A value. RFC 5321 4.2
class SmtpConversation {
 public:
  /// A command of ours; only its verb is looked at.
  void sent(std::string_view line);
  /// A line of a reply, with or without its end.
  void received(std::string_view line);

  /// Taken if a 2xx followed the end of the message; Refused if a 5xx came to the recipient or to
  /// what followed. Everything else is NotNow: also a 5xx before the recipient, which is about us
  /// (a login, a sender) and can be mended while the mail waits. `trouble` is said where no reply
  /// tells what went wrong.
  [[nodiscard]] Handover outcome(std::string_view trouble) const;

 private:
  enum class Stage : std::uint8_t { Opening, Recipient, Data, Content, Over };
  Stage stage_ = Stage::Opening;
  /// The stage that `reply_` belongs to.
  Stage replied_ = Stage::Opening;
  std::string reply_;
};

}  // namespace waarmerk::reporting
