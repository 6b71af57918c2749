// A TCP port for a program under test.
#pragma once

#include <cstdint>

namespace waarmerk::support {

/// A port of loopback that was free a moment ago; 0 if there is none.
[[nodiscard]] std::uint16_t free_port();

}  // namespace waarmerk::support
