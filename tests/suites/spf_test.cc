// The OpenSPF suite for RFC 7208: every case is one check_host() over the zone of its scenario.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "base/text.h"
#include "dns/lookup.h"
#include "policy/spf/evaluate.h"
#include "policy/spf/libspf2_engine.h"
#include "tests/suites/known_failures.h"

namespace waarmerk::policy::spf {
namespace {

const std::filesystem::path kFile =
    std::filesystem::path(WAARMERK_SUITES_DIR) / "spf" / "rfc7208-tests.yml";
constexpr std::size_t kPublishedCases = 203;

/// The zonedata of a scenario, read as the suite's own driver reads it.
class SuiteZone final : public dns::Lookup {
 public:
  explicit SuiteZone(const YAML::Node& zonedata) {
    for (const auto& owner : zonedata) {
      const auto name = DomainName::from_octets(owner.first.as<std::string>());
      if (!name) continue;  // No name that can be asked.
      for (const auto& entry : owner.second) names_[*name].push_back(read_entry(entry));
    }
  }

  void prefetch(const dns::Question&) override {}

  dns::AnswerPtr get(const dns::Question& question, Instant) override {
    auto answer = std::make_shared<dns::Answer>();
    dns::Question current = question;
    constexpr int kLongestChain = 8;
    for (int i = 0; i < kLongestChain; ++i) {
      const auto alias = look(current, *answer);
      if (!alias) return answer;
      current.name = *alias;
    }
    answer->status = dns::Status::ServFail;
    return answer;
  }

 private:
  struct Entry {
    std::string type;  ///< empty: a bare TIMEOUT
    YAML::Node value;
  };

  static Entry read_entry(const YAML::Node& node) {
    if (!node.IsMap()) return {};
    const auto pair = node.begin();
    return {pair->first.as<std::string>(), pair->second};
  }

  static bool is_word(const YAML::Node& value, std::string_view word) {
    return value.IsScalar() && value.Scalar() == word;
  }

  /// Fills the answer; returns the name to go on with after a CNAME.
  std::optional<DomainName> look(const dns::Question& question, dns::Answer& answer) const {
    const auto owner = names_.find(question.name);
    if (owner == names_.end()) {
      const bool fails = question.name.text().starts_with("error.");
      answer.status = fails ? dns::Status::Timeout : dns::Status::NxDomain;
      return std::nullopt;
    }
    answer.status = dns::Status::NoData;
    for (const Entry& entry : owner->second) {
      const bool is_alias = entry.type == "CNAME";
      if (is_alias) return DomainName::from_octets(entry.value.as<std::string>()).value();
      const bool ends = entry.type.empty() && answer.status != dns::Status::Found;
      if (ends ||
          (is_asked(entry, question.type, owner->second) && is_word(entry.value, "TIMEOUT"))) {
        answer.status = dns::Status::Timeout;
        return std::nullopt;
      }
      if (is_asked(entry, question.type, owner->second)) add_record(entry, question.type, answer);
    }
    return std::nullopt;
  }

  /// An SPF entry stands for TXT too, unless the name has TXT entries of its own.
  static bool is_asked(const Entry& entry, dns::Type type, const std::vector<Entry>& all) {
    if (entry.type == dns::to_string(type)) return true;
    return type == dns::Type::Txt && entry.type == "SPF" &&
           std::ranges::none_of(all, [](const Entry& other) { return other.type == "TXT"; });
  }

  static std::string joined(const YAML::Node& value) {
    if (value.IsScalar()) return value.as<std::string>();
    std::string text;
    for (const auto& piece : value) text += piece.as<std::string>();
    return text;
  }

  static void add_record(const Entry& entry, dns::Type type, dns::Answer& answer) {
    if (is_word(entry.value, "NONE")) return;
    answer.status = dns::Status::Found;
    if (type == dns::Type::Txt) {
      answer.texts.push_back(joined(entry.value));
    } else if (type == dns::Type::Mx) {
      const auto host = DomainName::from_octets(entry.value[1].as<std::string>());
      answer.exchanges.push_back(
          {entry.value[0].as<std::uint16_t>(), host ? std::optional(*host) : std::nullopt});
    } else if (type == dns::Type::Ptr) {
      answer.names.push_back(DomainName::from_octets(entry.value.as<std::string>()).value());
    } else {
      answer.addresses.push_back(IpAddress::parse(entry.value.as<std::string>()).value());
    }
  }

