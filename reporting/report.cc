#include "reporting/report.h"

#include "base/clock.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {
namespace {

constexpr std::size_t kDayLength = 10;

}  // namespace

std::string day_text(std::chrono::sys_days day) { return timestamp(day).substr(0, kDayLength); }

std::optional<std::chrono::sys_days> day_from(std::string_view text) {
  if (text.size() != kDayLength) return std::nullopt;
  const auto midnight = timestamp_from(std::string(text) + "T00:00:00.000000Z");
  if (!midnight) return std::nullopt;
  return std::chrono::floor<std::chrono::days>(*midnight);
}

}  // namespace waarmerk::reporting
