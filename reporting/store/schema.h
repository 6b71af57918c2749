// The tables of the store and their versions.
#pragma once

#include "base/result.h"
#include "reporting/store/database.h"

namespace waarmerk::reporting {

/// The version that this program reads and writes.
inline constexpr int kSchemaVersion = 1;

/// Opens a store and brings its tables to kSchemaVersion, each step in a transaction; several
/// programs may do so at once. Error: it cannot be opened, or a newer program has written it.
[[nodiscard]] Result<Database> open_store(const std::string& store);

}  // namespace waarmerk::reporting
