#include "cli/files.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

namespace waarmerk::cli {
namespace {

Result<std::string> read_all(std::istream& in, const std::string& path) {
  std::string octets;
  std::array<char, 65536> chunk{};
  while (in) {
    in.read(chunk.data(), chunk.size());
    octets.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
    if (octets.size() > kMaxFile) return fail("larger than 256 MB", path);
  }
  if (in.bad()) return fail("cannot be read", path);
  return octets;
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  if (path == "-") return read_all(std::cin, "standard input");
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(std::string("cannot be opened: ") + std::strerror(errno), path);
  // A directory opens, but the first read fails.
  if (in.peek() == std::ifstream::traits_type::eof() && in.bad()) {
    return fail("cannot be read", path);
  }
  in.clear();
  return read_all(in, path);
}

}  // namespace waarmerk::cli
