// Files that tests compare as a whole.
#pragma once

#include <filesystem>
#include <string>

namespace waarmerk::support {

/// The octets of a file; empty if there is none.
[[nodiscard]] std::string read_whole(const std::filesystem::path& file);

}  // namespace waarmerk::support