  std::map<DomainName, std::vector<Entry>> names_;
};

struct SuiteCase {
  std::string id;
  std::string helo;
  std::string host;
  std::string mail_from;
  std::vector<std::string> results;
  std::optional<std::string> explanation;
  std::shared_ptr<SuiteZone> zone;
};

std::ostream& operator<<(std::ostream& out, const SuiteCase& c) { return out << c.id; }

SuiteCase read_case(const std::string& id, const YAML::Node& node,
                    const std::shared_ptr<SuiteZone>& zone) {
  SuiteCase c;
  c.id = id;
  c.helo = node["helo"].as<std::string>();
  c.host = node["host"].as<std::string>();
  c.mail_from = node["mailfrom"].as<std::string>();
  if (node["result"].IsScalar()) {
    c.results = {node["result"].as<std::string>()};
  } else {
    c.results = node["result"].as<std::vector<std::string>>();
  }
  if (node["explanation"]) c.explanation = node["explanation"].as<std::string>();
  c.zone = zone;
  return c;
}

const std::vector<SuiteCase>& suite() {
  static const std::vector<SuiteCase> cases = [] {
    std::vector<SuiteCase> found;
    if (!std::filesystem::exists(kFile)) return found;
    for (const auto& scenario : YAML::LoadAllFromFile(kFile.string())) {
      const auto zone = std::make_shared<SuiteZone>(scenario["zonedata"]);
      for (const auto& test : scenario["tests"]) {
        found.push_back(read_case(test.first.as<std::string>(), test.second, zone));
      }
    }
    return found;
  }();
  return cases;
}

/// Who evaluates.
struct Evaluator {
  std::string name;
  SpfOutcome (*check)(const Request&, const Limits&, dns::Lookup&, Instant);
};
const Evaluator kNative{"native", check_host};
const Evaluator kReference{"libspf2", check_host_by_libspf2};

/// As the caller does it: read the identity, and ask only if it has a domain.
SpfOutcome check(const SuiteCase& c, const Evaluator& engine) {
  Identity identity = mail_from_identity(c.mail_from, c.helo);
  if (!identity.domain) return {};
  const Request request{.client = IpAddress::parse(c.host).value(),
                        .domain = *identity.domain,
                        .local_part = identity.local_part,
                        .helo = c.helo,
                        .receiver = "mx.receiver.example",
                        .time = {}};
  return engine.check(request, {}, *c.zone, Instant::max());
}

/// What is wrong with our answer to a case; empty if nothing is.
std::string complaint(const SuiteCase& c, const Evaluator& engine) {
  const SpfOutcome outcome = check(c, engine);
  const std::string result(to_string(outcome.result));
  if (std::ranges::find(c.results, result) == c.results.end()) {
    return "got " + result + " (" + outcome.reason + "), want " + testing::PrintToString(c.results);
  }
  const std::string explanation = outcome.explanation.empty() ? "DEFAULT" : outcome.explanation;
  if (outcome.result == SpfResult::Fail && c.explanation && explanation != *c.explanation) {
    return "got explanation \"" + explanation + "\", want \"" + *c.explanation + "\"";
  }
  return "";
}

class SpfSuite : public testing::TestWithParam<SuiteCase> {};

TEST_P(SpfSuite, HasTheResultOfTheSuite) {
  expect_pass("spf/" + GetParam().id, complaint(GetParam(), kNative));
}

TEST_P(SpfSuite, HasTheResultOfTheSuiteWithLibspf2) {
  expect_pass("spf-libspf2/" + GetParam().id, complaint(GetParam(), kReference));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SpfSuite);
INSTANTIATE_TEST_SUITE_P(Suite, SpfSuite, testing::ValuesIn(suite()),
                         [](const auto& test) { return case_name(test.param.id); });

TEST(SpfSuiteCount, SaysHowManyPass) {
  if (suite().empty()) {
    std::cout << "spf: " << kPublishedCases << " cases skipped, " << kFile << " is absent\n";
    return;
  }
  for (const Evaluator& engine : {kNative, kReference}) {
    const auto passed = std::ranges::count_if(
        suite(), [&engine](const SuiteCase& c) { return complaint(c, engine).empty(); });
    std::cout << "spf, " << engine.name << ": " << passed << " of " << suite().size() << "\n";
  }
  EXPECT_EQ(suite().size(), kPublishedCases);
}

}  // namespace
}  // namespace waarmerk::policy::spf
