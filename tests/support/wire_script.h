// Whole conversations as octets: what no mail server would send, sent at once, and what came back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/milter_wire.h"

namespace waarmerk::support {

/// One packet as it stands on the wire.
[[nodiscard]] std::string packet(char command, std::string_view payload = {});
/// A packet that gives itself another length than it has.
[[nodiscard]] std::string packet_of_length(std::uint32_t length, char command,
                                           std::string_view payload = {});
/// The negotiation.
[[nodiscard]] std::string offer_packet(const WireOffer& offer = {});
/// A command with what usually comes with it: 'O' offers everything but SKIP, so that nothing but
/// the end of a message has an answer, 'C' is mail.example.net with 192.0.2.1, 'M' and 'L' name
/// sender@example.com, 'D' is the macro j for 'C'.
[[nodiscard]] std::string usual_packet(char command);
/// The usual packets of several commands: "OCHMRTLNBE" is a whole conversation.
[[nodiscard]] std::string usual_packets(std::string_view commands);

/// What came back for a script.
struct Echo {
  std::vector<WireFrame> frames;
  /// The milter has closed the connection, as it should after the end of what it was sent.
  bool closed = false;

  /// The packets' commands.
  [[nodiscard]] std::string commands() const;
  /// How many messages were answered. Counts right only with the offer of usual_packet('O').
  [[nodiscard]] std::size_t verdicts() const;
};

/// Connects, sends `octets` while it reads what comes back, says that nothing follows, and reads on
/// until the milter closes, for at most ten seconds.
[[nodiscard]] Echo converse(const std::string& socket_path, std::string_view octets);

}  // namespace waarmerk::support
