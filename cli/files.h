// Reading the files that a postmaster names, or standard input.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/input_file.h"
#include "base/result.h"

namespace waarmerk::cli {

/// At most so many octets are read of one file, unless a caller wants less.
inline constexpr std::size_t kMaxFile = std::size_t{256} << 20U;

/// The octets of a file; "-" is standard input, whatever it is. Errors as read_input_file().
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t limit = kMaxFile,
                                            FileKind kind = FileKind::RegularOrPipe);

/// The octets of a configuration or of a file that it names: never of a pipe.
[[nodiscard]] Result<std::string> read_settings_file(const std::string& path, std::size_t limit);

/// Error if "-" stands for more than one of these: standard input can be read once.
[[nodiscard]] Result<void> expect_one_standard_input(const std::vector<std::string>& files);

/// How a file is called in what is said of it.
[[nodiscard]] std::string name_of(const std::string& path);

}  // namespace waarmerk::cli
