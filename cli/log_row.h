// A record in one line.
#pragma once

#include <string>
#include <vector>

#include "cli/table.h"
#include "reporting/record.h"

namespace waarmerk::cli {

/// Time, queue id, author, client, results, action and reason.
[[nodiscard]] std::vector<Column> record_columns();
/// What stands in those columns.
[[nodiscard]] std::vector<std::string> record_cells(const reporting::Record& record);

/// The same as a line that stands alone, printable.
[[nodiscard]] std::string record_line(const reporting::Record& record);
/// An amendment as such a line.
[[nodiscard]] std::string amendment_line(const reporting::Amendment& amendment);

}  // namespace waarmerk::cli
