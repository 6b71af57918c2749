// Time comes in through this door only; tests hold the clock.
#pragma once

#include <chrono>

namespace waarmerk {

/// Wall-clock time, in UTC, with microseconds.
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
/// A point of the monotonic clock; deadlines are such points.
using Instant = std::chrono::steady_clock::time_point;

/// What time it is. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual WallTime now() const = 0;
  [[nodiscard]] virtual Instant instant() const = 0;
};

/// The machine's clocks. The only caller of now() in the program.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime now() const override;
  [[nodiscard]] Instant instant() const override;
};

}  // namespace waarmerk
