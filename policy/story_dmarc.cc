// The middle of the story: the DMARC records, and how the identifiers stand to the author domain.
#include <algorithm>

#include "policy/dmarc/alignment.h"
#include "policy/dmarc/tree_walk.h"
#include "policy/story.h"

namespace waarmerk::policy::story {
namespace {

std::string step_sentence(const dmarc::WalkStep& step) {
  std::string sentence = "_dmarc." + step.name.text() + " ";
  if (step.record) {
    sentence += "said " + quoted(step.record->text);
  } else if (step.status == dns::Status::NoData || step.status == dns::Status::Found) {
    sentence += "has no DMARC record";
  } else {
    sentence += outcome_phrase(step.status);
  }
  return sentence + dnssec_note(step.security) + ".";
}

std::string organization_sentence(const dmarc::Walk& walk) {
  const auto organization = dmarc::organizational_domain(walk);
  if (!organization) {
    return "A DNS error leaves the organizational domain of " + walk.start.text() + " open.";
  }
  const bool by_list = dmarc::method_of(walk) == DiscoveryMethod::Psl;
  const std::string way = by_list ? "By the public suffix list " : "So ";
  if (*organization == walk.start)
    return way + walk.start.text() + " is its own organizational domain.";
  return way + "the organizational domain of " + walk.start.text() + " is " + organization->text() +
         ".";
}

/// Names that several walks asked are told once.
void tell_walk(const dmarc::Walk& walk, std::vector<DomainName>& told, Paragraph& paragraph) {
  for (const dmarc::WalkStep& step : walk.steps) {
    if (std::ranges::find(told, step.name) != told.end()) continue;
    told.push_back(step.name);
    paragraph.sentences.push_back(step_sentence(step));
  }
  if (walk.start_exists) {
    paragraph.sentences.push_back(walk.start.text() + (*walk.start_exists
                                                           ? " exists in the DNS."
                                                           : " does not exist in the DNS."));
  }
  paragraph.sentences.push_back(organization_sentence(walk));
}

std::string policy_sentence(const DmarcEvaluation& dmarc) {
  if (!dmarc.policy || !dmarc.policy_domain || !dmarc.record) {
    return "For " + dmarc.author_domain.text() + ": " + phrase(dmarc.reason) + ".";
  }
  std::string sentence = "The record of " + dmarc.policy_domain->text() + " applies to " +
                         dmarc.author_domain.text() + "; its " + dmarc.policy_tag + "= asks for " +
                         std::string(to_string(*dmarc.policy));
  if (dmarc.record->testing) sentence += ", after t=y made it one step milder";
  return sentence + " if the message fails.";
}

std::string identifier_name(const dmarc::Identifier& identifier) {
  return identifier.domain.text() + " (" +
         (identifier.mechanism == Mechanism::Dkim ? "DKIM" : "SPF") + ")";
}

/// "its organizational domain is list.example, and not bank.example".
std::string why_not_aligned(const dmarc::Identifier& identifier, const DmarcEvaluation& dmarc,
                            const Facts& facts) {
  const bool dkim = identifier.mechanism == Mechanism::Dkim;
  const auto mode = dkim ? dmarc.record->adkim : dmarc.record->aspf;
  if (mode == dmarc::AlignmentMode::Strict) {
    return std::string(dkim ? "adkim=s" : "aspf=s") + " asks for exactly " +
           dmarc.author_domain.text();
  }
  const std::string& wanted =
      (dmarc.organizational_domain ? *dmarc.organizational_domain : dmarc.author_domain).text();
  const dmarc::Walk* walk = find_walk(facts, identifier.domain);
  const auto own = walk == nullptr ? std::nullopt : dmarc::organizational_domain(*walk);
  if (own) return "its organizational domain is " + own->text() + ", and not " + wanted;
  return "it lies outside " + wanted + ", the author's organizational domain";
}

std::string standing_sentence(const dmarc::ComparedIdentifier& compared,
                              const DmarcEvaluation& dmarc, const Facts& facts) {
  const dmarc::Identifier& identifier = compared.identifier;
  std::string sentence = identifier_name(identifier);
  if (!identifier.authenticated) sentence += ", which a DNS error kept from being authenticated,";
  switch (compared.standing) {
    case dmarc::Standing::Identical:
      return sentence + " is aligned: it is the author domain.";
    case dmarc::Standing::SameOrganization:
      return sentence + " is aligned: its organizational domain is that of " +
             dmarc.author_domain.text() +
             (dmarc.organizational_domain ? ", " + dmarc.organizational_domain->text() + "."
                                          : std::string("."));
    case dmarc::Standing::NotAligned:
      return sentence + " is not aligned: " + why_not_aligned(identifier, dmarc, facts) + ".";
    case dmarc::Standing::Open:
      return sentence + " may be aligned: a DNS error hides its organizational domain.";
  }
  return sentence;
}

void tell_evaluation(const DmarcEvaluation& dmarc, const Facts& facts, Paragraph& paragraph) {
  paragraph.sentences.push_back(policy_sentence(dmarc));
  if (dmarc.record) {
    const auto compared = dmarc::compare_identifiers(dmarc, facts);
    for (const dmarc::ComparedIdentifier& one : compared) {
      paragraph.sentences.push_back(standing_sentence(one, dmarc, facts));
    }
    if (compared.empty()) {
      paragraph.sentences.emplace_back("Nothing was authenticated that could be aligned.");
    }
  }
  std::string result =
      "So DMARC of " + dmarc.author_domain.text() + " is " + std::string(to_string(dmarc.result));
  if (dmarc.record && dmarc.result == DmarcResult::TempError) result += ": " + phrase(dmarc.reason);
  paragraph.sentences.push_back(result + ".");
}

std::string record_phrase(const std::optional<DomainName>& place) {
  return place ? "the record of " + place->text() : "no record";
}

/// Of an author domain both organizational domain and record, where either is another.
std::string difference_sentence(const ListDifference& ways) {
  std::string sentence = "The public suffix list would have said otherwise of " +
                         ways.domain.text() + ": the organizational domain " +
                         ways.psl_organization.text();
  if (ways.treewalk_policy != ways.psl_policy) sentence += ", " + record_phrase(ways.psl_policy);
  return sentence + ".";
}

}  // namespace

Paragraph tell_dmarc_records(const Facts& facts) {
  Paragraph paragraph{"DMARC records", {}};
  std::vector<DomainName> told;
  for (const dmarc::Walk& walk : facts.walks) tell_walk(walk, told, paragraph);
  for (const ListDifference& ways : facts.list_differences) {
    paragraph.sentences.push_back(difference_sentence(ways));
  }
  return paragraph;
}

Paragraph tell_alignment(const Facts& facts, const Verdict& verdict) {
  Paragraph paragraph{"Alignment", {}};
  for (const DmarcEvaluation& dmarc : verdict.dmarc) tell_evaluation(dmarc, facts, paragraph);
  const DmarcEvaluation* deciding = verdict.deciding_dmarc();
  if (verdict.dmarc.size() > 1 && deciding != nullptr) {
    paragraph.sentences.push_back("Of these, " + deciding->author_domain.text() + " decided.");
  }
  if (verdict.dmarc.empty()) paragraph.sentences.emplace_back("DMARC was not evaluated.");
  return paragraph;
}

}  // namespace waarmerk::policy::story
