// Where answers come from that are not known yet.
#pragma once

#include <functional>

#include "dns/types.h"

namespace waarmerk::dns {

/// Asks without waiting. Thread-safe.
class AsyncResolver {
 public:
  virtual ~AsyncResolver() = default;

  /// Calls `done` exactly once, with the answer: from any thread, also from within this call.
  /// `done` is short, waits for nothing and does not throw. A resolver that is destroyed ends the
  /// questions that are open with Timeout. Without memory it throws std::bad_alloc, and `done` is
  /// not called.
  virtual void ask(const Question& question, std::function<void(Answer)> done) = 0;
};

}  // namespace waarmerk::dns
