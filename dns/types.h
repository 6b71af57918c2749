// Questions to the DNS and what can come back: eight outcomes, never a bool, never an exception.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/domain_name.h"
#include "base/ip_address.h"

namespace waarmerk::dns {

/// Record types that are asked for; the values are those of the wire.
enum class Type : std::uint16_t {
  A = 1,
  Ns = 2,
  Cname = 5,
  Soa = 6,
  Ptr = 12,
  Mx = 15,
  Txt = 16,
  Aaaa = 28,
  Tlsa = 52,
};
/// "A", "TXT", ...
[[nodiscard]] std::string_view to_string(Type type);
/// The type of that name, in any case.
[[nodiscard]] std::optional<Type> type_from(std::string_view name);

/// What is asked: a name and a type, always of class IN.
struct Question {
  DomainName name;
  Type type = Type::Txt;

  bool operator==(const Question&) const = default;
};

/// How a question ended.
enum class Status : std::uint8_t {
  Found,      ///< NOERROR with at least one record of the type asked for
  NoData,     ///< NOERROR without one: the name exists
  NxDomain,   ///< the name, and everything below it, does not exist (RFC 8020)
  ServFail,   ///< SERVFAIL, which is also what a validating resolver says of bogus data
  Refused,    ///< REFUSED, NOTIMP, FORMERR or another RCODE that gives no answer
  Malformed,  ///< a reply that is no DNS message, or answers another question
  Timeout,    ///< no reply within the resolver's patience or the caller's deadline
  Exhausted,  ///< not asked: a budget (questions of a message, waiting sessions) was spent
};
[[nodiscard]] std::string_view to_string(Status status);
[[nodiscard]] std::optional<Status> status_from(std::string_view name);

/// True for the outcomes that say nothing about the name: temporary errors for SPF, DKIM and DMARC.
/// RFC 7208 4.4, RFC 6376 6.1.2, RFC 9989 5.3.6
[[nodiscard]] constexpr bool is_error(Status status) {
  return status != Status::Found && status != Status::NoData && status != Status::NxDomain;
}

/// What is known of the DNSSEC state of an answer. Secure needs the AD bit from a trusted resolver.
enum class Security : std::uint8_t { Secure, Insecure, Bogus, Unknown };
[[nodiscard]] std::string_view to_string(Security security);
[[nodiscard]] std::optional<Security> security_from(std::string_view name);

/// The content of an MX record. RFC 1035 3.3.9
struct MailExchange {
  std::uint16_t preference = 0;
  /// nullopt for the root, "." (a null MX, RFC 7505).
  std::optional<DomainName> exchange;

  bool operator==(const MailExchange&) const = default;
};

/// The answer to one question. Only the list of the type asked for is filled, in the order of the
/// reply; CNAMEs have been followed. Immutable once shared.
struct Answer {
  Status status = Status::Timeout;
  Security security = Security::Unknown;
  /// Smallest TTL of what was used; for negative answers the SOA's (RFC 2308 5).
  std::chrono::seconds ttl{0};
  /// TXT: the character-strings of each record joined without separator; any octets.
  std::vector<std::string> texts;
  /// A and AAAA.
  std::vector<IpAddress> addresses;
  std::vector<MailExchange> exchanges;
  /// PTR, NS and CNAME targets; names that a DomainName cannot hold are left out.
  std::vector<DomainName> names;
  /// TLSA and other types: the RDATA octets.
  std::vector<std::string> rdata;
  /// What the resolver said about an error, e.g. an Extended DNS Error's text. Printable.
  std::string detail;

  bool operator==(const Answer&) const = default;
};

/// An answer without records, of unknown security and TTL 0.
[[nodiscard]] Answer empty_answer(Status status, std::string detail = {});

/// Answers are shared between the cache and the messages that asked; never null.
using AnswerPtr = std::shared_ptr<const Answer>;

}  // namespace waarmerk::dns

template <>
struct std::hash<waarmerk::dns::Question> {
  std::size_t operator()(const waarmerk::dns::Question& question) const noexcept {
    return std::hash<waarmerk::DomainName>{}(question.name) * 31 +
           static_cast<std::size_t>(question.type);
  }
};
