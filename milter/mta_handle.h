// The mail server as a session sees it: macros to read, and changes to ask for at end of message.
#pragma once

#include <optional>
#include <string>

#include "milter/actions.h"
#include "milter/reply.h"
#include "policy/auth_results.h"

namespace waarmerk::milter {

/// What the mail server lets us do, agreed when it connected to us. A fact of the connection.
struct Rights {
  bool adds_fields = true;
  bool changes_fields = true;
  bool quarantines = true;
  /// It understands that the rest of a body need not be sent.
  bool skips_body = true;
  /// Header values come with the space after the colon, and ours must bring their own. M-04, M-11
  bool keeps_leading_space = true;

  bool operator==(const Rights&) const = default;
};

/// One callback's door to the mail server. Abstract so that a session runs without libmilter.
/// Lives as long as the callback; used by its thread only.
class MtaHandle {
 public:
  virtual ~MtaHandle() = default;

  /// The value of a macro as the mail server spells its name: "i", "{client_addr}". nullopt when it
  /// was not sent.
  [[nodiscard]] virtual std::optional<std::string> macro(const char* name) const = 0;

  /// The changes. False when the mail server could not be told. Only at end of message. M-24
  virtual bool delete_field(const policy::FieldPosition& position) = 0;
  /// Puts a field on top of the message, above the mail server's own trace. M-23
  virtual bool insert_field(const NewField& field) = 0;
  virtual bool quarantine(const std::string& reason) = 0;
  /// The text of the refusal that is answered next.
  virtual bool set_reply(const Reply& reply) = 0;
};

}  // namespace waarmerk::milter
