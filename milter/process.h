// This process and its surroundings: rights to give up, names to go by.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace waarmerk::milter {

/// Makes a directory, and its parents, with mode 0750 if it does not exist; as root it is then
/// given to `user`, if that is not empty.
[[nodiscard]] Result<void> prepare_directory(const std::string& path, const std::string& user);

/// Becomes `user` with its own groups, for good. Does nothing for an empty name, or when the
/// process is that user already. Before the first thread.
[[nodiscard]] Result<void> become(const std::string& user);

/// The name of this host, or "localhost".
[[nodiscard]] std::string host_name();

/// Names this run among all of this host: start time in seconds and process id.
[[nodiscard]] std::string run_name(WallTime start);

}  // namespace waarmerk::milter
