#include "cli/files.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

namespace waarmerk::cli {
namespace {

Result<std::string> read_all(std::istream& in, const std::string& path, std::size_t limit) {
  std::string octets;
  std::array<char, 65536> chunk{};
  while (in) {
    in.read(chunk.data(), chunk.size());
    octets.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
    if (octets.size() > limit) {
      return fail("larger than " + std::to_string(limit >> 20U) + " MiB", path);
    }
  }
  if (in.bad()) return fail("cannot be read", path);
  return octets;
}

}  // namespace

std::string name_of(const std::string& path) { return path == "-" ? "standard input" : path; }

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  if (path == "-") return read_all(std::cin, name_of(path), limit);
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(std::string("cannot be opened: ") + std::strerror(errno), path);
  // A directory opens, but the first read fails.
  if (in.peek() == std::ifstream::traits_type::eof() && in.bad()) {
    return fail("cannot be read", path);
  }
  in.clear();
  return read_all(in, path, limit);
}

}  // namespace waarmerk::cli
