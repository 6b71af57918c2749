// The hashes of one message that its signatures sign: what the engines of DKIM differ in.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "policy/dkim/canonical.h"
#include "policy/dkim/signature.h"
#include "policy/message.h"

namespace waarmerk::policy::dkim {

/// One signature that is to be verified: a well-formed one, and where it stands in the header.
struct HashTask {
  std::size_t position = 0;
  const Signature* signature = nullptr;
};

/// What a signature is compared with.
struct Hashes {
  /// What b= signs. RFC 6376 3.7
  crypto::Digest header{};
  /// What bh= is. RFC 6376 3.4.5
  BodyDigest body;

  bool operator==(const Hashes&) const = default;
};

/// Canonicalizes and hashes one message: `begin feed* end_of_body hashes*`. One object per message;
/// one thread at a time, not always the same one.
class Hasher {
 public:
  virtual ~Hasher() = default;

  /// The fields, and the signatures that they stand in, must stay until the last hashes().
  virtual void begin(HeaderFields fields, std::vector<HashTask> tasks) = 0;
  /// The next octets of the body, in any chunking. Not called if there is no task.
  virtual void feed(std::string_view chunk) = 0;
  virtual void end_of_body() = 0;
  /// The hashes for one task, by its place in `tasks`; or why this hasher cannot take it.
  [[nodiscard]] virtual std::expected<Hashes, std::string> hashes(std::size_t task) = 0;
};

/// Our own canonicalization: it takes everything.
[[nodiscard]] std::unique_ptr<Hasher> make_native_hasher();

}  // namespace waarmerk::policy::dkim
