// A mail server's day as records of the aggregate log: many domains, a few large ones among them,
// and the kinds of mail in the shares in which a real server sees them. For benchmarks, and for
// tests that want evidence which is varied and yet makes sense.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

#include "policy/settings.h"
#include "reporting/record.h"

namespace waarmerk::support {

/// Draws messages. The same seed and settings give the same messages. One thread.
class MailFlow {
 public:
  /// The messages are decided under `settings`.
  explicit MailFlow(policy::Settings settings, std::uint32_t seed = 1,
                    std::chrono::milliseconds pause = std::chrono::seconds(2))
      : settings_(std::move(settings)), random_(seed), pause_(pause) {}

  /// The next message, a pause after the one before: some 10 % fail DMARC, 4 % are exempt, 1 %
  /// end in a DNS error. Decided by evaluate(); its line has 3 to 4 KB.
  [[nodiscard]] reporting::Record next();

 private:
  policy::Settings settings_;
  std::mt19937 random_;
  std::chrono::milliseconds pause_;
  std::uint64_t count_ = 0;
};

}  // namespace waarmerk::support
