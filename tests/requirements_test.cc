// Holds the list of requirements against the tests: which ids the tests name, which are excused in
// a file of their own, and that neither speaks of an id that is not in the list.
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace waarmerk {
namespace {

namespace fs = std::filesystem;

const fs::path kTests = fs::path(WAARMERK_SOURCE_DIR) / "tests";

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// A line of one of the two lists: the id, and the text behind it.
struct Entry {
  std::string id;
  std::string text;
};

std::vector<Entry> entries_of(const fs::path& file) {
  std::vector<Entry> entries;
  for (const std::string& line : lines_of(file)) {
    if (line.empty() || line.starts_with('#')) continue;
    const auto end = std::min(line.find("  "), line.size());
    entries.push_back({line.substr(0, end), std::string(trim(line.substr(end)))});
  }
  return entries;
}

std::set<std::string> ids_of(const std::vector<Entry>& entries) {
  std::set<std::string> ids;
  for (const Entry& entry : entries) ids.insert(entry.id);
  return ids;
}

const std::vector<Entry>& requirements() {
  static const std::vector<Entry> entries = entries_of(kTests / "requirements.txt");
  return entries;
}

const std::vector<Entry>& excuses() {
  static const std::vector<Entry> entries = entries_of(kTests / "requirements_untested.txt");
  return entries;
}

// ---- Ids in a text ------------------------------------------------------------------------------

/// "D-31" has two digits; a letter behind them is another requirement ("M-37a").
constexpr std::size_t kDigits = 2;

char at(std::string_view text, std::size_t place) {
  return place < text.size() ? text[place] : ' ';
}

bool has_digits(std::string_view text, std::size_t place) {
  return is_digit(at(text, place)) && is_digit(at(text, place + 1));
}

std::string written(char letter, std::string_view number) {
  return std::string(1, letter) + "-" + std::string(number);
}

/// The id that begins at `place`: D-31, D_31, or D31 where a name or a string goes on or ends.
std::optional<std::string> id_at(std::string_view text, std::size_t place) {
  if (place > 0 && is_alnum(text[place - 1])) return std::nullopt;
  const bool separated = at(text, place + 1) == '-' || at(text, place + 1) == '_';
  const std::size_t number = place + (separated ? 2 : 1);
  if (!has_digits(text, number)) return std::nullopt;
  std::size_t end = number + kDigits;
  if (at(text, end) == 'a' && !is_alnum(at(text, end + 1))) ++end;
  const char behind = at(text, end);
  const bool ends = separated ? !is_alnum(behind) : behind == '_' || behind == '"';
  if (!ends) return std::nullopt;
  return written(text[place], text.substr(number, end - number));
}

/// The last number of a range that begins at `place`: 5 of "M-01..M-05" and of "M-01..05".
std::optional<int> range_end_at(std::string_view text, std::size_t place) {
  std::size_t dots = place + 2 + kDigits;
  if (text.substr(std::min(dots, text.size()), 2) != "..") return std::nullopt;
  std::size_t number = dots + 2;
  if (at(text, number) == text[place] && at(text, number + 1) == '-') number += 2;
  if (!has_digits(text, number)) return std::nullopt;
  return std::stoi(std::string(text.substr(number, kDigits)));
}

/// All ids in `text` that begin with one of `letters`.
std::set<std::string> ids_in(std::string_view text, std::string_view letters) {
  std::set<std::string> ids;
  for (std::size_t place = text.find_first_of(letters); place != std::string_view::npos;
       place = text.find_first_of(letters, place + 1)) {
    const auto id = id_at(text, place);
    if (!id) continue;
    ids.insert(*id);
    const auto last = range_end_at(text, place);
    for (int number = std::stoi(id->substr(2)); last && number <= *last; ++number) {
      ids.insert(written(text[place], (number < 10 ? "0" : "") + std::to_string(number)));
    }
  }
  return ids;
}

// ---- What the tests name ------------------------------------------------------------------------

std::string letters() {
  std::string found;
  for (const Entry& entry : requirements()) {
    if (found.find(entry.id.front()) == std::string::npos) found += entry.id.front();
  }
  return found;
}

/// Sources of tests, and the sentence of each whole-message case.
bool may_name_ids(const fs::path& file) {
  if (file.filename() == "requirements_test.cc") return false;
  return file.extension() == ".cc" || file.extension() == ".h" || file.filename() == "why";
}

/// Each id that a test names, with the first place where it does.
const std::map<std::string, std::string>& named() {
  static const std::map<std::string, std::string> found = [] {
    std::map<std::string, std::string> places;
    const std::string known = letters();
    for (const auto& file : fs::recursive_directory_iterator(kTests)) {
      if (!file.is_regular_file() || !may_name_ids(file.path())) continue;
      std::size_t number = 0;
      for (const std::string& line : lines_of(file.path())) {
        ++number;
        const auto place =
            fs::relative(file.path(), kTests).string() + ":" + std::to_string(number);
        for (const std::string& id : ids_in(line, known)) places.emplace(id, place);
      }
    }
    return places;
  }();
  return found;
}

// ---- The tests ----------------------------------------------------------------------------------

TEST(Requirements, AreProvenOrExcused) {
  ASSERT_GT(requirements().size(), 200U) << "the list was not found";
  const auto excused = ids_of(excuses());
  std::size_t proven = 0;
  for (const Entry& requirement : requirements()) {
    if (named().contains(requirement.id)) ++proven;
    EXPECT_TRUE(named().contains(requirement.id) || excused.contains(requirement.id))
        << requirement.id << " has neither a test nor a reason: " << requirement.text;
  }
  std::cout << proven << " of " << requirements().size() << " requirements have a test\n";
}

TEST(Requirements, AreExcusedOnlyWhereThereIsNoTest) {
  const auto known = ids_of(requirements());
  for (const Entry& excuse : excuses()) {
    EXPECT_TRUE(known.contains(excuse.id)) << excuse.id << " is no requirement";
    EXPECT_FALSE(excuse.text.empty()) << excuse.id << " has no reason";
    const auto test = named().find(excuse.id);
    EXPECT_EQ(test, named().end()) << excuse.id << " has a test, in " << test->second;
  }
}

TEST(Requirements, AreTheOnlyOnesThatTestsName) {
  const auto known = ids_of(requirements());
  for (const auto& [id, place] : named()) {
    EXPECT_TRUE(known.contains(id)) << place << " names " << id << ", which is no requirement";
  }
}

TEST(Requirements, AreListedOnceWithSourceAndStatement) {
  EXPECT_EQ(ids_of(requirements()).size(), requirements().size()) << "an id stands twice";
  EXPECT_EQ(ids_of(excuses()).size(), excuses().size()) << "an id is excused twice";
  for (const Entry& requirement : requirements()) {
    EXPECT_EQ(ids_in(requirement.id, letters()), std::set<std::string>{requirement.id});
    const auto source = requirement.text.substr(0, requirement.text.find("  "));
    EXPECT_TRUE(source == "ours" || source.starts_with("RFC ")) << requirement.id;
    EXPECT_LT(source.size(), requirement.text.size()) << requirement.id << " says nothing";
  }
}

using Ids = std::set<std::string>;

TEST(RequirementIds, AreFoundInAllTheirForms) {
  EXPECT_EQ(ids_in("// D-31, see T-16; RFC 8601", "DT"), (Ids{"D-31", "T-16"}));
  EXPECT_EQ(ids_in("TEST(Walk, T_03_D_31_Jumps_T_04) {", "DT"), (Ids{"D-31", "T-03", "T-04"}));
  EXPECT_EQ(ids_in("Row{\"D78_pass\", {\"K01\", 1}}", "DK"), (Ids{"D-78", "K-01"}));
  EXPECT_EQ(ids_in("// M-37a, M_37a_Row", "M"), Ids{"M-37a"});
  EXPECT_EQ(ids_in("M-08..M-11", "M"), (Ids{"M-08", "M-09", "M-10", "M-11"}));
  EXPECT_EQ(ids_in("M-08..09)", "M"), (Ids{"M-08", "M-09"}));
}

TEST(RequirementIds, AreNotFoundElsewhere) {
  EXPECT_EQ(ids_in("AD-31 D-3 D-310 D31 D-31x T12:00 2026-05-01T12:30", "DT"), Ids{});
  EXPECT_EQ(ids_in("D-31", "T"), Ids{});
  EXPECT_EQ(ids_in("", "D"), Ids{});
  EXPECT_EQ(ids_in("D-31..x M-01..T-05", "DM"), (Ids{"D-31", "M-01"}));
}

}  // namespace
}  // namespace waarmerk
