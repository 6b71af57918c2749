// Reading the files that a postmaster names.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace waarmerk::cli {

/// At most so many octets are read of one file, unless a caller wants less.
inline constexpr std::size_t kMaxFile = std::size_t{256} << 20U;

/// The octets of a file; "-" is standard input. Error: it cannot be opened or read, or is larger
/// than `limit`, a whole number of MiB.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t limit = kMaxFile);

/// How a file is called in what is said of it.
[[nodiscard]] std::string name_of(const std::string& path);

}  // namespace waarmerk::cli
