// What someone may have meant who wrote a key that does not exist.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "policy/config_block.h"
#include "policy/options.h"

namespace waarmerk::policy {
namespace {

/// Longer words are not typing mistakes, and comparing them would take long.
constexpr std::size_t kLongestWord = 64;

/// Levenshtein distance; keys are short.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

/// A third of the letters may be wrong; beyond that it is another word.
std::size_t patience(std::string_view word) { return word.size() / 3 + 1; }

/// How far a key is from an option. A right name in a wrong section is
/// as near as one wrong letter.
std::size_t distance(std::string_view key, const Option& option) {
  const std::string_view name = key.substr(key.rfind('.') + 1);
  const std::size_t whole = edit_distance(key, option.key);
  const std::size_t by_name = edit_distance(name, option.name());
  return by_name < patience(name) ? std::min(whole, by_name + 1) : whole;
}

}  // namespace

std::string nearest_key(std::string_view key) {
  std::string nearest;
  if (key.size() > kLongestWord) return nearest;
  std::size_t best = patience(key);
  for (const Option& option : options()) {
    const std::size_t here = distance(key, option);
    if (here < best) {
      best = here;
      nearest = option.key;
    }
  }
  return nearest;
}

std::string nearest_word(std::string_view word, std::span<const std::string_view> known) {
  std::string nearest;
  if (word.size() > kLongestWord) return nearest;
  std::size_t best = patience(word);
  for (const std::string_view candidate : known) {
    const std::size_t here = edit_distance(word, candidate);
    if (here < best) {
      best = here;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string nearest_section(std::string_view name) {
  std::vector<std::string_view> known{kRuleBlock, kTestBlock};
  for (const Option& option : options()) {
    if (!option.section().empty()) known.push_back(option.section());
  }
  return nearest_word(name, known);
}

}  // namespace waarmerk::policy
