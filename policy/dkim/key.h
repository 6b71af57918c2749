// DKIM key records. RFC 6376 3.6.1, RFC 8301, RFC 8463 4
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/crypto.h"

namespace waarmerk::policy::dkim {

/// A key that may be used for mail and for SHA-256.
struct Key {
  crypto::PublicKey public_key;
  /// t=s: i= must have exactly the domain of d=.
  bool is_strict = false;
  /// t=y: the domain is testing DKIM. Changes no result.
  bool is_testing = false;
};

/// What is wrong with a text at the key's name, from the least to the most telling: when there are
/// several records and none is usable, the most telling one explains the result.
enum class KeyProblem : std::uint8_t {
  Malformed,     ///< no tag list, v= is not DKIM1 or not first, or p= is missing
  UnknownType,   ///< k= is neither rsa nor ed25519
  OtherService,  ///< s= excludes email
  OtherHash,     ///< h= excludes sha256
  Undecodable,   ///< p= is no key of that type
  Revoked,       ///< p= is empty
};

struct KeyFault {
  KeyProblem problem = KeyProblem::Malformed;
  /// A phrase for people.
  std::string text;

  bool operator==(const KeyFault&) const = default;
};

/// Reads a key record: the character-strings of one TXT record, joined. Unknown tags, flags, hash
/// and service names are passed over; g= of RFC 4871 is one of those. The key itself is decoded and
/// checked. Pure; linear in the text, plus the decoding of one key. RFC 6376 3.6.1, 6.1.2
[[nodiscard]] std::expected<Key, KeyFault> parse_key(std::string_view record);

}  // namespace waarmerk::policy::dkim
