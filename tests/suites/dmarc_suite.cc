#include "tests/suites/dmarc_suite.h"

#include <filesystem>
#include <memory>
#include <string_view>

#include "policy/dmarc/alignment.h"
#include "policy/dmarc/discovery.h"

namespace waarmerk::policy::dmarc {
namespace {

const std::filesystem::path kFile =
    std::filesystem::path(WAARMERK_SUITES_DIR) / "dmarc" / "rfc9989" / "vectors.yml";
constexpr std::string_view kLabel = "_dmarc.";

DomainName domain(const YAML::Node& node) {
  return DomainName::parse(node.as<std::string>()).value();
}

std::vector<std::string> list_of(const YAML::Node& node) {
  if (node.IsScalar()) return {node.as<std::string>()};
  return node.as<std::vector<std::string>>();
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Vector& vector) { return out << vector.id; }

DomainName Vector::author() const { return domain(node["author"]); }

const std::vector<Vector>& dmarc_suite() {
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

VectorZone::VectorZone(const Vector& vector) {
  for (const auto& record : vector.node["zone"]) {
    records_[domain(record.first).text()] = list_of(record.second);
    add_existing(domain(record.first));
  }
  for (const auto& existing : vector.node["exists"]) add_existing(domain(existing));
}

dns::AnswerPtr VectorZone::get(const dns::Question& question, Instant) {
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

/// A name exists, and so do all above it.
void VectorZone::add_existing(const DomainName& name) {
  for (std::size_t labels = name.label_count(); labels > 0; --labels) {
    existing_.insert(name.last_labels(labels).text());
  }
}

Authenticated authenticated(const Vector& vector) {
  Authenticated proven;
  if (!vector.node["spf"].IsNull()) proven.spf = domain(vector.node["spf"]);
  for (const auto& signing_domain : vector.node["dkim"]) {
    proven.dkim.push_back(domain(signing_domain));
  }
  return proven;
}

Facts gather_facts(const DomainName& author, const Authenticated& proven, VectorZone& zone,
                   const PublicSuffixList* list) {
  Facts facts;
  facts.walks.push_back(list == nullptr ? walk(author, zone, Instant::max())
                                        : listed_author(author, *list, zone, Instant::max()));
  Walk& own = facts.walks.front();
  own.start_exists = domain_exists(author, zone, Instant::max());
  std::vector<DomainName> identifiers = proven.dkim;
  if (proven.spf) {
    facts.spf_mail_from = {.result = SpfResult::Pass, .domain = proven.spf};
    identifiers.insert(identifiers.begin(), *proven.spf);
  }
  for (const DomainName& signing_domain : proven.dkim) {
    facts.dkim.push_back({.result = DkimResult::Pass, .domain = signing_domain});
  }
  const auto organization = organizational_domain(own);
  for (const DomainName& identifier : identifiers) {
    if (!needs_walk(identifier, author, organization) || find_walk(facts, identifier)) continue;
    facts.walks.push_back(list == nullptr ? walk(identifier, zone, Instant::max())
                                          : listed(identifier, *list));
  }
  return facts;
}

}  // namespace waarmerk::policy::dmarc
