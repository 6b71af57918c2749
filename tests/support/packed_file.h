// Files that gzip packed, for tests that read them.
#pragma once

#include <string>
#include <string_view>

namespace waarmerk::support {

/// `octets` as one member of gzip.
[[nodiscard]] std::string packed(std::string_view octets);

}  // namespace waarmerk::support
