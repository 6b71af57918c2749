// A row of a report as the columns of `counted_rows`, in both directions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reporting/report.h"
#include "reporting/store/database.h"
#include "reporting/store/stored_lists.h"

namespace waarmerk::reporting {

/// The columns of a tuple, in the order of the values below.
inline constexpr std::string_view kTupleColumns =
    "source_ip, disposition, dkim_aligned, spf_aligned, header_from, envelope_from, dkim, "
    "spf_domain, spf_result, spf_human_result, reasons";

/// A tuple, and its name within a report: 32 hexadecimal digits of the SHA-256 of all its columns.
struct StoredTuple {
  std::string hash;
  std::vector<SqlValue> columns;
};
[[nodiscard]] StoredTuple stored_tuple(const ReportRow& row);

/// What the columns of a tuple are read as.
[[nodiscard]] std::vector<SqlType> tuple_types();
/// The tuple of a row that begins with its columns; nullopt if they hold what stored_tuple does not
/// write.
[[nodiscard]] std::optional<ReportRow> tuple_from(const SqlRow& values, ListReader& lists);

}  // namespace waarmerk::reporting
