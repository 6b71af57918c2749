// New settings in a running daemon.
#pragma once

#include <string>

#include "base/result.h"
#include "milter/service.h"

namespace waarmerk::milter {

/// Takes the configuration in `text`, as it was read from `file_name`, and opens the log anew. Any
/// fault in it, or that it could not be read, is said and leaves the old settings in force; the log
/// is opened anew all the same. What only a new start can change is said as well. True if it was
/// taken. Thread-safe.
bool reload(Service& service, const Result<std::string>& text, const std::string& file_name);

}  // namespace waarmerk::milter
