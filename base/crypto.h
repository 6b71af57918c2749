// Hashes and signatures: the only room that knows OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace waarmerk::crypto {

/// A SHA-256 value, 32 octets.
using Digest = std::array<std::uint8_t, 32>;
[[nodiscard]] inline std::string_view octets(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// SHA-256 over a stream of chunks: `Sha256 (update* finish)`. Move-only; not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view chunk);
  /// The digest of what was fed until now; more may follow.
  [[nodiscard]] Digest so_far() const;
  /// The digest of everything fed; call once.
  [[nodiscard]] Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class KeyType { Rsa, Ed25519 };

/// A public key, decoded once and then used by any number of threads.
class PublicKey {
 public:
  /// An RSA key from the octets of a DKIM p= value: a SubjectPublicKeyInfo, or the bare
  /// RSAPublicKey of RFC 6376 3.6.1. Error for another key type, trailing octets, or a modulus
  /// above 16384 bits or an even or oversized exponent (bounded work on hostile keys).
  static Result<PublicKey> rsa(std::string_view der);
  /// An Ed25519 key: exactly 32 raw octets. RFC 8463 4.2
  static Result<PublicKey> ed25519(std::string_view raw);

  [[nodiscard]] KeyType type() const { return type_; }
  /// Modulus size for RSA; 256 for Ed25519.
  [[nodiscard]] unsigned bits() const { return bits_; }

  /// True if `signature` is this key's over `digest`: PKCS#1 v1.5 with SHA-256 for RSA; for Ed25519
  /// PureEdDSA over the 32 octets of the digest. Never throws. RFC 6376 3.3.2, RFC 8463 3
  [[nodiscard]] bool verify(const Digest& digest, std::string_view signature) const;

 private:
  struct Native;
  PublicKey(KeyType type, unsigned bits, std::shared_ptr<const Native> native);
  KeyType type_;
  unsigned bits_;
  std::shared_ptr<const Native> native_;
};

}  // namespace waarmerk::crypto
