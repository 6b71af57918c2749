// The file of an SQLite store, made before SQLite sees it.
#pragma once

#include <string>

#include "base/result.h"

namespace waarmerk::reporting {

/// Makes an empty file that its owner may write and its group may read, unless there is one
/// already; SQLite gives the files beside it the same mode. Error: its folder is not there, or the
/// file cannot be written.
[[nodiscard]] Result<void> prepare_sqlite_file(const std::string& path);

}  // namespace waarmerk::reporting
