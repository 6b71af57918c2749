// Reads the list once.
#include "tests/suites/known_failures.h"

#include <fstream>
#include <functional>
#include <map>

namespace waarmerk {
namespace {

using Reasons = std::map<std::string, std::string, std::less<>>;

Reasons read_reasons() {
  Reasons reasons;
  std::ifstream file(WAARMERK_SOURCE_DIR "/tests/suites/known_failures.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const auto space = line.find(' ');
    reasons[line.substr(0, space)] = space == std::string::npos ? "" : line.substr(space + 1);
  }
  return reasons;
}

}  // namespace

std::optional<std::string> known_failure(std::string_view id) {
  static const Reasons reasons = read_reasons();
  const auto entry = reasons.find(id);
  return entry == reasons.end() ? std::nullopt : std::optional(entry->second);
}

}  // namespace waarmerk
