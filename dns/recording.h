// The DNS as one message sees it: each question once, all of them remembered, not too many.
#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "dns/lookup.h"

namespace waarmerk::dns {

/// One question of a message and the answer it had; never null.
struct TraceEntry {
  Question question;
  AnswerPtr answer;
};
/// What was asked, in the order of first asking.
using Trace = std::vector<TraceEntry>;

/// How much one message may ask; see MessageLookup.
struct MessageLimits {
  /// Beyond it a prefetch does nothing.
  std::size_t prefetches = 40;
  /// Different questions. Beyond it they are Exhausted.
  std::size_t questions = 200;
};

/// The lookup of one message. A question that is asked twice has one answer, that of the first
/// time, also if it was a Timeout: a verdict never rests on two states of one name. Answers live
/// until this object goes, TTL 0 included, and so do those of prefetches. Prefetches do not count
/// as questions and are not in the trace.
///
/// Not thread-safe, but bound to no thread: the sessions of a milter move from one to another.
/// `inner` must outlive it.
class MessageLookup final : public Lookup {
 public:
  explicit MessageLookup(Lookup& inner, MessageLimits limits = {})
      : inner_(inner), limits_(limits) {}
  MessageLookup(const MessageLookup&) = delete;
  MessageLookup& operator=(const MessageLookup&) = delete;

  void prefetch(const Question& question) override;
  [[nodiscard]] AnswerPtr get(const Question& question, Instant deadline) override;

  /// Every question that was put to `inner`, with its answer.
  [[nodiscard]] const Trace& trace() const { return trace_; }
  /// Number of prefetches that were passed on.
  [[nodiscard]] std::size_t prefetches() const { return prefetches_; }

 private:
  /// At most one of the two is there.
  struct Known {
    std::shared_ptr<PendingAnswer> pending;
    AnswerPtr answer;
  };

  Lookup& inner_;
  MessageLimits limits_;
  std::unordered_map<Question, Known> known_;
  Trace trace_;
  std::size_t prefetches_ = 0;
};

/// Answers from a trace; a question that is not in it is Exhausted. Never changes after it was
/// made, so any number of threads may ask it.
class ReplayLookup final : public Lookup {
 public:
  /// Of entries with one question the first counts.
  explicit ReplayLookup(const Trace& trace);

  void prefetch(const Question&) override {}
  [[nodiscard]] AnswerPtr get(const Question& question, Instant deadline) override;

 private:
  std::unordered_map<Question, AnswerPtr> answers_;
};

}  // namespace waarmerk::dns
