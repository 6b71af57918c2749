// Verification of the DKIM signatures of one message. RFC 6376 6, RFC 8301, RFC 8463
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "dns/lookup.h"
#include "policy/engine.h"
#include "policy/facts.h"
#include "policy/message.h"

namespace waarmerk::policy::dkim {

/// Parsed public keys, shared by all messages: decoding a key costs several verifications.
/// Bounded; keyed by the text of the key record. Thread-safe. (policy/dkim/key_cache.h)
class KeyCache;

struct Options {
  /// So many signatures are verified; the rest is Policy, cause Limit. K-19
  unsigned max_signatures = 20;
  /// RSA keys below this never pass. At least 1024. RFC 8301 3.2
  unsigned min_rsa_bits = 1024;
  /// A right signature with l= that leaves body unsigned is Policy, not Pass. K-18
  bool refuse_body_length = true;
  /// Tolerance for x= and t=. K-05
  std::chrono::seconds clock_skew{300};
  /// Signatures are verified, and their keys asked for, in the order of how many labels their
  /// domain has in common with one of these: two at least, then the more the earlier.
  std::vector<DomainName> preferred;
};

/// Verifies the signatures of one message: `begin feed* finish`.
/// One object per message; used by one thread at a time, not always the same one.
class Verifier {
 public:
  virtual ~Verifier() = default;

  /// Takes the header section as received. `fields` must stay as it is until finish() returns.
  virtual void begin(HeaderFields fields, const Options& options) = 0;
  /// The key records that finish() will ask for: to be prefetched. After begin().
  [[nodiscard]] virtual std::vector<dns::Question> key_questions() const = 0;
  /// False if no signature needs the body: then feed() may be left out. After begin().
  [[nodiscard]] virtual bool wants_body() const = 0;
  /// The next octets of the body, in any chunking.
  virtual void feed(std::string_view chunk) = 0;
  /// One outcome for each DKIM-Signature field, in the order of the message from the top.
  [[nodiscard]] virtual std::vector<DkimOutcome> finish(dns::Lookup& lookup, WallTime now,
                                                        Instant deadline) = 0;
  /// Where two engines parted, if two were asked. After finish().
  [[nodiscard]] virtual std::vector<Disagreement> disagreements() const = 0;
};

/// The verifier of an engine. `keys` is shared and must outlive it.
[[nodiscard]] std::unique_ptr<Verifier> make_verifier(Engine engine, KeyCache& keys);

/// The key question of one DKIM-Signature field's value, for an early prefetch; nullopt if the
/// field is not well-formed or its algorithm is refused, because then nothing will be asked.
[[nodiscard]] std::optional<dns::Question> key_question(std::string_view signature_value);

}  // namespace waarmerk::policy::dkim
