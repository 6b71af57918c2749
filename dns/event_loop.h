// The system's side of an event loop: descriptors to watch, a way to wake it, a thread to run it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <thread>

#include "base/result.h"

namespace waarmerk::dns {

/// What a descriptor is ready for; also for writing what it is watched for.
struct Readiness {
  int fd = -1;
  /// Also true for an error or a hang-up: reading tells which.
  bool is_readable = false;
  bool is_writable = false;
};

/// Watches descriptors. Only `wake` may be called from another thread than the one that waits.
class Poller {
 public:
  /// Error when the system is short of descriptors.
  static Result<Poller> open();
  ~Poller();
  Poller(Poller&& other) noexcept;
  Poller& operator=(Poller&&) = delete;

  /// Starts to watch a descriptor, or changes for what. Errors show when it is used.
  void watch(const Readiness& wanted);
  void forget(int fd);

  /// Waits until a watched descriptor is ready, `wake` is called or the time is over; nullopt waits
  /// without end. Calls `use` for each ready descriptor, which may watch and forget.
  void wait(std::optional<std::chrono::milliseconds> patience,
            const std::function<void(const Readiness&)>& use);
  /// Ends the wait that is under way, or else the next one.
  void wake() const;

 private:
  Poller(int epoll, int wake) : epoll_(epoll), wake_(wake) {}

  int epoll_;
  int wake_;
};

/// Starts a thread that takes no signals: those of the process are for the thread that waits for
/// them. Error when the system has no thread left.
[[nodiscard]] Result<std::thread> start_thread_without_signals(std::function<void()> run);

}  // namespace waarmerk::dns
