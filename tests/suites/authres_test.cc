// The Authentication-Results suite: field bodies, how each is to be read, and forged spellings of
// our own name.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "policy/auth_results.h"
#include "tests/suites/known_failures.h"

namespace waarmerk::policy {
namespace {

const std::filesystem::path kFile =
    std::filesystem::path(WAARMERK_SUITES_DIR) / "authres" / "cases.yml";
constexpr std::size_t kPublishedCases = 45;

enum class Reading { Valid, Tolerated, Rejected };

std::string_view to_string(Reading reading) {
  switch (reading) {
    case Reading::Valid:
      return "valid";
    case Reading::Tolerated:
      return "tolerate";
    case Reading::Rejected:
      return "reject";
  }
  return "?";
}

struct SuiteResult {
  std::string method;
  std::string result;
  std::map<std::string, std::string> properties;

  bool operator==(const SuiteResult&) const = default;
};

struct SuiteCase {
  std::string id;
  std::string field;
  std::string verdict;
  std::optional<std::string> authserv_id;
  std::optional<unsigned> version;
  std::optional<std::vector<SuiteResult>> results;
};

std::ostream& operator<<(std::ostream& out, const SuiteResult& result) {
  out << result.method << '=' << result.result;
  for (const auto& [name, value] : result.properties) out << ' ' << name << '=' << value;
  return out;
}

std::ostream& operator<<(std::ostream& out, const SuiteCase& c) { return out << c.id; }

/// Where the suite and the RFC disagree, the RFC is right. The '=' in
/// "smtp.mailfrom=support=x@x.example" is an atext (RFC 5322 3.2.3), so the local-part is a
/// dot-atom and the pvalue [ local-part ] "@" domain-name is by the grammar (RFC 8601 2.2): valid.
const std::map<std::string, std::string>& verdicts_by_the_rfc() {
  static const std::map<std::string, std::string> verdicts{{"equals-in-value", "valid"}};
  return verdicts;
}

std::vector<SuiteResult> read_results(const YAML::Node& node) {
  std::vector<SuiteResult> results;
  for (const auto& item : node) {
    results.push_back({item[0].as<std::string>(), item[1].as<std::string>(),
                       item[2].as<std::map<std::string, std::string>>()});
  }
  return results;
}

SuiteCase read_case(const YAML::Node& node) {
  SuiteCase c{node["id"].as<std::string>(),
              node["field"].as<std::string>(),
              node["verdict"].as<std::string>(),
              {},
              {},
              {}};
  if (node["authserv_id"]) c.authserv_id = node["authserv_id"].as<std::string>();
  if (node["version"]) c.version = node["version"].as<unsigned>();
  if (node["results"]) c.results = read_results(node["results"]);
  const auto corrected = verdicts_by_the_rfc().find(c.id);
  if (corrected != verdicts_by_the_rfc().end()) c.verdict = corrected->second;
  return c;
}

const std::vector<SuiteCase>& suite() {
  static const std::vector<SuiteCase> cases = [] {
    std::vector<SuiteCase> found;
    if (!std::filesystem::exists(kFile)) return found;
    for (const auto& node : YAML::LoadFile(kFile.string())) found.push_back(read_case(node));
    return found;
  }();
  return cases;
}

std::vector<SuiteResult> as_suite_results(const std::vector<MethodResult>& results) {
  std::vector<SuiteResult> plain;
  for (const MethodResult& result : results) {
    plain.push_back(
        {result.method, result.result, {result.properties.begin(), result.properties.end()}});
  }
  return plain;
}

Reading reading_of(const Result<AuthenticationResults>& parsed) {
  if (!parsed) return Reading::Rejected;
  return parsed->tolerated ? Reading::Tolerated : Reading::Valid;
}

/// What is wrong with our reading of a case; empty if nothing is.
std::string complaint(const SuiteCase& c) {
  const auto parsed = parse_auth_results(c.field);
  const std::string_view got = to_string(reading_of(parsed));
  if (got != c.verdict) {
    return "got " + std::string(got) + (parsed ? "" : " (" + parsed.error().text + ")") +
           ", want " + c.verdict;
  }
  if (!parsed) return "";
  if (c.authserv_id && parsed->authserv_id != *c.authserv_id) {
    return "got authserv-id \"" + parsed->authserv_id + "\", want \"" + *c.authserv_id + "\"";
  }
  if (c.version && parsed->version != *c.version) {
    return "got version " + std::to_string(parsed->version);
  }
  const auto results = as_suite_results(parsed->results);
  if (c.results && results != *c.results) return "got " + testing::PrintToString(results);
  return "";
}

class AuthResSuite : public testing::TestWithParam<SuiteCase> {};

TEST_P(AuthResSuite, IsReadAsTheSuiteSays) {
  expect_pass("authres/" + GetParam().id, complaint(GetParam()));
}

TEST_P(AuthResSuite, IsRemovedWhenItCarriesOurName) {
  const SuiteCase& c = GetParam();
  if (c.id.starts_with("forged-")) {
    EXPECT_TRUE(could_be_ours(c.field, {"example.com"}));
  }
  if (c.authserv_id && !c.authserv_id->empty()) {
    EXPECT_TRUE(could_be_ours(c.field, {*c.authserv_id}));
  }
  EXPECT_FALSE(could_be_ours(c.field, {"mx.another.example"}));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AuthResSuite);
INSTANTIATE_TEST_SUITE_P(Suite, AuthResSuite, testing::ValuesIn(suite()),
                         [](const auto& test) { return case_name(test.param.id); });

TEST(AuthResSuiteCount, SaysHowManyPass) {
  if (suite().empty()) {
    std::cout << "authres: " << kPublishedCases << " cases skipped, " << kFile << " is absent\n";
    return;
  }
  const auto passed = static_cast<std::size_t>(
      std::ranges::count_if(suite(), [](const SuiteCase& c) { return complaint(c).empty(); }));
  std::cout << "authres: " << passed << " of " << suite().size() << " ("
            << verdicts_by_the_rfc().size() << " by the RFC against the suite)\n";
  EXPECT_EQ(passed, suite().size());
}

}  // namespace
}  // namespace waarmerk::policy
