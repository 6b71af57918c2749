#include "base/clock.h"

namespace waarmerk {

WallTime SystemClock::now() const {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Instant SystemClock::instant() const { return std::chrono::steady_clock::now(); }

}  // namespace waarmerk
