// Macros: which of them the mail server is asked for, and what their values mean.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "milter/mta_handle.h"
#include "policy/auth_results.h"
#include "policy/facts.h"

namespace waarmerk::milter {

/// The steps of a session at which the mail server sends macros.
enum class Stage : unsigned char { Connect, Helo, Mail, Recipient, Data, EndOfMessage };

/// The macros that are wanted at one stage: names with a space between them, ended by a NUL.
struct MacroRequest {
  Stage stage = Stage::Connect;
  const char* names = "";
};

/// What we ask for, once per stage. Without the right to ask, the mail server's own lists must do.
/// M-06 and the table of macros
[[nodiscard]] std::span<const MacroRequest> macro_requests();

/// The queue id, or empty while there is none. Postfix has one from DATA on. M-46
[[nodiscard]] std::string queue_id(const MtaHandle& mta);
/// The mail server's name for itself, or empty.
[[nodiscard]] std::string own_name(const MtaHandle& mta);
/// TLS of the SMTP session. To be read at MAIL: STARTTLS comes after the first HELO. M-47
[[nodiscard]] policy::Tls tls(const MtaHandle& mta);
/// Who the client has logged in as; without a name it has not. M-45
[[nodiscard]] policy::Login login(const MtaHandle& mta);

/// The client's name as the mail server found it in the reverse DNS.
struct ReverseName {
  /// The verified name; empty if there is none.
  std::string name;
  /// "pass", "fail", "temperror", "permerror"; empty if it cannot be told. RFC 8601 3
  std::string iprev;

  bool operator==(const ReverseName&) const = default;
};

/// Reads it from the host name of the connection and the macros. Sendmail says the outcome in
/// {client_resolve}; Postfix gives the verified and the unverified name. M-15
[[nodiscard]] ReverseName reverse_name(const MtaHandle& mta, std::string_view connect_host);

}  // namespace waarmerk::milter
