// A report as columns of `reports`, in both directions.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/domain_name.h"
#include "base/result.h"
#include "reporting/store/database.h"
#include "reporting/store/outbox.h"
#include "reporting/store/stored_lists.h"

namespace waarmerk::reporting {

/// Times as the store keeps them: microseconds since 1970.
[[nodiscard]] SqlValue stored_time(WallTime time);
[[nodiscard]] WallTime time_from(const SqlValue& value);

/// A name with what is not printable ASCII as \DDD (RFC 1035 5.1).
[[nodiscard]] SqlValue stored_name(const DomainName& name);

/// The columns of a published policy, in the order of the values.
inline constexpr std::string_view kPolicyColumns =
    "policy_domain, discovery, record, p, sp, np, policy_tag_invalid, psd, t, adkim, aspf, fo, "
    "rua, ruf, pct";
[[nodiscard]] std::vector<SqlValue> stored_policy(const PublishedPolicy& policy);

/// Reports without their rows: "SELECT " kReportQuery and what else the caller asks for.
inline constexpr std::string_view kReportQuery =
    "SELECT id, day, generation, state, messages, ordinary_messages, frozen_at, delays, outcome, "
    "policy_domain, discovery, record, p, sp, np, policy_tag_invalid, psd, t, adkim, aspf, fo, "
    "rua, ruf, pct FROM reports ";

/// Runs kReportQuery + `where`. Error also when a report holds what this program does not write.
[[nodiscard]] Result<std::vector<StoredReport>> read_reports(Database& database,
                                                             std::string_view where,
                                                             std::vector<SqlValue> values);

}  // namespace waarmerk::reporting
