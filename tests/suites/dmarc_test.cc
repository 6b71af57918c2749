// The vectors for RFC 9989: a zone, an author domain and what was authenticated; and the one right
// evaluation. Each runs through the real walks and the real evaluation.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "dns/lookup.h"
#include "policy/dmarc/alignment.h"
#include "policy/dmarc/discovery.h"
#include "tests/suites/known_failures.h"

namespace waarmerk::policy::dmarc {
namespace {

const std::filesystem::path kFile =
    std::filesystem::path(WAARMERK_SUITES_DIR) / "dmarc" / "rfc9989" / "vectors.yml";
constexpr std::size_t kPublishedCases = 53;
constexpr std::string_view kLabel = "_dmarc.";

DomainName domain(const YAML::Node& node) {
  return DomainName::parse(node.as<std::string>()).value();
}

std::vector<std::string> list_of(const YAML::Node& node) {
  if (node.IsScalar()) return {node.as<std::string>()};
  return node.as<std::vector<std::string>>();
}

/// The zone of a vector. It remembers the names whose record was asked, without their first label.
class VectorZone final : public dns::Lookup {
 public:
  explicit VectorZone(const YAML::Node& vector) {
    for (const auto& record : vector["zone"]) {
      records_[domain(record.first).text()] = list_of(record.second);
      add_existing(domain(record.first));
    }
    for (const auto& existing : vector["exists"]) add_existing(domain(existing));
  }

  void prefetch(const dns::Question&) override {}

  dns::AnswerPtr get(const dns::Question& question, Instant) override {
    const std::string& name = question.name.text();
    auto answer = std::make_shared<dns::Answer>();
    if (!name.starts_with(kLabel)) {
      answer->status = existing_.contains(name) ? dns::Status::NoData : dns::Status::NxDomain;
      return answer;
    }
    asked.push_back(name.substr(kLabel.size()));
    const auto record = records_.find(asked.back());
    answer->status = record == records_.end() ? dns::Status::NxDomain : dns::Status::Found;
    if (record != records_.end()) answer->texts = record->second;
    return answer;
  }

  std::vector<std::string> asked;

 private:
  /// A name exists, and so do all above it.
  void add_existing(const DomainName& name) {
    for (std::size_t labels = name.label_count(); labels > 0; --labels) {
      existing_.insert(name.last_labels(labels).text());
    }
  }

  std::map<std::string, std::vector<std::string>> records_;
  std::set<std::string> existing_;
};

struct Vector {
  std::string id;
  YAML::Node node;
};

std::ostream& operator<<(std::ostream& out, const Vector& vector) { return out << vector.id; }

const std::vector<Vector>& suite() {
  static const std::vector<Vector> vectors = [] {
    std::vector<Vector> found;
    if (!std::filesystem::exists(kFile)) return found;
    for (const auto& node : YAML::LoadFile(kFile.string())) {
      found.push_back({node["id"].as<std::string>(), node});
    }
    return found;
  }();
  return vectors;
}

/// What the message proved, and the walks that its identifiers need.
Facts gather_facts(const YAML::Node& vector, const DomainName& author, VectorZone& zone) {
  Facts facts;
  facts.walks.push_back(walk(author, zone, Instant::max()));
  Walk& own = facts.walks.front();
  own.start_exists = domain_exists(author, zone, Instant::max());
  std::vector<DomainName> identifiers;
  if (!vector["spf"].IsNull()) {
    facts.spf_mail_from = {.result = SpfResult::Pass, .domain = domain(vector["spf"])};
    identifiers.push_back(*facts.spf_mail_from.domain);
  }
  for (const auto& signing_domain : vector["dkim"]) {
    facts.dkim.push_back({.result = DkimResult::Pass, .domain = domain(signing_domain)});
    identifiers.push_back(*facts.dkim.back().domain);
  }
  const auto organization = organizational_domain(own);
  for (const DomainName& identifier : identifiers) {
    if (!needs_walk(identifier, author, organization) || find_walk(facts, identifier)) continue;
    facts.walks.push_back(walk(identifier, zone, Instant::max()));
  }
  return facts;
}

std::string text_of(const std::optional<DomainName>& name) { return name ? name->text() : ""; }

std::string text_of(const std::optional<Disposition>& policy) {
  return policy ? std::string(to_string(*policy)) : "";
}

/// The policy as published, before t=y: that of the tag it was chosen from.
std::string published_policy(const DmarcEvaluation& evaluation) {
  if (!evaluation.record || !is_usable(*evaluation.record)) return "";
  const Record& record = *evaluation.record;
  if (evaluation.policy_tag == "np") return text_of(record.np);
  if (evaluation.policy_tag == "sp") return text_of(record.sp);
  if (!record.p || record.policy_tag_invalid) return "none";
  return text_of(record.p);
}

/// The evaluation in the words of the vectors.
std::map<std::string, std::string> words_of(const DmarcEvaluation& evaluation) {
  return {{"result", std::string(to_string(evaluation.result))},
          {"spf_aligned", evaluation.spf_aligned() ? "true" : "false"},
          {"dkim_aligned", evaluation.dkim_aligned() ? "true" : "false"},
          {"record_at", text_of(evaluation.policy_domain)},
          {"org", text_of(evaluation.organizational_domain)},
          {"policy", published_policy(evaluation)},
          {"applied", text_of(evaluation.policy)}};
}

/// What is wrong with our evaluation of a vector; empty if nothing is.
std::string complaint(const Vector& vector) {
  VectorZone zone(vector.node);
  const DomainName author = domain(vector.node["author"]);
  const Facts facts = gather_facts(vector.node, author, zone);
  std::vector<std::string> asked = zone.asked;
  asked.resize(facts.walks.front().steps.size());  // The author's walk is the first.
  const auto got = words_of(evaluate_author(author, facts));

  std::string wrong;
  const YAML::Node expect = vector.node["expect"];
  for (const auto& entry : expect) {
    const auto key = entry.first.as<std::string>();
    if (key == "queries") {
      const auto want = entry.second.as<std::vector<std::string>>();
      if (asked != want) wrong += "queries: got " + testing::PrintToString(asked) + "; ";
      continue;
    }
    const auto want = entry.second.as<std::string>();
    if (got.at(key) != want) wrong += key + ": got " + got.at(key) + ", want " + want + "; ";
  }
  if (expect["policy"] && !expect["applied"] && got.at("applied") != got.at("policy")) {
    wrong += "applied: got " + got.at("applied") + ", want " + got.at("policy") + "; ";
  }
  return wrong;
}

class DmarcSuite : public testing::TestWithParam<Vector> {};

TEST_P(DmarcSuite, IsEvaluatedAsTheVectorSays) {
  expect_pass("dmarc/" + GetParam().id, complaint(GetParam()));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DmarcSuite);
INSTANTIATE_TEST_SUITE_P(Rfc9989, DmarcSuite, testing::ValuesIn(suite()),
                         [](const auto& test) { return case_name(test.param.id); });

TEST(DmarcSuiteCount, SaysHowManyPass) {
  if (suite().empty()) {
    std::cout << "dmarc: " << kPublishedCases << " cases skipped, " << kFile << " is absent\n";
    return;
  }
  const auto passed =
      std::ranges::count_if(suite(), [](const Vector& v) { return complaint(v).empty(); });
  std::cout << "dmarc: " << passed << " of " << suite().size() << "\n";
  EXPECT_EQ(suite().size(), kPublishedCases);
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
