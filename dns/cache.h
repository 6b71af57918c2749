// Answers from memory, and the one place where a thread waits for the DNS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "dns/async_resolver.h"
#include "dns/lookup.h"

namespace waarmerk::dns {

/// How much a cache may hold and do at once; see CachedLookup.
struct CacheLimits {
  /// Memory for answers, in octets.
  std::size_t bytes = std::size_t{64} << 20U;
  /// Questions under way at the resolver. Beyond it new ones are Exhausted; a quarter of the places
  /// is kept for those that somebody waits for, and beyond the rest a prefetch does nothing.
  std::size_t in_flight = 10'000;
  /// Threads that wait for an answer. Beyond it a question that needs waiting is Exhausted.
  std::size_t waiting = 1'000;
};

/// What happened since the start, and what is held now.
struct CacheCounts {
  std::uint64_t hits = 0;
  std::uint64_t joins = 0;   ///< questions that were under way already
  std::uint64_t misses = 0;  ///< questions that went to the resolver
  std::uint64_t exhausted = 0;
  std::size_t entries = 0;
  std::size_t bytes = 0;
  std::size_t in_flight = 0;
  std::size_t waiting = 0;
};

/// A cache over an asynchronous resolver. Equal questions under way are one question. A hit takes
/// one lock of one shard and no other thread. A waiter whose deadline comes goes away; the question
/// stays, and its answer fills the cache. How long answers are kept: lifetime_of.
///
/// A question that the resolver cannot take, because ask() throws, is Exhausted.
///
/// An answer of TTL 0 reaches all who waited for it, and who holds it from `begin`; then it is
/// gone.
///
/// Thread-safe. The clock and the resolver must outlive the cache, and the clock must outlive the
/// resolver, whose late answers look at it; nobody may be waiting when the cache is destroyed.
class CachedLookup final : public Lookup {
 public:
  CachedLookup(const Clock& clock, AsyncResolver& resolver, CacheLimits limits = {});
  ~CachedLookup() override;
  CachedLookup(const CachedLookup&) = delete;
  CachedLookup& operator=(const CachedLookup&) = delete;

  void prefetch(const Question& question) override;
  [[nodiscard]] std::shared_ptr<PendingAnswer> begin(const Question& question) override;
  [[nodiscard]] AnswerPtr get(const Question& question, Instant deadline) override;

  [[nodiscard]] CacheCounts counts() const;

 private:
  class Core;
  /// Shared with the questions under way, which may end after the cache.
  std::shared_ptr<Core> core_;
};

}  // namespace waarmerk::dns
