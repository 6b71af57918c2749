// SHA-256 fed by many small pieces: what canonicalization produces.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/crypto.h"

namespace waarmerk::policy::dkim {

/// Gathers small pieces before it hashes them, because a call of the hash function costs as much as
/// a hundred octets: `HashStream (append* finish)`. Large pieces are not copied. Move-only; not
/// thread-safe.
class HashStream {
 public:
  void append(std::string_view piece);
  void append(char c) { append(std::string_view(&c, 1)); }
  /// The digest of what was appended until now; more may follow.
  [[nodiscard]] crypto::Digest so_far();
  /// The digest of everything appended; call once.
  [[nodiscard]] crypto::Digest finish();

 private:
  void flush();

  crypto::Sha256 hash_;
  std::size_t used_ = 0;
  std::array<char, 2048> buffer_;
};

}  // namespace waarmerk::policy::dkim
