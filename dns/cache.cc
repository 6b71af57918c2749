// Shards of stored answers and of questions under way.
#include "dns/cache.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <new>
#include <tuple>
#include <utility>
#include <vector>

#include "dns/answer_store.h"

namespace waarmerk::dns {
namespace {

constexpr std::size_t kMaxShards = 16;
/// A shard is not smaller than this, so that the largest answer always has room.
constexpr std::size_t kMinShardBytes = std::size_t{1} << 20U;
/// No wait is longer, however far away the deadline: the sum with now() cannot overflow.
constexpr std::chrono::hours kLongestWait{1};

AnswerPtr shared_empty(Status status, const char* detail) {
  return std::make_shared<const Answer>(empty_answer(status, detail));
}

/// Whether somebody waits for the answer.
enum class Urgency : std::uint8_t { Hint, Needed };

/// Places for so many; who gets no `true` has none. Hints leave a quarter of them free, so that
/// mail to be judged later does not keep out what is judged now.
class Places {
 public:
  explicit Places(std::size_t limit) : limit_(limit) {}

  [[nodiscard]] bool enter(Urgency urgency = Urgency::Needed) {
    const std::size_t reserved = urgency == Urgency::Hint ? limit_ / 4 : 0;
    if (taken_.fetch_add(1) + reserved < limit_) return true;
    taken_.fetch_sub(1);
    return false;
  }
  void leave() { taken_.fetch_sub(1); }
  [[nodiscard]] std::size_t taken() const { return taken_.load(); }

 private:
  std::size_t limit_;
  std::atomic<std::size_t> taken_{0};
};

/// One question under way, or one that is answered already.
class Ticket final : public PendingAnswer {
 public:
  Ticket(const Clock& clock, std::shared_ptr<Places> waiting)
      : clock_(clock), waiting_(std::move(waiting)) {}

  void complete(AnswerPtr answer) {
    {
      const std::lock_guard lock(mutex_);
      answer_ = std::move(answer);
    }
    arrived_.notify_all();
  }

  AnswerPtr get(Instant deadline) override {
    std::unique_lock lock(mutex_);
    if (answer_) return answer_;
    if (const Instant now = clock_.instant(); now < deadline) {
      const auto patience = std::min<Instant::duration>(deadline - now, kLongestWait);
      if (!waiting_->enter()) return shared_empty(Status::Exhausted, "too many sessions wait");
      arrived_.wait_for(lock, patience, [this] { return answer_ != nullptr; });
      waiting_->leave();
    }
    return answer_ ? answer_ : shared_empty(Status::Timeout, "no answer before the deadline");
  }

 private:
  const Clock& clock_;
  std::shared_ptr<Places> waiting_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  AnswerPtr answer_;
};

/// Exactly one of the two is there.
struct Asked {
  AnswerPtr answer;
  std::shared_ptr<Ticket> ticket;
};

}  // namespace

class CachedLookup::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(const Clock& clock, AsyncResolver& resolver, const CacheLimits& limits)
      : clock_(clock),
        resolver_(resolver),
        waiting_(std::make_shared<Places>(limits.waiting)),
        in_flight_(limits.in_flight) {
    const std::size_t count = std::clamp<std::size_t>(limits.bytes / kMinShardBytes, 1, kMaxShards);
    for (std::size_t i = 0; i < count; ++i) {
      shards_.push_back(std::make_unique<Shard>(limits.bytes / count));
    }
  }

  Asked ask(const Question& question, Urgency urgency) {
    const Instant now = clock_.instant();
    const QuestionKey key(question);
    Asked asked;
    {
      Shard& shard = shard_of(key);
      const std::lock_guard lock(shard.mutex);
      if (auto answer = shard.store.find(key, now)) {
        ++shard.hits;
        return {std::move(answer), nullptr};
      }
      if (const auto open = shard.tickets.find(key); open != shard.tickets.end()) {
        ++shard.joins;
        return {nullptr, open->second};
      }
      asked.ticket = std::make_shared<Ticket>(clock_, waiting_);
      const auto place = shard.tickets.emplace(key, asked.ticket).first;
      if (!in_flight_.enter(urgency)) {
        shard.tickets.erase(place);
        ++shard.exhausted;
        return {shared_empty(Status::Exhausted, "too many questions are under way"), nullptr};
      }
      ++shard.misses;
    }
    // Without the lock: the answer may come from within the call.
    try {
      resolver_.ask(question, [core = shared_from_this(), key](Answer answer) {
        core->complete(key, core->shared(std::move(answer)));
      });
    } catch (...) {
      // No answer will come; without one the name would stay under way for ever.
      complete(key, not_asked_);
      return {not_asked_, nullptr};
    }
    return asked;
  }

