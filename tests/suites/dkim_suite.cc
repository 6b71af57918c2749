#include "tests/suites/dkim_suite.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "tests/support/whole_file.h"

namespace waarmerk::policy::dkim {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(WAARMERK_SUITES_DIR) / "dkim";
/// 2026-11-24, for the cases that name no time.
constexpr std::int64_t kDefaultTime = 1795478400;

}  // namespace

std::ostream& operator<<(std::ostream& out, const DkimCase& c) { return out << c.id; }

const std::vector<DkimCase>& dkim_suite() {
  static const std::vector<DkimCase> cases = [] {
    std::vector<DkimCase> found;
    const auto index = kFolder / "cases.yml";
    if (!std::filesystem::exists(index)) return found;
    for (const auto& node : YAML::LoadFile(index.string())) {
      found.push_back({node["id"].as<std::string>(), node["file"].as<std::string>(),
                       node["zone"].as<std::string>(),
                       node["time"] ? node["time"].as<std::int64_t>() : kDefaultTime,
                       node["expect"].as<std::vector<std::string>>()});
    }
    return found;
  }();
  return cases;
}

std::string dkim_suite_file(const std::string& name) { return support::read_whole(kFolder / name); }

dns::Zone read_suite_zone(std::string_view text) {
  std::string words;
  std::vector<std::pair<std::string_view, std::string_view>> records;
  for (const std::string_view line : split(text, '\n')) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const std::string_view owner = line.substr(0, space);
    const std::string_view value = line.substr(space + 1);
    if (value.starts_with('!')) {
      words += std::string(owner) + " TXT " + std::string(value) + "\n";
    } else {
      records.emplace_back(owner, value);
    }
  }
  auto zone = dns::Zone::parse(words);
  EXPECT_TRUE(zone) << (zone ? "" : zone.error().text);
  for (const auto& [owner, value] : records) {
    const auto name = DomainName::from_octets(owner);
    EXPECT_TRUE(name) << owner;
    zone->add_txt(*name, std::string(value));
  }
  return *std::move(zone);
}

bool fits(DkimResult result, std::string_view expected) {
  if (expected == "any") return true;
  if (expected == "notpass") return result != DkimResult::Pass;
  return std::ranges::any_of(split(expected, '|'),
                             [&](std::string_view word) { return word == to_string(result); });
}

}  // namespace waarmerk::policy::dkim
