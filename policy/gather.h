// Collects the evidence: the only place of the policy that asks the DNS, and it decides nothing.
#pragma once

#include <string>
#include <vector>

#include "dns/recording.h"
#include "policy/dkim/verify.h"
#include "policy/dmarc/public_suffix.h"
#include "policy/facts.h"
#include "policy/message.h"
#include "policy/settings.h"

namespace waarmerk::policy {

/// What the MTA, or a file, gave us of one message.
struct MessageParts {
  std::string queue_id;
  WallTime time{};
  Client client;
  Exemption exemption = Exemption::None;
  /// MAIL FROM without angle brackets; empty for the null reverse-path.
  std::string mail_from;
  /// RCPT TO without angle brackets.
  std::vector<std::string> recipients;
  /// How many there were, when not all of them are in `recipients`; 0: those are all.
  unsigned recipient_count = 0;
  HeaderFields fields;
  /// Fed with the whole body already, when it wanted it; nullptr for a message that is not judged.
  dkim::Verifier* verifier = nullptr;
  /// Our own name, for the SPF macro %{r}.
  std::string receiver;
  /// `fields` are not all: see header_section.h
  bool oversized_header = false;
  unsigned forged_fields = 0;
  std::string internal_error;
};

/// How the verifier is to work on a message: by the settings, the author's signatures first. K-19
[[nodiscard]] dkim::Options dkim_options(const Settings& settings, const Author& author);

/// The public suffix list by which organizational domains are found; nullptr: the DNS is walked,
/// by the settings or because this host has no list. Thread-safe.
[[nodiscard]] const dmarc::PublicSuffixList* list_in_force(const Settings& settings);

/// Asks what is not known yet and returns the evidence. Deterministic given its arguments: with a
/// zone or a replay behind `lookup` it is a function, of this host's public suffix list too where
/// the settings ask for that. Waits at most until `deadline`.
[[nodiscard]] Facts gather(const MessageParts& parts, const Settings& settings,
                           dns::MessageLookup& lookup, Instant deadline);

/// The half of gather() that asks: adds to `facts` what the DNS says of the client, the envelope,
/// the author and the lists that stand there already. Otherwise as gather(), which is the caller
/// for a message that is at hand; of the parts, `fields` and what is in `facts` are not read.
void gather_answers(const MessageParts& parts, const Settings& settings, dns::MessageLookup& lookup,
                    Instant deadline, Facts& facts);

/// An answer as the evidence holds it: the records of a TXT answer, or the resolver's words about
/// an error; printable.
[[nodiscard]] DnsTrace trace_of(const dns::Question& question, const dns::Answer& answer);

/// The records of an answer that the evidence holds, in the order of the answer. The last one may
/// be cut.
[[nodiscard]] std::vector<std::string> records_of(const DnsTrace& trace);
/// True if nothing of them was cut. Records without a text are those of a line that was too long.
[[nodiscard]] bool is_whole(const DnsTrace& trace);

}  // namespace waarmerk::policy
