// What is known of a message: the evidence on which it is decided. A plain value, so that it can be
// logged, read back, replayed and kept as a test. gather() makes it; evaluate() only reads it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/domain_name.h"
#include "base/ip_address.h"
#include "dns/types.h"
#include "policy/dmarc/record.h"
#include "policy/dmarc/tree_walk.h"
#include "policy/engine.h"

namespace waarmerk::policy {

/// Result of check_host(). RFC 7208 2.6
enum class SpfResult : std::uint8_t {
  None,       ///< no record, or no domain to ask about
  Neutral,    ///< the domain does not say
  Pass,       ///< the client is authorised
  Fail,       ///< the client is explicitly not authorised
  SoftFail,   ///< probably not authorised
  TempError,  ///< the DNS did not answer
  PermError,  ///< the record cannot be interpreted
};
[[nodiscard]] std::string_view to_string(SpfResult result);
[[nodiscard]] std::optional<SpfResult> spf_result_from(std::string_view name);

/// One evaluated identity.
struct SpfOutcome {
  SpfResult result = SpfResult::None;
  /// The domain that was checked; nullopt when the identity has none (address literal, bad name).
  std::optional<DomainName> domain;
  /// Why, as a phrase: "matched ip4:192.0.2.0/24", "no SPF record", "syntax error at ...".
  std::string reason;
  /// The domain owner's text for a fail, printable ASCII; empty if none. RFC 7208 6.2
  std::string explanation;
  /// Terms that asked the DNS, and how many of their lookups were void. RFC 7208 4.6.4
  unsigned lookups = 0;
  unsigned void_lookups = 0;

  bool operator==(const SpfOutcome&) const = default;
};

/// Result of one signature, in the words of RFC 8601 2.7.1.
enum class DkimResult : std::uint8_t {
  None,
  Pass,
  Fail,       ///< the signature or the body hash does not match
  Policy,     ///< mathematically right, but refused by a local rule (l=, number of signatures)
  Neutral,    ///< could not be processed: expired, or dated in the future
  TempError,  ///< the key could not be fetched now
  PermError,  ///< can never verify: syntax, missing or revoked key, forbidden algorithm
};
[[nodiscard]] std::string_view to_string(DkimResult result);
[[nodiscard]] std::optional<DkimResult> dkim_result_from(std::string_view name);

/// What a signature that did not pass broke on. The decision about indirect mail needs to tell a
/// changed body (lists do that) from a changed header.
enum class DkimCause : std::uint8_t {
  None,         ///< it passed
  Syntax,       ///< the field, a tag, or From not in h=
  Key,          ///< no key, revoked, unusable, or not for this use
  Algorithm,    ///< rsa-sha1 or a short key (RFC 8301), an unknown algorithm
  BodyHash,     ///< the body hash alone does not match: the header hash verified
  HeaderHash,   ///< the signature over the header does not verify
  Expired,      ///< right, but x= is past or t= lies in the future
  BodyLength,   ///< l= leaves a part of the body unsigned, or is longer than the body
  Limit,        ///< beyond the number of signatures that are verified
  Dns,          ///< the key could not be fetched
  Unsupported,  ///< the chosen engine cannot judge it
};
[[nodiscard]] std::string_view to_string(DkimCause cause);
[[nodiscard]] std::optional<DkimCause> dkim_cause_from(std::string_view name);

/// One DKIM-Signature field, in the order of the message from the top.
struct DkimOutcome {
  DkimResult result = DkimResult::None;
  DkimCause cause = DkimCause::None;
  /// d=; nullopt when it could not be read.
  std::optional<DomainName> domain;
  /// s= and a= as far as they could be read; printable.
  std::string selector;
  std::string algorithm;
  /// Domain part of i= when it differs from d=, else empty (no local parts in the evidence).
  std::string identity_domain;
  /// Key size; 0 if no key was decoded.
  unsigned bits = 0;
  /// The first octets of b=, enough to tell this signature from the others. RFC 6008 4
  std::string header_b;
  /// One phrase for people: "body hash does not match", "key revoked".
  std::string reason;
  /// The key record said t=y. Changes no result. RFC 6376 3.6.1
  bool testing = false;
  /// DNSSEC state of the key record.
  dns::Security key_security = dns::Security::Unknown;

  bool operator==(const DkimOutcome&) const = default;
};

/// How TLS protected the session that brought the message. Empty version: in clear.
struct Tls {
  std::string version;
  std::string cipher;
  unsigned bits = 0;
  std::string verify;
  std::string cert_subject;
  std::string cert_issuer;

  bool operator==(const Tls&) const = default;
};

/// The SMTP client and what it said.
struct Client {
  std::optional<IpAddress> ip;
  /// The verified name, or empty.
  std::string name;
  /// "pass", "fail", "temperror", "permerror" of the reverse name as the MTA found it, or empty.
  std::string iprev;
  std::string helo;
  Tls tls;
  bool authenticated = false;

