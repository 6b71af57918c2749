// What one evaluation may cost, counted over the record and everything it includes. RFC 7208 4.6.4
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "policy/facts.h"

namespace waarmerk::policy::spf {

/// Limits of one evaluation. RFC 7208 4.6.4
struct Limits {
  unsigned terms = 10;  ///< terms that cause DNS lookups, includes and redirects counted together
  unsigned voids = 2;   ///< lookups that found nothing
  unsigned mx = 10;     ///< address lookups of one mx mechanism; more is a permerror
  unsigned ptr = 10;    ///< names of one ptr that are looked at; the rest is ignored
};

/// A term and the domain whose record it stands in: where people should look. Both are borrowed.
struct Place {
  std::string_view term;
  const DomainName& domain;
};
/// `"a:mail.example.com" of example.com`, printable and of bounded length.
[[nodiscard]] std::string to_string(const Place& place);

/// Why an evaluation ended before its records decided.
struct Halt {
  SpfResult result = SpfResult::TempError;  ///< TempError or PermError
  std::string reason;

  bool operator==(const Halt&) const = default;
};

/// The purse of one evaluation. The first halt stays: whatever runs out or fails later does not
/// change the result. Not thread-safe. RFC 7208 4.6.4
class Budget {
 public:
  /// The purse only carries `deadline`: it is the Lookup that keeps to it. RFC 7208 4.6.4, 11.1
  Budget(const Limits& limits, Instant deadline) : limits_(limits), deadline_(deadline) {}

  /// Pays for a term that asks the DNS. False: it was one too many, or all is over; ask nothing.
  [[nodiscard]] bool spend_term(const Place& place);
  /// Pays for a term whose lookup found nothing: a term is void once, however many of its
  /// questions were. False as above. RFC 7208 4.6.4 ("the number of terms")
  [[nodiscard]] bool spend_void(const Place& place);
  /// Ends the evaluation, unless it has ended.
  void halt(SpfResult result, std::string reason);

  /// How it ended, or nullopt while it goes on.
  [[nodiscard]] const std::optional<Halt>& halted() const { return halt_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] Instant deadline() const { return deadline_; }
  /// Terms and void lookups that were paid for; a term that was refused does not count.
  [[nodiscard]] unsigned terms() const { return terms_; }
  [[nodiscard]] unsigned voids() const { return voids_; }
  [[nodiscard]] unsigned terms_left() const { return halt_ ? 0 : limits_.terms - terms_; }

 private:
  Limits limits_;
  Instant deadline_;
  unsigned terms_ = 0;
  unsigned voids_ = 0;
  std::optional<Halt> halt_;
};

}  // namespace waarmerk::policy::spf
