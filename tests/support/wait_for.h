// Waiting for another process, where nothing tells when it is done.
#pragma once

#include <functional>

namespace waarmerk::support {

/// Asks again and again; false if it is not so within ten seconds.
[[nodiscard]] bool wait_for(const std::function<bool()>& condition);

}  // namespace waarmerk::support
