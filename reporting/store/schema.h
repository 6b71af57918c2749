// The tables of the store and their versions. docs/store.md describes them for people and scripts.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "reporting/store/database.h"

namespace waarmerk::reporting {

/// The version that this program reads and writes.
inline constexpr int kSchemaVersion = 1;

/// The statements that bring a store from one version to the next. {id}, {text} and {integer} stand
/// for what a database calls these types.
using SchemaStep = std::span<const std::string_view>;

/// Brings a store through all steps that it has not gone through yet, in one transaction; several
/// programs may do so at once. Its version is the number of steps then. Error: a newer program has
/// written it, or the database failed; then nothing is changed.
[[nodiscard]] Result<void> migrate(Database& database, std::span<const SchemaStep> steps);

/// Opens a store and brings its tables to kSchemaVersion. Error: it cannot be opened, or see above.
[[nodiscard]] Result<Database> open_store(const std::string& store);

}  // namespace waarmerk::reporting
