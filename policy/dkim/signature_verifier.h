// The verifier of every engine: own parsers, keys and judgement, hashes by the engine.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/dkim/hasher.h"
#include "policy/dkim/key_cache.h"
#include "policy/dkim/key_choice.h"
#include "policy/dkim/signature.h"
#include "policy/dkim/verify.h"

namespace waarmerk::policy::dkim {

/// The first kMaxParsedSignatures signature fields are parsed, which costs no more than reading
/// them; the rest is beyond the limit too. Of the well-formed ones at most `max_signatures` are
/// selected; only those cost hashing, DNS and cryptography:
///   - one pass over the header to index it, one hash over the fields that each selected one signs;
///   - one running hash over the body for each canonicalization, so at most two, whatever l= says;
///   - one question and at most kMaxKeysTried verifications for each.
/// So 500 signatures, 10,000 fields or a field of 1 MB take time in proportion to the octets.
class SignatureVerifier final : public Verifier {
 public:
  /// `hasher` gives the hashes that decide. `second`, if there is one, is compared with it.
  SignatureVerifier(KeyCache& keys, std::unique_ptr<Hasher> hasher, std::unique_ptr<Hasher> second)
      : keys_(keys), hasher_(std::move(hasher)), second_(std::move(second)) {}

  void begin(HeaderFields fields, const Options& options) override;
  [[nodiscard]] std::vector<dns::Question> key_questions() const override;
  [[nodiscard]] bool wants_body() const override { return !selected_.empty(); }
  void feed(std::string_view chunk) override;
  [[nodiscard]] std::vector<DkimOutcome> finish(dns::Lookup& lookup, WallTime now,
                                                Instant deadline) override;
  [[nodiscard]] std::vector<Disagreement> disagreements() const override { return disagreements_; }

 private:
  /// One signature field of the message.
  struct Candidate {
    /// Where it stands in the header.
    std::size_t position = 0;
    SignatureField field;
    /// Its place in selected_, and among the tasks of the hasher; nullopt if it is not selected.
    std::optional<std::size_t> task;
  };

  /// Where keys come from, and when.
  struct Fetching {
    dns::Lookup& lookup;
    WallTime now;
    Instant deadline;
  };

  void select();
  static void judge_unselected(const Candidate& candidate, DkimOutcome& outcome);
  void judge(const Candidate& candidate, const Fetching& fetching, DkimOutcome& outcome);
  void verify(const Candidate& candidate, const std::vector<KeyPtr>& keys,
              DkimOutcome& outcome);
  [[nodiscard]] std::string mismatch(const Candidate& candidate) const;
  void judge_match(const Signature& signature, const BodyDigest& body, DkimOutcome& outcome) const;

  void compare();

  KeyCache& keys_;
  std::unique_ptr<Hasher> hasher_;
  std::unique_ptr<Hasher> second_;
  HeaderFields fields_;
  Options options_;
  std::vector<Candidate> candidates_;
  /// Indices into candidates_ of those that are verified, the preferred ones first.
  std::vector<std::size_t> selected_;
  std::vector<Disagreement> disagreements_;
};

}  // namespace waarmerk::policy::dkim