  std::shared_ptr<Ticket> ticket_with(AnswerPtr answer) {
    auto ticket = std::make_shared<Ticket>(clock_, waiting_);
    ticket->complete(std::move(answer));
    return ticket;
  }

  CacheCounts counts() {
    CacheCounts counts;
    for (const auto& shard : shards_) {
      const std::lock_guard lock(shard->mutex);
      counts.hits += shard->hits;
      counts.joins += shard->joins;
      counts.misses += shard->misses;
      counts.exhausted += shard->exhausted;
      counts.entries += shard->store.size();
      counts.bytes += shard->store.bytes();
    }
    counts.in_flight = in_flight_.taken();
    counts.waiting = waiting_->taken();
    return counts;
  }

 private:
  struct Shard {
    explicit Shard(std::size_t bytes) : store(bytes) {}

    std::mutex mutex;
    AnswerStore store;
    std::map<QuestionKey, std::shared_ptr<Ticket>> tickets;
    std::uint64_t hits = 0;
    std::uint64_t joins = 0;
    std::uint64_t misses = 0;
    std::uint64_t exhausted = 0;
  };

  Shard& shard_of(const QuestionKey& key) { return *shards_[key.hash % shards_.size()]; }

  AnswerPtr shared(Answer answer) const noexcept {
    try {
      return std::make_shared<const Answer>(std::move(answer));
    } catch (const std::bad_alloc&) {
      return not_asked_;
    }
  }

  /// Ends a question under way, whatever memory there is: nobody else would.
  void complete(const QuestionKey& key, const AnswerPtr& answer) noexcept {
    const Instant now = clock_.instant();
    std::shared_ptr<Ticket> ticket;
    {
      Shard& shard = shard_of(key);
      const std::lock_guard lock(shard.mutex);
      const auto open = shard.tickets.find(key);
      if (open == shard.tickets.end()) return;
      ticket = std::move(open->second);
      shard.tickets.erase(open);
      try {
        shard.store.put(key, answer, now);
      } catch (const std::bad_alloc&) {
        // Not kept; those who wait have it all the same.
      }
    }
    in_flight_.leave();
    ticket->complete(answer);
  }

  const Clock& clock_;
  AsyncResolver& resolver_;
  /// Shared with the tickets, which may outlive the cache.
  std::shared_ptr<Places> waiting_;
  Places in_flight_;
  /// Made before it is needed: it stands for what there was no memory for.
  AnswerPtr not_asked_ = shared_empty(Status::Exhausted, "the resolver is short of memory");
  std::vector<std::unique_ptr<Shard>> shards_;
};

CachedLookup::CachedLookup(const Clock& clock, AsyncResolver& resolver, CacheLimits limits)
    : core_(std::make_shared<Core>(clock, resolver, limits)) {}

CachedLookup::~CachedLookup() = default;

void CachedLookup::prefetch(const Question& question) {
  std::ignore = core_->ask(question, Urgency::Hint);
}

std::shared_ptr<PendingAnswer> CachedLookup::begin(const Question& question) {
  Asked asked = core_->ask(question, Urgency::Hint);
  if (asked.ticket) return asked.ticket;
  // What was not asked may find a place by the time it is needed.
  if (asked.answer->status == Status::Exhausted) return nullptr;
  return core_->ticket_with(std::move(asked.answer));
}

AnswerPtr CachedLookup::get(const Question& question, Instant deadline) {
  const Asked asked = core_->ask(question, Urgency::Needed);
  return asked.answer ? asked.answer : asked.ticket->get(deadline);
}

CacheCounts CachedLookup::counts() const { return core_->counts(); }

}  // namespace waarmerk::dns
