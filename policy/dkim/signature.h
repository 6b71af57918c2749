// What one DKIM-Signature header field says. RFC 6376 3.5, RFC 8301, RFC 8463, RFC 8616
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/domain_name.h"
#include "base/tag_list.h"
#include "policy/dkim/canonical.h"
#include "policy/facts.h"

namespace waarmerk::policy::dkim {

/// The algorithms that may be verified; rsa-sha1 is none of them. RFC 8301 3.1
enum class Algorithm : std::uint8_t { RsaSha256, Ed25519Sha256 };

/// Why a field can never verify: a cause (Syntax or Algorithm) and a phrase that names the tag.
struct Fault {
  DkimCause cause = DkimCause::Syntax;
  std::string text;

  bool operator==(const Fault&) const = default;
};

/// A well-formed signature. The views point into the value that was parsed.
struct Signature {
  Algorithm algorithm = Algorithm::RsaSha256;
  Canonicalization header = Canonicalization::Simple;
  Canonicalization body = Canonicalization::Simple;
  /// d=, as A-labels.
  DomainName domain;
  /// s= + "._domainkey." + d=, as A-labels: where the key is. RFC 6376 3.6.2.1
  DomainName key_name;
  /// Domain of i=; equal to d= when there is no i=. At or below d=.
  DomainName identity;
  /// h= as written: see take_name().
  std::string_view signed_names{};
  /// bh= decoded, always 32 octets, and b= decoded, never empty.
  std::string body_hash{};
  std::string signature{};
  /// l=; a number too large for 64 bits is the largest one.
  std::optional<std::uint64_t> body_length{};
  /// t= and x= in seconds since 1970; more than 12 digits mean "never". RFC 6376 3.5
  std::optional<std::chrono::seconds> timestamp{};
  std::optional<std::chrono::seconds> expiration{};
  /// The value around the text of b=: what the header hash covers of this field. RFC 6376 3.7
  std::string_view before_b{};
  std::string_view after_b{};
};

/// One field: what could be read of it for the log, and the signature if it is well-formed.
struct SignatureField {
  /// d=, if it is a domain name.
  std::optional<DomainName> domain{};
  /// s=, a= as written; printable, at most 253 and 40 octets. U-labels of s= are A-labels here.
  std::string selector{};
  std::string algorithm{};
  /// b= without white space; printable, at most kMaxShownSignature octets.
  std::string b{};
  std::expected<Signature, Fault> signature;
};

/// Takes the first of the names in a text of h= off it, without white space around it.
[[nodiscard]] std::string_view take_name(std::string_view& names);

/// At most so many DKIM-Signature fields of a message are parsed; U-labels make that dear.
inline constexpr std::size_t kMaxParsedSignatures = 200;

/// So much of b= is kept to tell signatures apart; 8 octets are enough among honest ones.
inline constexpr std::size_t kMaxShownSignature = 64;

/// Reads the value of a DKIM-Signature field strictly: everything RFC 6376 3.5 and 6.1.1 let a
/// verifier check without DNS, clock or body. When it is not well-formed, the names are read as
/// leniently as can be. `value` must outlive the result. Pure; linear, up to sorting the tag names.
[[nodiscard]] SignatureField parse_signature(std::string_view value);

}  // namespace waarmerk::policy::dkim
