#include "milter/service.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace waarmerk::milter {

namespace {

/// A failure says what it has to say in so many octets.
constexpr std::size_t kMaxWhat = 500;

}  // namespace

Activity::Guard::Guard(Activity& activity) : activity_(activity) {
  const std::lock_guard lock(activity_.mutex_);
  ++activity_.at_work_;
  ++activity_.begun_;
  activity_.changed_.notify_all();
}

Activity::Guard::~Guard() {
  const std::lock_guard lock(activity_.mutex_);
  --activity_.at_work_;
  activity_.changed_.notify_all();
}

bool Activity::wait_until_quiet(std::chrono::milliseconds quiet, Instant deadline) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!changed_.wait_until(lock, deadline, [this] { return at_work_ == 0; })) return false;
    const std::uint64_t begun = begun_;
    const Instant calm = std::min(clock_.instant() + quiet, deadline);
    if (!changed_.wait_until(lock, calm, [&] { return begun_ != begun; })) return true;
    // Others that come and go must not keep the stop waiting.
    if (clock_.instant() >= deadline) return at_work_ == 0;
  }
}

Service::Service(policy::Settings settings, Tools tools)
    : tools_(std::move(tools)),
      settings_(std::make_shared<const policy::Settings>(std::move(settings))),
      activity_(tools_.clock) {}

std::shared_ptr<const policy::Settings> Service::settings() const {
  return settings_.with([](const auto& settings) { return settings; });
}

void Service::replace_settings(policy::Settings settings) {
  auto fresh = std::make_shared<const policy::Settings>(std::move(settings));
  settings_.with([&](auto& current) { current.swap(fresh); });
}

std::string Service::report_failure(const std::string& what) {
  const std::uint64_t number = ++counters_.internal_errors;
  std::string phrase = "event " + std::to_string(number) + ": " + printable(what, kMaxWhat);
  daemon_log().error(phrase);
  return phrase;
}

}  // namespace waarmerk::milter
