#include "tests/support/wait_for.h"

#include <chrono>
#include <thread>

namespace waarmerk::support {

bool wait_for(const std::function<bool()>& condition) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::seconds kPatience{10};
  constexpr std::chrono::milliseconds kPause{2};
  for (const auto deadline = Clock::now() + kPatience; Clock::now() < deadline;) {
    if (condition()) return true;
    std::this_thread::sleep_for(kPause);
  }
  return condition();
}

}  // namespace waarmerk::support
