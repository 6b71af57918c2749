#include "cli/files.h"

#include <algorithm>
#include <array>
#include <iostream>

namespace waarmerk::cli {
namespace {

constexpr const char* kStandardInput = "standard input";

Result<std::string> read_standard_input(std::size_t limit) {
  std::string octets;
  std::array<char, 65536> chunk{};
  while (std::cin) {
    std::cin.read(chunk.data(), chunk.size());
    octets.append(chunk.data(), static_cast<std::size_t>(std::cin.gcount()));
    if (octets.size() > limit) return fail(larger_than(limit), kStandardInput);
  }
  if (std::cin.bad()) return fail("cannot be read", kStandardInput);
  return octets;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit, FileKind kind) {
  return path == "-" ? read_standard_input(limit) : read_input_file(path, kind, limit);
}

Result<std::string> read_settings_file(const std::string& path, std::size_t limit) {
  return read_file(path, limit, FileKind::Regular);
}

Result<void> expect_one_standard_input(const std::vector<std::string>& files) {
  if (std::ranges::count(files, "-") <= 1) return {};
  return fail("- stands for standard input, which can be read only once");
}

std::string name_of(const std::string& path) {
  return path == "-" ? kStandardInput : shown_path(path);
}

}  // namespace waarmerk::cli
