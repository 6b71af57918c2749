// Brings reports on their way, one step after the other, from frozen to done.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "dns/lookup.h"
#include "policy/settings.h"
#include "reporting/delivery/mailer.h"
#include "reporting/document/document.h"
#include "reporting/store/outbox.h"

namespace waarmerk::reporting {

/// A lease is renewed before each step that takes long; kMaxHandover fits into it three times.
inline constexpr std::chrono::minutes kLease{15};
/// A DNS error puts a report off for so long, so often.
inline constexpr std::chrono::hours kOpenDelay{1};
inline constexpr unsigned kMaxDelays = 24;
/// A mail that is not taken waits longer each time, and in the end is given up.
inline constexpr std::chrono::minutes kFirstWait{15};
inline constexpr std::chrono::hours kLongestWait{4};
inline constexpr std::chrono::days kPatience{3};
/// After so many mails in a row that were not taken, the mail server is left alone for this run.
inline constexpr unsigned kMaxInVain = 5;

/// What a run of the sender did.
struct SendSummary {
  std::uint64_t frozen = 0;
  std::uint64_t reports_sent = 0;
  std::uint64_t reports_without = 0;  ///< done, and nobody got one
  std::uint64_t mails = 0;
  std::uint64_t refused = 0;   ///< mails
  std::uint64_t delayed = 0;   ///< reports that were put off
  std::uint64_t troubles = 0;  ///< reports that were put off because of an error of ours
};

/// Owns no report longer than it works on it. Killed at any point, the next run goes on from the
/// last step that was stored: no report is lost, and none is sent twice but in one case: when the
/// end comes between the mail server's 250 and its being stored, that one mail goes out again, with
/// the same Message-ID and Report-ID (SMTP gives no better: RFC 5321 6.1). One thread.
class Sender {
 public:
  struct Parts {
    Outbox& outbox;
    dns::Lookup& lookup;
    Mailer& mailer;
    const Clock& clock;
  };
  /// All parts and `settings` must outlive this object; the settings have an address
  /// (report.email). `owner` names this process for leases, and nobody else.
  Sender(Parts parts, const policy::Settings& settings, Reporter reporter, std::string owner);

  /// Closes the days that are over and sends what is due, until nothing is or `stop` says so.
  /// `say` is given a line for each report that is done or put off. Error: the store failed.
  [[nodiscard]] Result<SendSummary> run(const std::function<void(const std::string&)>& say,
                                        const std::function<bool()>& stop);

 private:
  Parts parts_;
  const policy::Settings& settings_;
  Reporter reporter_;
  std::string owner_;
};

}  // namespace waarmerk::reporting
