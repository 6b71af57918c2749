// The one door to the DNS. Abstract so that a zone in a text file can stand behind it.
#pragma once

#include <memory>

#include "base/clock.h"
#include "dns/types.h"

namespace waarmerk::dns {

/// An answer that was asked for and may not be here yet. Thread-safe.
class PendingAnswer {
 public:
  virtual ~PendingAnswer() = default;

  /// The answer; never null. Waits at most until `deadline`, then it is a Timeout. An answer that
  /// has come stays as long as this object, whatever its TTL.
  [[nodiscard]] virtual AnswerPtr get(Instant deadline) = 0;
};

/// Answers questions. Implementations say for themselves whether several threads may call them.
class Lookup {
 public:
  virtual ~Lookup() = default;

  /// A hint that `question` will be asked soon. Returns at once and never fails; leaving every
  /// prefetch out changes nothing but time.
  virtual void prefetch(const Question& question) = 0;

  /// As prefetch, for a caller who keeps the answer: even one of TTL 0 then comes once. nullptr
  /// when there is nothing to wait for; then `get` is the way.
  [[nodiscard]] virtual std::shared_ptr<PendingAnswer> begin(const Question& question) {
    prefetch(question);
    return nullptr;
  }

  /// The answer; never null. Waits at most until `deadline`, then it is a Timeout.
  [[nodiscard]] virtual AnswerPtr get(const Question& question, Instant deadline) = 0;
};

}  // namespace waarmerk::dns
