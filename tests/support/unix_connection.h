// A bare connection to a program under test.
#pragma once

#include <string>

namespace waarmerk::support {

/// A connected stream socket, to be closed by the caller; -1 if there is none to be had. `flags`
/// are added to those of socket(2), such as SOCK_NONBLOCK.
[[nodiscard]] int unix_connection(const std::string& path, int flags = 0);

}  // namespace waarmerk::support
