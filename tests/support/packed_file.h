// Files that gzip packed, for tests that read them.
#pragma once

#include <string>
#include <string_view>

namespace waarmerk::support {

/// `octets` as one member of gzip.
[[nodiscard]] std::string packed(std::string_view octets);

/// What one member of gzip holds; empty if it is damaged or something follows it.
[[nodiscard]] std::string unpacked(std::string_view member);

}  // namespace waarmerk::support
