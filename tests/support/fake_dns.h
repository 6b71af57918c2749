// A clock and a resolver that a test moves by hand.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "dns/async_resolver.h"

namespace waarmerk::test {

/// Stands still until it is told to go on. Thread-safe.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] WallTime now() const override {
    return WallTime{} + std::chrono::microseconds(micros_.load());
  }
  [[nodiscard]] Instant instant() const override {
    return Instant{} + std::chrono::microseconds(micros_.load());
  }
  void advance(std::chrono::microseconds by) { micros_ += by.count(); }

 private:
  std::atomic<std::int64_t> micros_{1'000'000'000};
};

/// Keeps the questions until the test answers them. Thread-safe.
class ScriptedResolver final : public dns::AsyncResolver {
 public:
  /// Answers at once from now on, from within `ask`.
  void answer_at_once(dns::Answer answer) {
    open_.with([&](Open& open) { open.immediate = std::move(answer); });
  }

  void ask(const dns::Question& question, std::function<void(dns::Answer)> done) override {
    const auto immediate = open_.with([&](Open& open) {
      open.asked.push_back(question);
      if (!open.immediate) open.waiting.emplace_back(question, done);
      return open.immediate;
    });
    if (immediate) done(*immediate);
  }

  /// Every question so far, in order.
  [[nodiscard]] std::vector<dns::Question> asked() const {
    return open_.with([](const Open& open) { return open.asked; });
  }
  /// Answers the oldest open question; false if there is none.
  bool complete(dns::Answer answer) {
    std::function<void(dns::Answer)> done;
    open_.with([&](Open& open) {
      if (open.waiting.empty()) return;
      done = std::move(open.waiting.front().second);
      open.waiting.erase(open.waiting.begin());
    });
    if (!done) return false;
    done(std::move(answer));
    return true;
  }

 private:
  struct Open {
    std::vector<dns::Question> asked;
    std::vector<std::pair<dns::Question, std::function<void(dns::Answer)>>> waiting;
    std::optional<dns::Answer> immediate;
  };
  Guarded<Open> open_;
};

}  // namespace waarmerk::test
