// Shortest distinct beginnings, by comparing neighbours in sorted order.
#include "policy/dkim/header_b.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>

namespace waarmerk::policy::dkim {
namespace {

constexpr std::size_t kLeast = 8;

std::size_t common_length(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

std::vector<std::string> distinct_beginnings(const std::vector<std::string>& signatures) {
  std::vector<std::string_view> sorted(signatures.begin(), signatures.end());
  std::ranges::sort(sorted);
  const auto duplicates = std::ranges::unique(sorted);
  sorted.erase(duplicates.begin(), duplicates.end());

  std::vector<std::string> beginnings;
  beginnings.reserve(signatures.size());
  for (const std::string& signature : signatures) {
    // What is closest to a text in sorted order shares the longest beginning with it.
    const auto self = std::ranges::lower_bound(sorted, std::string_view(signature));
    std::size_t length = kLeast;
    if (self != sorted.begin()) {
      length = std::max(length, common_length(signature, *std::prev(self)) + 1);
    }
    if (std::next(self) != sorted.end()) {
      length = std::max(length, common_length(signature, *std::next(self)) + 1);
    }
    beginnings.push_back(signature.substr(0, length));
  }
  return beginnings;
}

}  // namespace waarmerk::policy::dkim
