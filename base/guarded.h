// A value that cannot be touched without its lock.
#pragma once

#include <mutex>
#include <utility>

namespace waarmerk {

/// Holds a T that is reached only inside `with`, under the mutex:
/// `counters.with([](Counters& c) { ++c.messages; });`
template <typename T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  /// Calls `use` with the value, under the lock, and returns what it returns.
  template <typename Use>
  decltype(auto) with(Use&& use) {
    const std::lock_guard lock(mutex_);
    return std::forward<Use>(use)(value_);
  }
  template <typename Use>
  decltype(auto) with(Use&& use) const {
    const std::lock_guard lock(mutex_);
    return std::forward<Use>(use)(value_);
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

}  // namespace waarmerk
