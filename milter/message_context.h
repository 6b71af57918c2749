// One message while it comes in: the only mutable thing of a session's messages.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dns/recording.h"
#include "policy/dkim/verify.h"
#include "policy/facts.h"
#include "policy/gather.h"
#include "policy/header_section.h"
#include "policy/message.h"
#include "policy/settings.h"

namespace waarmerk::milter {

/// Bounds of what is kept of the recipients of one message; policy/header_section.h has those of
/// its header. Of the body nothing is kept.
inline constexpr std::size_t kMaxRecipients = 10'000;
inline constexpr std::size_t kMaxRecipientBytes = std::size_t{4} << 20U;

/// The address in the argument of MAIL or RCPT: without angle brackets and source route, in the
/// spelling of the client. Empty for the null reverse-path. RFC 5321 4.1.1.2, 4.1.1.3, C
[[nodiscard]] std::string envelope_address(std::string_view argument);

/// Collects one message: `add_recipient* add_field* end_headers add_body* parts`. Asks the DNS
/// early for what will be needed, and never waits. What goes wrong is remembered, not reported: the
/// answer is given at end of message. One thread at a time, not always the same one.
class MessageContext {
 public:
  /// What is known at MAIL.
  struct Origin {
    policy::Client client;
    /// MAIL FROM, without angle brackets.
    std::string mail_from;
    policy::Exemption exemption = policy::Exemption::None;
  };

  /// Keeps `settings` until the end: a reload does not change a message half way. `lookup` must
  /// outlive this. Prefetches the names of SPF.
  MessageContext(std::shared_ptr<const policy::Settings> settings, Origin origin,
                 dns::Lookup& lookup);

  /// A recipient that the mail server took, without angle brackets. Beyond the bounds they are
  /// only counted.
  void add_recipient(std::string address);
  /// The next header field. Prefetches the key of a signature and the DMARC records of an author.
  /// With fields beyond the bounds nothing is verified; fields after end_headers() are a fault.
  void add_field(policy::HeaderField field);
  /// Begins to verify. Once; later calls do nothing. `keys` must outlive this.
  void end_headers(policy::dkim::KeyCache& keys);
  /// True if the body must be seen. After end_headers().
  [[nodiscard]] bool wants_body() const;
  void add_body(std::string_view chunk);

  /// What was too much, or came when it could not: a phrase for the first time it happened, or
  /// empty. Nobody was told of it; a message with a fault must be failed before it is judged.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  /// Remembers that something of ours failed: what Service::report_failure() returned. The first is
  /// kept.
  void fail(std::string phrase);
  /// The phrase, or empty.
  [[nodiscard]] const std::string& failure() const { return failure_; }

  [[nodiscard]] const policy::Settings& settings() const { return *settings_; }
  [[nodiscard]] policy::HeaderFields fields() const { return header_.fields(); }
  /// Names of further fields that could be ours. See policy::HeaderSection
  [[nodiscard]] std::span<const std::string> unread_claims() const {
    return header_.unread_claims();
  }
  [[nodiscard]] const policy::Client& client() const { return origin_.client; }
  /// The DNS of this message: what was prefetched is waited for here.
  [[nodiscard]] dns::MessageLookup& lookup() { return lookup_; }

  /// What was collected. The parts point into this. A message that failed, or whose header is
  /// oversized, has no verifier: its signatures would be judged on half of what they sign.
  [[nodiscard]] policy::MessageParts parts() const;

 private:
  [[nodiscard]] bool is_exempt() const { return origin_.exemption != policy::Exemption::None; }
  [[nodiscard]] bool has_failed() const { return !failure_.empty() || !fault_.empty(); }
  void note_fault(std::string what);
  void prefetch_envelope();
  void prefetch_for(const policy::HeaderField& field);
  /// The records of an author domain, and the walk of another identifier.
  void prefetch_author(const DomainName& domain);
  void prefetch_identifier(const DomainName& domain);

  std::shared_ptr<const policy::Settings> settings_;
  /// nullptr: the DNS is walked.
  const policy::dmarc::PublicSuffixList* list_;
  Origin origin_;
  dns::MessageLookup lookup_;
  std::vector<std::string> recipients_;
  std::size_t recipient_bytes_ = 0;
  unsigned recipient_count_ = 0;
  policy::HeaderSection header_;
  unsigned signatures_ = 0;
  unsigned authors_ = 0;
  bool headers_ended_ = false;
  std::unique_ptr<policy::dkim::Verifier> verifier_;
  std::string fault_;
  std::string failure_;
};

}  // namespace waarmerk::milter
