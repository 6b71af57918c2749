// From a DNS answer to the keys that are worth trying.
#include "policy/dkim/key_choice.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace waarmerk::policy::dkim {
namespace {

/// Below this no RSA signature counts, whatever a postmaster sets. RFC 8301 3.2
constexpr unsigned kLeastRsaBits = 1024;

/// A record that cannot be used, ranked so that the most telling one explains the result.
struct Refusal {
  int rank = 0;
  NoKey no_key;
};

/// Ranks above every KeyProblem: these records are sound keys.
enum SoundKeyRank { kOtherType = 100, kStrict, kShort };

std::optional<Refusal> refuse(const std::expected<Key, KeyFault>& key, const Signature& signature) {
  if (!key) return Refusal{static_cast<int>(key.error().problem), {.reason = key.error().text}};
  const crypto::PublicKey& public_key = key->public_key;
  const auto wanted =
      signature.algorithm == Algorithm::RsaSha256 ? crypto::KeyType::Rsa : crypto::KeyType::Ed25519;
  const unsigned bits = public_key.bits();
  if (public_key.type() != wanted) {
    return Refusal{kOtherType, {.reason = "the key is of another type than a=", .bits = bits}};
  }
  if (key->is_strict && signature.identity != signature.domain) {
    return Refusal{kStrict, {.reason = "the key is not for subdomains (t=s)", .bits = bits}};
  }
  if (wanted == crypto::KeyType::Rsa && bits < kLeastRsaBits) {
    std::string reason = "an RSA key of " + std::to_string(bits) + " bits is too short (RFC 8301)";
    return Refusal{kShort,
                   {.cause = DkimCause::Algorithm, .reason = std::move(reason), .bits = bits}};
  }
  return std::nullopt;
}

NoKey dns_problem(const dns::Answer& answer) {
  std::string reason =
      "the key could not be fetched: " + std::string(dns::to_string(answer.status));
  if (!answer.detail.empty()) reason += " (" + printable(answer.detail) + ")";
  return {.result = DkimResult::TempError, .cause = DkimCause::Dns, .reason = std::move(reason)};
}

}  // namespace

std::expected<std::vector<KeyPtr>, NoKey> usable_keys(const dns::Answer& answer,
                                                      const Signature& signature, KeyCache& cache) {
  if (dns::is_error(answer.status)) return std::unexpected(dns_problem(answer));
  std::vector<std::string_view> records(answer.texts.begin(), answer.texts.end());
  // In the order of their texts: the DNS gives them in any order.
  std::ranges::sort(records);
  const auto duplicates = std::ranges::unique(records);
  records.erase(duplicates.begin(), duplicates.end());

  std::vector<KeyPtr> keys;
  bool has_large_key = false;
  Refusal telling{-1, {.reason = "there is no key record"}};
  for (const std::string_view record : records) {
    if (keys.size() == kMaxKeysTried) break;
    KeyPtr key = cache.get(record);
    if (auto refusal = refuse(*key, signature)) {
      if (refusal->rank > telling.rank) telling = *std::move(refusal);
      continue;
    }
    const bool is_large = (*key)->public_key.bits() > kLargeKeyBits;
    if (is_large && has_large_key) continue;
    has_large_key = has_large_key || is_large;
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return std::unexpected(std::move(telling.no_key));
  return keys;
}

}  // namespace waarmerk::policy::dkim
