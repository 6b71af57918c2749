// The names of the client that the DNS confirms: for ptr and %{p}. RFC 7208 5.5, 7.3
#pragma once

#include <optional>
#include <vector>

#include "dns/lookup.h"

namespace waarmerk::policy::spf {

/// The names in the PTR record set of a client address. A name is validated when one of its own
/// addresses is the client's. Asks only when it must, and everything once. DNS errors take a name
/// away and are nothing more. Not thread-safe; `lookup` is borrowed. RFC 7208 5.5
class ClientNames {
 public:
  /// Looks at the first `max_names` names. RFC 7208 4.6.4
  ClientNames(const IpAddress& client, unsigned max_names, dns::Lookup& lookup, Instant deadline);

  /// True if the PTR records have been asked for.
  [[nodiscard]] bool asked() const { return status_.has_value(); }
  /// How the question for the PTR records ended; asks it.
  [[nodiscard]] dns::Status status();
  /// True if a validated name is `domain` or stands below it.
  [[nodiscard]] bool any_at_or_below(const DomainName& domain);
  /// The validated name that %{p} stands for: `domain` itself, else a name below it, else any.
  [[nodiscard]] std::optional<DomainName> best_for(const DomainName& domain);

 private:
  struct Name {
    DomainName name;
    std::optional<bool> is_validated;
  };
  void ask();
  [[nodiscard]] bool validate(Name& candidate);

  IpAddress client_;
  unsigned max_names_;
  dns::Lookup& lookup_;
  Instant deadline_;
  std::optional<dns::Status> status_;
  std::vector<Name> names_;
};

}  // namespace waarmerk::policy::spf
