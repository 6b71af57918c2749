// Where reports may go. RFC 9990 3.5, 4
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mail_address.h"
#include "dns/lookup.h"
#include "policy/settings.h"
#include "reporting/report.h"

namespace waarmerk::reporting {

/// At most so many addresses get a report; RFC 9990 3.5 lets the sender have limits.
inline constexpr std::size_t kMaxDestinations = 10;

/// The outcome for one URI of a record.
struct Destination {
  enum class Kind : std::uint8_t {
    Allowed,  ///< a report may go to `address`
    Refused,  ///< never, as `why` says
    Open,     ///< the DNS did not say now
  };
  std::string uri;
  Kind kind = Kind::Refused;
  std::optional<MailAddress> address;
  /// One sentence: "at the policy domain itself", "example.net does not take reports of ...".
  std::string why;
};

/// Every URI of rua, in order, each judged by itself; an address that comes again is refused.
/// Asks the DNS where the host's organizational domain is not that of the policy domain.
/// ..A-58
[[nodiscard]] std::vector<Destination> destinations_of(const PublishedPolicy& policy,
                                                       const policy::Settings& settings,
                                                       dns::Lookup& lookup, Instant deadline);

}  // namespace waarmerk::reporting
