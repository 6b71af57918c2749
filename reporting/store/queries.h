// The store as people and scripts ask it: what was counted, whatever has become of the reports.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reporting/store/database.h"
#include "reporting/store/outbox.h"

namespace waarmerk::reporting {

/// Which counted mail is asked for; what is not given is no limit.
struct CountedMail {
  /// Days (UTC), both included.
  std::optional<std::chrono::sys_days> first;
  std::optional<std::chrono::sys_days> last;
  /// A policy domain: its own mail and that of names below it that have no record of their own.
  /// "*.x" is every policy domain below x. Empty: all.
  std::string policy_domain;
};

/// Error: the domain is neither a name nor "*." and a name. Pure.
[[nodiscard]] Result<CountedMail> counted_mail(std::optional<std::chrono::sys_days> first,
                                               std::optional<std::chrono::sys_days> last,
                                               std::string_view policy_domain);

/// The reports that hold such mail, by day, policy domain and generation. Their rows are
/// Outbox::each_row's.
[[nodiscard]] Result<std::vector<StoredReport>> reports_with(Database& database,
                                                             const CountedMail& mail);

/// Messages of a policy domain, or from a client.
struct MailSums {
  /// The policy domain or the address.
  std::string name;
  std::uint64_t messages = 0;
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::uint64_t dkim_aligned = 0;
  std::uint64_t spf_aligned = 0;
  std::uint64_t quarantined = 0;
  std::uint64_t rejected = 0;
  /// How many clients it came from, or how many policy domains it was of.
  std::uint64_t others = 0;

  bool operator==(const MailSums&) const = default;
};

/// What sums are made for.
enum class SumBy : std::uint8_t { PolicyDomain, Source };

/// The sums with most messages first, at most `limit`.
[[nodiscard]] Result<std::vector<MailSums>> sums_of(Database& database, const CountedMail& mail,
                                                    SumBy by, std::size_t limit);

}  // namespace waarmerk::reporting
