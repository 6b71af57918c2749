// Reads the list once.
#include "tests/suites/known_failures.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <map>

#include "base/text.h"

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

std::string case_name(std::string_view id) {
  std::string name(id);
  for (char& c : name) {
    if (!is_alnum(c)) c = '_';
  }
  return name;
}

void expect_pass(std::string_view id, const std::string& complaint) {
  const auto known = known_failure(id);
  if (!known) {
    EXPECT_EQ(complaint, "");
  } else if (complaint.empty()) {
    ADD_FAILURE() << "passes, but is listed as a known failure: " << *known;
  } else {
    std::cout << "known failure: " << *known << ": " << complaint << "\n";
  }
}

}  // namespace waarmerk
