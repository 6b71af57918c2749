// The store as the collector sees it.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "reporting/collect/batch.h"
#include "reporting/store/database.h"

namespace waarmerk::reporting {

/// What was counted of a run before; version 0 if nothing was.
[[nodiscard]] Result<RunProgress> load_run(Database& database, const std::string& node,
                                           const std::string& run);

/// How far a file was read; nullopt: not at all.
[[nodiscard]] Result<std::optional<FileProgress>> load_file(Database& database,
                                                            const std::string& path);

/// Stores all of a batch in one transaction. Mail for a report that is no longer collecting goes
/// into the next generation of the same report (see outbox.h). Error, and then nothing is stored:
/// another collector has stored one of the runs since it was loaded, or the database failed.
[[nodiscard]] Result<void> store_batch(Database& database, const Batch& batch, WallTime now);

}  // namespace waarmerk::reporting
