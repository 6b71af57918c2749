// Ranks for the entries of a list: the lower the rank, the longer an entry is kept.
#include "reporting/cut_order.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>

#include "policy/dmarc/alignment.h"
#include "policy/dmarc/tree_walk.h"

namespace waarmerk::reporting {
namespace {

using policy::DkimCause;
using policy::DkimOutcome;
using policy::DkimResult;

// ---- Signatures ---------------------------------------------------------------------------------

enum class SignatureRank : std::uint8_t {
  AuthorPassed,
  AuthorBroken,
  AuthorOpen,
  AuthorRefused,
  ListPassed,
  Passed,
  Other,
  Repeated,
  DecidesNothing,
};

bool is_broken(const DkimOutcome& signature) {
  return signature.cause == DkimCause::BodyHash || signature.cause == DkimCause::HeaderHash;
}

bool repeats(const DkimOutcome& signature, const DkimOutcome& earlier) {
  return signature.result == earlier.result && signature.cause == earlier.cause &&
         signature.domain == earlier.domain;
}

/// Ranks the signatures of one message, from the top.
class SignatureRanking {
 public:
  explicit SignatureRanking(const policy::Facts& facts) : facts_(facts) {
    for (const DomainName& author : facts.author.domains) {
      const policy::dmarc::Walk* walk = find_walk(facts, author);
      organizations_.push_back(walk != nullptr ? organizational_domain(*walk) : std::nullopt);
    }
  }

  SignatureRank next(const DkimOutcome& signature) {
    if (decides_nothing(signature) || !signature.domain) return SignatureRank::DecidesNothing;
    const bool is_repeated = std::ranges::any_of(
        seen_, [&](const DkimOutcome* earlier) { return repeats(signature, *earlier); });
    if (is_repeated) return SignatureRank::Repeated;
    seen_.push_back(&signature);
    return first_of_its_kind(signature, *signature.domain);
  }

 private:
  [[nodiscard]] SignatureRank first_of_its_kind(const DkimOutcome& signature,
                                                const DomainName& domain) const {
    const bool passed = signature.result == DkimResult::Pass;
    if (concerns_author(domain)) {
      if (passed) return SignatureRank::AuthorPassed;
      if (is_broken(signature)) return SignatureRank::AuthorBroken;
      return signature.result == DkimResult::TempError ? SignatureRank::AuthorOpen
                                                       : SignatureRank::AuthorRefused;
    }
    if (!passed) return SignatureRank::Other;
    return concerns_list(domain) ? SignatureRank::ListPassed : SignatureRank::Passed;
  }

  /// Could be in alignment with an author domain. RFC 9989 4.10.2
  [[nodiscard]] bool concerns_author(const DomainName& domain) const {
    const auto& authors = facts_.author.domains;
    for (std::size_t i = 0; i < authors.size(); ++i) {
      if (domain == authors[i]) return true;
      if (policy::dmarc::needs_walk(domain, authors[i], organizations_[i])) return true;
    }
    return false;
  }

  /// Could speak for a list that the message names.
  [[nodiscard]] bool concerns_list(const DomainName& domain) const {
    const policy::dmarc::Walk* own = find_walk(facts_, domain);
    return std::ranges::any_of(facts_.lists, [&](const policy::ListTrace& list) {
      if (list.domain.is_at_or_below(domain)) return true;
      const policy::dmarc::Walk* walk = find_walk(facts_, list.domain);
      return own != nullptr && walk != nullptr && same_organization(*own, *walk).value_or(false);
    });
  }

  const policy::Facts& facts_;
  /// Of the author domains, in their order.
  std::vector<std::optional<DomainName>> organizations_;
  /// One signature of each kind, at most as many as were verified.
  std::vector<const DkimOutcome*> seen_;
};

// ---- Walks --------------------------------------------------------------------------------------

enum class WalkRank : std::uint8_t { Author, Spf, Signature, List, Other };

WalkRank rank_of(const policy::dmarc::Walk& walk, const policy::Facts& facts,
                 const std::vector<std::size_t>& signatures) {
  if (std::ranges::find(facts.author.domains, walk.start) != facts.author.domains.end()) {
    return WalkRank::Author;
  }
  if (facts.spf_mail_from.domain == walk.start) return WalkRank::Spf;
  const bool is_signed = std::ranges::any_of(signatures, [&](std::size_t position) {
    const DkimOutcome& signature = facts.dkim[position];
    return signature.domain == walk.start && !decides_nothing(signature);
  });
  if (is_signed) return WalkRank::Signature;
  const bool is_list =
      std::ranges::find(facts.lists, walk.start, &policy::ListTrace::domain) != facts.lists.end();
  return is_list ? WalkRank::List : WalkRank::Other;
}

// ---- Both ---------------------------------------------------------------------------------------

std::vector<std::size_t> positions(std::size_t size) {
  std::vector<std::size_t> all(size);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

/// The positions of the `max` lowest ranks, in the order of the list.
template <typename Rank>
std::vector<std::size_t> lowest(const std::vector<Rank>& ranks, std::size_t max) {
  std::vector<std::size_t> kept = positions(ranks.size());
  std::ranges::stable_sort(kept, {}, [&](std::size_t position) { return ranks[position]; });
  kept.resize(std::min(max, kept.size()));
  std::ranges::sort(kept);
  return kept;
}

}  // namespace

bool decides_nothing(const DkimOutcome& signature) {
  if (is_broken(signature)) return false;
  switch (signature.result) {
    case DkimResult::Pass:
    case DkimResult::TempError:
      return false;
    case DkimResult::Policy:
      return signature.cause == DkimCause::Limit;
    case DkimResult::None:
    case DkimResult::Fail:
    case DkimResult::Neutral:
    case DkimResult::PermError:
      return true;
  }
  return true;
}

std::vector<std::size_t> kept_signatures(const policy::Facts& facts, std::size_t max) {
  if (facts.dkim.size() <= max) return positions(facts.dkim.size());
  SignatureRanking ranking(facts);
  std::vector<SignatureRank> ranks;
  ranks.reserve(facts.dkim.size());
  for (const DkimOutcome& signature : facts.dkim) ranks.push_back(ranking.next(signature));
  return lowest(ranks, max);
}

std::vector<std::size_t> kept_walks(const policy::Facts& facts,
                                    const std::vector<std::size_t>& signatures, std::size_t max) {
  if (facts.walks.size() <= max) return positions(facts.walks.size());
  std::vector<WalkRank> ranks;
  ranks.reserve(facts.walks.size());
  for (const auto& walk : facts.walks) ranks.push_back(rank_of(walk, facts, signatures));
  return lowest(ranks, max);
}

}  // namespace waarmerk::reporting