  bool operator==(const Client&) const = default;
};

/// At most so many domains of recipients are listed.
inline constexpr std::size_t kMaxRecipientDomains = 100;

struct Envelope {
  /// Domain of MAIL FROM in canonical form when it is a usable name.
  std::optional<DomainName> mail_from_domain;
  /// MAIL FROM was "<>". RFC 5321 4.5.5
  bool null_sender = true;
  /// Distinct recipient domains in the order of RCPT, at most kMaxRecipientDomains.
  std::vector<std::string> recipient_domains;
  unsigned recipient_count = 0;
  /// Recipients of whom no domain is listed: there is none, or the list is full. At least so many
  /// where the log cut the list.
  unsigned unlisted_recipients = 0;
  /// Full addresses, only filled when log.addresses is on.
  std::string mail_from_address;
  std::vector<std::string> recipient_addresses;
  /// There are recipients, and each is one of report.mailboxes: report traffic. A-38
  bool to_report_mailbox = false;

  bool operator==(const Envelope&) const = default;
};

/// What the From header field gives. RFC 9989 5.3.1
enum class FromKind : std::uint8_t {
  One,             ///< one field, one author domain
  SeveralDomains,  ///< one field with addresses in more than one domain
  SeveralFields,   ///< more than one From field
  None,            ///< no From field, or none with a domain
  Unusable,        ///< a From field that cannot be read, or whose domain cannot be a domain
};
[[nodiscard]] std::string_view to_string(FromKind kind);
[[nodiscard]] std::optional<FromKind> from_kind_from(std::string_view name);

struct Author {
  FromKind kind = FromKind::None;
  /// Distinct author domains in the order they stand, at most kMaxAuthorDomains.
  std::vector<DomainName> domains;
  /// There were more domains than are evaluated: the evaluation is incomplete. RFC 9989 11.5
  bool truncated = false;
  /// Why the field is unusable; empty otherwise.
  std::string problem;

  bool operator==(const Author&) const = default;
};

/// Traces of a mailing list in the header. Anyone can write them: evidence only when tied to an
/// authenticated identity.
struct ListTrace {
  /// "List-Id" or "List-Post".
  std::string field;
  DomainName domain;

  bool operator==(const ListTrace&) const = default;
};

/// One DNS answer that took part, for the log: what was asked and how it ended.
struct DnsTrace {
  DomainName name;
  dns::Type type = dns::Type::Txt;
  dns::Status status = dns::Status::Timeout;
  dns::Security security = dns::Security::Unknown;
  /// The record text, or the resolver's words about an error. Printable, cut at 1 KB.
  std::string text;

  bool operator==(const DnsTrace&) const = default;
};

/// Where the public suffix list says otherwise than the walk of the DNS that decided. Changes
/// nothing. RFC 7489 3.2
struct ListDifference {
  /// The start of the walk.
  DomainName domain;
  DomainName treewalk_organization;
  DomainName psl_organization;
  /// Where the record stands that applies, of an author domain; nullopt: none applies, or none is
  /// known.
  std::optional<DomainName> treewalk_policy;
  std::optional<DomainName> psl_policy;

  bool operator==(const ListDifference&) const = default;
};

/// Why a message is not judged. RFC 9989 leaves exemption to the receiver.
enum class Exemption : std::uint8_t { None, Loopback, Authenticated, Network, NoClientAddress };
[[nodiscard]] std::string_view to_string(Exemption exemption);
[[nodiscard]] std::optional<Exemption> exemption_from(std::string_view name);

/// Everything known of one message.
struct Facts {
  std::string queue_id;
  /// When the message ended.
  WallTime time{};
  Client client;
  Envelope envelope;
  Exemption exemption = Exemption::None;
  Author author;
  SpfOutcome spf_mail_from;
  SpfOutcome spf_helo;
  std::vector<DkimOutcome> dkim;
  /// One walk for each identifier that needed one: author domains first. Distinct starts, all made
  /// by one method.
  std::vector<dmarc::Walk> walks;
  std::vector<ListTrace> lists;
  std::vector<DnsTrace> dns;
  /// Where the two engines part, if both were asked. Changes nothing.
  std::vector<Disagreement> disagreements;
  /// Filled only when dmarc.compare_psl is on.
  std::vector<ListDifference> list_differences;
  /// The header is larger than what is kept of one: nothing was verified. See header_section.h
  bool oversized_header = false;
  /// Header fields that could be read as ours and are removed.
  unsigned forged_fields = 0;
  /// Set when something of ours failed on this message: an event id and a phrase. See on_error.
  std::string internal_error;

  bool operator==(const Facts&) const = default;
};

/// True if results may be made of the facts. An exempt message was not looked at; one that we
/// failed on, or whose header is oversized, not to the end: what is missing must not become a
/// result.
[[nodiscard]] bool is_judged(const Facts& facts);

/// The walk that started at `domain`, or nullptr.
[[nodiscard]] const dmarc::Walk* find_walk(const Facts& facts, const DomainName& domain);

}  // namespace waarmerk::policy
