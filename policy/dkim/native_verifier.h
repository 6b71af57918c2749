// The verifier of this project: own parsers and canonicalization, cryptography by OpenSSL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/dkim/header_hash.h"
#include "policy/dkim/key_cache.h"
#include "policy/dkim/key_choice.h"
#include "policy/dkim/signature.h"
#include "policy/dkim/verify.h"

namespace waarmerk::policy::dkim {

/// Every signature field is parsed, which costs no more than reading it. Of the well-formed ones at
/// most `max_signatures` are selected; only those cost hashing, DNS and cryptography:
///   - one pass over the header to index it, one over the fields that each selected one signs;
///   - one running hash for each distinct (canonicalization, l=) of the selected ones, so at most
///     `max_signatures`, and two for mail without l=;
///   - one question and at most kMaxKeysTried verifications for each.
/// So 500 signatures, 10,000 fields or a field of 1 MB take time in proportion to the octets.
class NativeVerifier final : public Verifier {
 public:
  explicit NativeVerifier(KeyCache& keys) : keys_(keys) {}

  void begin(HeaderFields fields, const Options& options) override;
  [[nodiscard]] std::vector<dns::Question> key_questions() const override;
  [[nodiscard]] bool wants_body() const override { return !bodies_.empty(); }
  void feed(std::string_view chunk) override;
  [[nodiscard]] std::vector<DkimOutcome> finish(dns::Lookup& lookup, WallTime now,
                                                Instant deadline) override;

 private:
  /// One signature field of the message.
  struct Candidate {
    /// Where it stands in the header.
    std::size_t position = 0;
    SignatureField field;
    /// Which of bodies_ it needs; nullopt if it is not selected.
    std::optional<std::size_t> body;
  };
  /// One hash over the body, shared by the signatures that want the same.
  struct Body {
    Canonicalization canonicalization = Canonicalization::Simple;
    std::optional<std::uint64_t> limit;
    BodyHasher hasher;
    BodyDigest digest;
  };

  /// Where keys come from, and when.
  struct Fetching {
    dns::Lookup& lookup;
    WallTime now;
    Instant deadline;
  };

  void select();
  [[nodiscard]] std::size_t body_for(const Signature& signature);
  static void judge_unselected(const Candidate& candidate, DkimOutcome& outcome);
  void judge(const Candidate& candidate, const Fetching& fetching, DkimOutcome& outcome) const;
  void verify(const Candidate& candidate, const BodyDigest& body, const std::vector<KeyPtr>& keys,
              DkimOutcome& outcome) const;
  [[nodiscard]] std::string mismatch(const Candidate& candidate) const;
  void judge_match(const Signature& signature, const BodyDigest& body, DkimOutcome& outcome) const;

  KeyCache& keys_;
  HeaderFields fields_;
  Options options_;
  HeaderIndex index_;
  std::vector<Candidate> candidates_;
  /// Indices into candidates_ of those that are verified, the preferred ones first.
  std::vector<std::size_t> selected_;
  std::vector<Body> bodies_;
};

}  // namespace waarmerk::policy::dkim
