// The public suffix suite: a name, and the domain that someone registered, or null where the name
// is a public suffix itself or no name. It is younger than the list of this host may be.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "policy/dmarc/public_suffix.h"
#include "tests/suites/known_failures.h"

namespace waarmerk::policy::dmarc {
namespace {

const std::filesystem::path kFile =
    std::filesystem::path(WAARMERK_SUITES_DIR) / "psl" / "tests.txt";
constexpr std::size_t kPublishedCases = 78;
constexpr std::string_view kNull = "null";

struct SuiteCase {
  std::string id;
  std::string name;
  std::string registrable;
};
std::ostream& operator<<(std::ostream& out, const SuiteCase& c) { return out << c.name; }

const std::vector<SuiteCase>& suite() {
  static const std::vector<SuiteCase> cases = [] {
    std::vector<SuiteCase> found;
    std::ifstream in(kFile);
    for (std::string line; std::getline(in, line);) {
      const auto space = line.find(' ');
      if (line.empty() || line.starts_with("//") || space == std::string::npos) continue;
      // Names differ in letter case and script only: the number tells them apart.
      found.push_back({std::to_string(found.size() + 1), line.substr(0, space),
                       std::string(trim(std::string_view(line).substr(space)))});
    }
    return found;
  }();
  return cases;
}

/// The registrable domain above `text`, or null. A public suffix is told from what someone
/// registered by a name below it: that is an organization of its own.
std::string registrable(const std::string& text, const PublicSuffixList& list) {
  const auto name = DomainName::parse(text == kNull ? "" : text);
  if (!name) return std::string(kNull);
  const DomainName organization = list.organizational_domain(*name);
  const DomainName below = organization.prefixed("below-it").value();
  if (list.organizational_domain(below) == below) return std::string(kNull);
  return organization.text();
}

/// What is wrong with our answer to a case; empty if nothing is.
std::string complaint(const SuiteCase& c) {
  const PublicSuffixList* list = PublicSuffixList::of_host(PslSections::All);
  if (list == nullptr) return "this host has no public suffix list";
  const auto want = DomainName::parse(c.registrable);
  const std::string wanted = c.registrable == kNull || !want ? c.registrable : want->text();
  const std::string got = registrable(c.name, *list);
  return got == wanted ? "" : c.name + ": got " + got + ", want " + wanted;
}

class PslSuite : public testing::TestWithParam<SuiteCase> {};

// I-11
TEST_P(PslSuite, HasTheRegistrableDomain) {
  expect_pass("psl/" + GetParam().id, complaint(GetParam()));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PslSuite);
INSTANTIATE_TEST_SUITE_P(PublicSuffixes, PslSuite, testing::ValuesIn(suite()),
                         [](const auto& test) {
                           return test.param.id + "_" + case_name(test.param.name);
                         });

TEST(PslSuiteCount, SaysHowManyPass) {
  if (suite().empty()) {
    std::cout << "psl: " << kPublishedCases << " cases skipped: the suite is absent\n";
    return;
  }
  const auto passed =
      std::ranges::count_if(suite(), [](const SuiteCase& c) { return complaint(c).empty(); });
  std::cout << "psl: " << passed << " of " << suite().size() << " ("
            << describe_public_suffix_list() << ")\n";
  EXPECT_EQ(suite().size(), kPublishedCases);
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
