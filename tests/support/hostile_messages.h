// Messages that somebody wrote to hurt: each is the worst of its kind that the protocol lets pass.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "policy/message.h"

namespace waarmerk::support {

/// One message and its envelope. The client is 192.0.2.1, which may send for example.com.
struct HostileMessage {
  std::string helo = "mail.example.com";
  /// The arguments of MAIL and RCPT.
  std::string mail_from = "<a@example.com>";
  std::vector<std::string> recipients = {"<user@example.org>"};
  std::vector<policy::HeaderField> fields = {{"From", " a@example.com"}};
  std::string body = "Hello.\r\n";
};

/// A kind of message, and what has to come of it.
struct HostileCase {
  std::string_view name;
  /// Made when it is needed: some take megabytes.
  HostileMessage (*make)();
  /// In the words of the log.
  std::string_view action = "accept";
  std::string_view cause = "none";
  /// How many of its signatures pass.
  std::size_t passes = 0;
  /// How many of its fields are removed, if it is delivered.
  std::size_t removed = 0;
};

/// For GoogleTest.
void PrintTo(const HostileCase& row, std::ostream* out);

/// All of them. Every action, cause and count is that of a milter with default settings.
[[nodiscard]] const std::vector<HostileCase>& hostile_cases();

/// What the DNS has for them: example.com with SPF, DMARC (p=reject) and a key.
[[nodiscard]] std::string hostile_zone();

/// `piece` again and again, as often as it fits into `size` octets.
[[nodiscard]] std::string repeated(std::string_view piece, std::size_t size);

/// A signed message with that body.
[[nodiscard]] HostileMessage signed_with_body(std::string body, std::string canonicalization);

}  // namespace waarmerk::support
