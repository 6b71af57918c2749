// The history file of OpenDMARC, which it keeps for its reports: read as far as a decision can be
// made from it, so that a site sees what moving would change.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/domain_name.h"
#include "base/ip_address.h"
#include "base/result.h"
#include "policy/facts.h"
#include "policy/settings.h"
#include "policy/verdict.h"

namespace waarmerk::reporting {

/// What the file cannot say, and what is taken for it; one sentence each, for the postmaster.
inline constexpr std::array<std::string_view, 7> kHistoryAssumptions = {
    "mail without a DMARC record or with an unusable From is not in such a file, unless OpenDMARC "
    "was told to record everything",
    "a DNS error stands there as \"no record\" and is taken as that",
    "alignment with a domain above or beside the one with the record is believed where OpenDMARC "
    "found it, since its list of public suffixes is not known",
    "a signature that failed is taken as broken in the header, and no mailing list is known: what "
    "on_reject = \"evidence\" would reject is counted too high, never too low",
    "tags that OpenDMARC does not know (np, psd, t) are taken as absent",
    "recipients, HELO, TLS, the name of the client, lists and DNSSEC are not known: a rule that "
    "asks "
    "for one of them is left out",
    "discarded mail counts as rejected before",
};

/// What OpenDMARC made of a message, by its own arithmetic. The line "policy".
enum class HistoryPolicy : std::uint8_t { NoRecord, Pass, Reject, Quarantine, None };

/// A signature as the file names it.
struct HistorySignature {
  std::optional<DomainName> domain;
  std::string selector;
  policy::DkimResult result = policy::DkimResult::None;

  bool operator==(const HistorySignature&) const = default;
};

/// One message of the file.
struct HistoryMessage {
  std::string job;
  WallTime received{};
  std::optional<IpAddress> ip;
  DomainName from;
  /// The domain that SPF was about; nullopt: that of HELO, which the file does not say.
  std::optional<DomainName> mail_from;
  policy::SpfResult spf = policy::SpfResult::None;
  /// At most kMaxSignatures of record.h.
  std::vector<HistorySignature> signatures;
  /// Where the applied record stands: `from` or above; nullopt without a record.
  std::optional<DomainName> policy_domain;
  /// The record, put together again from its tags; nullopt without one.
  std::optional<policy::dmarc::Record> record;
  HistoryPolicy policy = HistoryPolicy::NoRecord;
  /// OpenDMARC found an identifier in alignment, whichever.
  bool aligned = false;
  policy::ActionKind action = policy::ActionKind::Accept;

  bool operator==(const HistoryMessage&) const = default;
};

/// Reads the file line by line. A line is `key value...`; `job` begins a message, which ends where
/// the next one begins. Lines in any order, of unknown keys too; a damaged line damages its message
/// only. Keeps at most kMaxEntryLines lines of a message. One thread.
class HistoryReader {
 public:
  /// Beyond it the message is damaged: no mail server writes so much about one.
  static constexpr std::size_t kMaxEntryLines = 1'000;

  /// Takes a line without its newline. When it begins a message, returns the one before it, or what
  /// is wrong with that.
  [[nodiscard]] std::optional<Result<HistoryMessage>> feed(std::string_view line);
  /// The end of the file: returns the last message.
  [[nodiscard]] std::optional<Result<HistoryMessage>> finish();

  /// True if a history file may begin with this line.
  [[nodiscard]] static bool is_begin(std::string_view line) { return line.starts_with("job "); }

 private:
  std::vector<std::string> lines_;
  bool overfull_ = false;
};

/// The message as evidence: `evaluate` finds what OpenDMARC found in alignment, and decides by the
/// same record. See kHistoryAssumptions for what is made up. Pure.
[[nodiscard]] policy::Facts facts_of(const HistoryMessage& message);

/// The settings without the rules that ask for what the file does not say: of that nothing holds,
/// not even that it was none. Pure.
[[nodiscard]] policy::Settings without_unknown(policy::Settings settings);

/// What OpenDMARC would have done with RejectFailures on: as "would" in our own log.
[[nodiscard]] policy::ActionKind would_of(const HistoryMessage& message);

}  // namespace waarmerk::reporting
