// The name of this machine.
#pragma once

#include <string>

namespace waarmerk::cli {

/// The host name as the system has it; "localhost" if it has none.
[[nodiscard]] std::string local_host_name();

}  // namespace waarmerk::cli
