#include "policy/contradictions.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "policy/evidence.h"

namespace waarmerk::policy {
namespace {

/// The first network of the list that holds every address of its family.
const IpPrefix* network_of_all(const std::vector<IpPrefix>& networks) {
  const auto found = std::ranges::find(networks, 0U, &IpPrefix::length);
  return found == networks.end() ? nullptr : &*found;
}

std::vector<Finding> wide_networks(const Settings& settings) {
  struct Row {
    Severity severity;
    const char* key;
    const std::vector<IpPrefix>& networks;
    const char* consequence;
  };
  const Row rows[] = {
      {Severity::Warning, "exempt.networks", settings.exempt.networks,
       "no mail from there is judged"},
      {Severity::Error, "exempt.trusted_reinjection", settings.trusted_reinjection,
       "anyone could forge our own results; expected the addresses of a content filter"},
      {Severity::Warning, "policy.forwarder_networks", settings.forwarder_networks,
       "no mail from there is ever rejected for p=reject"},
  };
  std::vector<Finding> findings;
  for (const Row& row : rows) {
    if (const IpPrefix* all = network_of_all(row.networks)) {
      findings.push_back({row.severity, row.key,
                          all->text() + " is every address of its family: " + row.consequence});
    }
  }
  return findings;
}

/// Names compare without regard to case, as a reader of Authentication-Results compares them.
std::vector<Finding> repeated_names(const Settings::Milter& milter) {
  const auto is_own = [&](const std::string& name) { return iequals(name, milter.authserv_id); };
  if (milter.authserv_id.empty() || std::ranges::none_of(milter.more_authserv_ids, is_own)) {
    return {};
  }
  return {{Severity::Warning, "milter.more_authserv_ids",
           "\"" + milter.authserv_id + "\" is milter.authserv_id already"}};
}

std::vector<Finding> dns_findings(const Settings::Dns& dns) {
  std::vector<Finding> findings;
  if (dns.query_timeout > dns.message_budget) {
    findings.push_back({Severity::Warning, "dns.query_timeout_ms",
                        "one question may take longer than dns.message_budget_ms allows for all"});
  }
  const auto is_stranger = [&](const IpAddress& trusted) {
    return std::ranges::find(dns.servers, trusted, &dns::ServerAddress::ip) == dns.servers.end();
  };
  const auto stranger = std::ranges::find_if(dns.trusted, is_stranger);
  if (!dns.servers.empty() && stranger != dns.trusted.end()) {
    findings.push_back({Severity::Warning, "dns.trusted",
                        stranger->text() + " is none of dns.servers: nothing is asked there"});
  }
  return findings;
}

std::vector<Finding> dmarc_findings(const Settings::Dmarc& dmarc) {
  if (!dmarc.compare_psl || dmarc.org_domain != DiscoveryMethod::Psl) return {};
  return {{Severity::Warning, "dmarc.compare_psl",
           "has no effect: with dmarc.org_domain = \"psl\" the list decides"}};
}

/// Without an item that speaks for forgery there is no evidence to reject by.
std::vector<Finding> evidence_findings(const Settings& settings) {
  const auto& ignored = settings.ignore_evidence;
  const auto can_never_reject = [&ignored](const EvidenceKind& kind) {
    return kind.speaks != EvidenceItem::Speaks::ForForgery ||
           std::ranges::find(ignored, kind.name) != ignored.end();
  };
  if (settings.on_reject != OnReject::Evidence ||
      !std::ranges::all_of(kEvidenceKinds, can_never_reject)) {
    return {};
  }
  return {{Severity::Warning, "policy.ignore_evidence",
           "every item for forgery is ignored: on_reject = \"evidence\" never rejects, as "
           "\"quarantine\" says it"}};
}

std::vector<Finding> report_findings(const Settings::Report& report) {
  if (report.active_days <= report.retention_days) return {};
  return {{Severity::Warning, "report.retention_days",
           "what passed DMARC is forgotten earlier than report.active_days wants to know it"}};
}

}  // namespace

std::vector<Finding> contradictions(const Settings& settings) {
  std::vector<Finding> all = wide_networks(settings);
  std::ranges::copy(repeated_names(settings.milter), std::back_inserter(all));
  std::ranges::copy(dmarc_findings(settings.dmarc), std::back_inserter(all));
  std::ranges::copy(dns_findings(settings.dns), std::back_inserter(all));
  std::ranges::copy(evidence_findings(settings), std::back_inserter(all));
  std::ranges::copy(report_findings(settings.report), std::back_inserter(all));
  return all;
}

std::vector<Finding> public_suffix_findings(const Settings::Dmarc& dmarc, const std::string& list) {
  const bool decides = dmarc.org_domain == DiscoveryMethod::Psl;
  if (!decides && !dmarc.compare_psl) return {};
  const char* key = decides ? "dmarc.org_domain" : "dmarc.compare_psl";
  if (!list.empty()) return {{Severity::Note, key, "the public suffix list is " + list}};
  return {{decides ? Severity::Error : Severity::Warning, key,
           "this host has no public suffix list; expected that of the package publicsuffix"}};
}

}  // namespace waarmerk::policy
