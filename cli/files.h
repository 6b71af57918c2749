// Reading the files that a postmaster names.
#pragma once

#include <string>

#include "base/result.h"

namespace waarmerk::cli {

/// At most so many octets are read of one file.
inline constexpr std::size_t kMaxFile = std::size_t{256} << 20U;

/// The octets of a file; "-" is standard input. Error: it cannot be opened or read, or is larger
/// than kMaxFile.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

}  // namespace waarmerk::cli
