// Which of the records at a key's name can verify a signature. RFC 6376 6.1.2
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "dns/types.h"
#include "policy/dkim/key_cache.h"
#include "policy/dkim/signature.h"
#include "policy/facts.h"

namespace waarmerk::policy::dkim {

/// Why there is nothing to verify with: what the outcome of the signature will say.
struct NoKey {
  DkimResult result = DkimResult::PermError;
  DkimCause cause = DkimCause::Key;
  /// A phrase for people.
  std::string reason;
  /// Size of the key that was refused; 0 if none was decoded.
  unsigned bits = 0;

  bool operator==(const NoKey&) const = default;
};

/// So many keys at one name are tried; a signer needs two while it changes keys.
inline constexpr std::size_t kMaxKeysTried = 10;
/// Of larger RSA keys only one is tried: ten of the largest would cost as much as a thousand of the
/// usual size. Up to this size a verifier must be able to verify. RFC 8301 3.2
inline constexpr unsigned kLargeKeyBits = 4096;

/// The keys in `answer` that `signature` may be verified with, at least one and at most
/// kMaxKeysTried. Records that are no usable key are passed over as long as another one is. The
/// result does not depend on the order of the records. RSA keys below 1024 bits are never usable.
/// RFC 6376 3.6.1, 3.6.2.2, 6.1.2, RFC 8301 3.2
[[nodiscard]] std::expected<std::vector<KeyPtr>, NoKey> usable_keys(const dns::Answer& answer,
                                                                    const Signature& signature,
                                                                    KeyCache& cache);

}  // namespace waarmerk::policy::dkim
