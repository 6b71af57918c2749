// What all sessions share: settings, tools, counters.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/guarded.h"
#include "dns/lookup.h"
#include "milter/daemon_log.h"
#include "policy/dkim/key_cache.h"
#include "policy/settings.h"
#include "reporting/log_file.h"

namespace waarmerk::milter {

/// How often things happened since the start.
struct Counters {
  std::atomic<std::uint64_t> connections = 0;
  std::atomic<std::uint64_t> messages = 0;
  std::atomic<std::uint64_t> internal_errors = 0;
  /// Changes that the mail server could not be told.
  std::atomic<std::uint64_t> failed_actions = 0;
  /// What the two engines found differently, with engine = both.
  std::atomic<std::uint64_t> disagreements = 0;
  /// Messages of which the public suffix list says something else, with dmarc.compare_psl.
  std::atomic<std::uint64_t> psl_differences = 0;
  std::atomic<std::uint64_t> reloads = 0;
};

/// Which callbacks are at work, so that a stop can wait for them.
class Activity {
 public:
  /// Marks its owner as at work for as long as it lives.
  class Guard {
   public:
    explicit Guard(Activity& activity);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    Guard(Guard&&) = delete;
    Guard& operator=(Guard&&) = delete;

   private:
    Activity& activity_;
  };

  /// `clock` must outlive this.
  explicit Activity(const Clock& clock) : clock_(clock) {}

  /// Waits until nothing has been at work for `quiet`, and not beyond `deadline`: false if
  /// something is at work then. For the time after libmilter stopped listening: a message that is
  /// coming in comes in a burst of callbacks, and what waits for its client then is the mail
  /// server's to defer. M-38
  [[nodiscard]] bool wait_until_quiet(std::chrono::milliseconds quiet, Instant deadline);

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned at_work_ = 0;
  std::uint64_t begun_ = 0;
};

/// The shared services. Thread-safe. Everything that is given as a reference must outlive it.
class Service {
 public:
  struct Tools {
    dns::Lookup& lookup;
    policy::dkim::KeyCache& keys;
    reporting::LogFile& log;
    const Clock& clock;
    DaemonLog& daemon_log;
    /// This host, for when neither the settings nor the mail server give a name.
    std::string host_name;
  };

  Service(policy::Settings settings, Tools tools);

  /// The settings of now; what is returned never changes.
  [[nodiscard]] std::shared_ptr<const policy::Settings> settings() const;
  /// Messages that began before keep theirs.
  void replace_settings(policy::Settings settings);

  [[nodiscard]] dns::Lookup& lookup() const { return tools_.lookup; }
  [[nodiscard]] policy::dkim::KeyCache& keys() const { return tools_.keys; }
  [[nodiscard]] reporting::LogFile& log() const { return tools_.log; }
  [[nodiscard]] const Clock& clock() const { return tools_.clock; }
  [[nodiscard]] DaemonLog& daemon_log() const { return tools_.daemon_log; }
  [[nodiscard]] const std::string& host_name() const { return tools_.host_name; }
  [[nodiscard]] Counters& counters() { return counters_; }
  [[nodiscard]] Activity& activity() { return activity_; }

  /// Counts something of ours that failed and says it to the daemon's log; returns the phrase with
  /// an id by which the two can be found: "event 7: what". Nothing but the id is for the outside.
  /// See on_error.
  std::string report_failure(const std::string& what);

 private:
  Tools tools_;
  Guarded<std::shared_ptr<const policy::Settings>> settings_;
  Counters counters_;
  Activity activity_;
};

}  // namespace waarmerk::milter
