#include "policy/evidence.h"

#include <algorithm>
#include <string>

#include "policy/dmarc/tree_walk.h"

namespace waarmerk::policy {
namespace {

using Speaks = EvidenceItem::Speaks;

/// True if both names are known to share an organizational domain. Unknown counts as no.
bool same_organization(const DomainName& a, const DomainName& b, const Facts& facts) {
  if (a == b) return true;
  const dmarc::Walk* walk_a = find_walk(facts, a);
  const dmarc::Walk* walk_b = find_walk(facts, b);
  if (walk_a == nullptr || walk_b == nullptr) return false;
  return dmarc::same_organization(*walk_a, *walk_b).value_or(false);
}

/// True if who authenticated as `identity` speaks for the list: its domain is that one, or below
/// it, or of the same organization.
bool speaks_for(const DomainName& identity, const DomainName& list, const Facts& facts) {
  return list.is_at_or_below(identity) || same_organization(list, identity, facts);
}

/// What was proven about who handed the message over: passing d= domains and the SPF domain.
std::vector<DomainName> authenticated_domains(const Facts& facts) {
  std::vector<DomainName> domains;
  for (const DkimOutcome& signature : facts.dkim) {
    if (signature.result == DkimResult::Pass && signature.domain) {
      domains.push_back(*signature.domain);
    }
  }
  const SpfOutcome& spf = facts.spf_mail_from;
  if (spf.result == SpfResult::Pass && spf.domain) domains.push_back(*spf.domain);
  return domains;
}

void add_list_identity(const Facts& facts, std::vector<EvidenceItem>& items) {
  for (const DomainName& domain : authenticated_domains(facts)) {
    for (const ListTrace& list : facts.lists) {
      if (!speaks_for(domain, list.domain, facts)) continue;
      items.push_back(
          {Speaks::ForIndirectMail, std::string(kIndirectList),
           list.field + " " + list.domain.text() + ", authenticated as " + domain.text()});
      return;
    }
  }
}

bool is_listed(const std::vector<DomainName>& domains, const DomainName& domain) {
  return std::ranges::find(domains, domain) != domains.end();
}

/// A list that the postmaster knows needs no list fields, but must have proved who it is.
void add_known_list(const Facts& facts, const Settings& settings,
                    std::vector<EvidenceItem>& items) {
  for (const DomainName& domain : authenticated_domains(facts)) {
    if (!is_listed(settings.known_lists, domain)) continue;
    items.push_back({Speaks::ForIndirectMail, std::string(kIndirectKnownList),
                     "authenticated as " + domain.text()});
    return;
  }
}

void add_known_forwarder(const Facts& facts, const Settings& settings,
                         std::vector<EvidenceItem>& items) {
  const auto add = [&items](std::string value) {
    items.push_back({Speaks::ForIndirectMail, std::string(kIndirectForwarder), std::move(value)});
  };
  for (const IpPrefix& network : settings.forwarder_networks) {
    if (facts.client.ip && network.contains(*facts.client.ip)) {
      add("client " + facts.client.ip->text() + " in " + network.text());
      return;
    }
  }
  for (const DkimOutcome& signature : facts.dkim) {
    if (signature.result != DkimResult::Pass || !signature.domain) continue;
    if (is_listed(settings.forwarder_domains, *signature.domain)) {
      add("signature of " + signature.domain->text());
      return;
    }
  }
}

/// A key that cannot be fetched now may prove a moment later that the mail is a list's or a known
/// forwarder's: a rejection could not be taken back.
void add_undecided(const Facts& facts, const Settings& settings, std::vector<EvidenceItem>& items) {
  const auto matters = [&](const DomainName& domain) {
    return is_listed(settings.forwarder_domains, domain) ||
           is_listed(settings.known_lists, domain) ||
           std::ranges::any_of(facts.lists, [&](const ListTrace& list) {
             return speaks_for(domain, list.domain, facts);
           });
  };
  for (const DkimOutcome& signature : facts.dkim) {
    if (signature.result != DkimResult::TempError || !signature.domain) continue;
    if (!matters(*signature.domain)) continue;
    items.push_back({Speaks::ForIndirectMail, std::string(kIndirectUndecided),
                     "signature of " + signature.domain->text()});
    return;
  }
}

/// A field that names the author's domain costs a forger nothing. It counts as a signature only
/// when its header hash was held against a key of that domain.
bool is_signature(const DkimOutcome& signature) {
  const bool right =
      signature.result == DkimResult::Pass ||
      (signature.result == DkimResult::Policy && signature.cause != DkimCause::Limit);
  return right || signature.cause == DkimCause::Expired || signature.cause == DkimCause::BodyHash ||
         signature.cause == DkimCause::HeaderHash;
}

/// The author's signatures, right or broken.
std::vector<const DkimOutcome*> author_signatures(const DmarcEvaluation& evaluation,
                                                  const Facts& facts) {
  std::vector<const DkimOutcome*> own;
  for (const DkimOutcome& signature : facts.dkim) {
    if (signature.domain && is_signature(signature) &&
        same_organization(*signature.domain, evaluation.author_domain, facts)) {
      own.push_back(&signature);
    }
  }
  return own;
}

bool any_broke_on(const std::vector<const DkimOutcome*>& signatures, DkimCause cause) {
  return std::ranges::any_of(signatures,
                             [cause](const DkimOutcome* s) { return s->cause == cause; });
}

/// SPF says that the client may not use the envelope domain, or says nothing of it: neutral is to
/// be treated as none. RFC 7208 8.2
bool client_is_unauthorised(SpfResult result) {
  using enum SpfResult;
  return result == Fail || result == SoftFail || result == None || result == Neutral;
}

void add_forgery(const DmarcEvaluation& evaluation, const Facts& facts,
                 const std::vector<const DkimOutcome*>& own, std::vector<EvidenceItem>& items) {
  const SpfOutcome& spf = facts.spf_mail_from;
  if (!client_is_unauthorised(spf.result)) return;
  const bool broken = any_broke_on(own, DkimCause::HeaderHash);
  if (!own.empty() && !broken) return;
  std::string value = "SPF " + std::string(to_string(spf.result));
  if (spf.domain) value += " for " + spf.domain->text();
  value += broken ? "; the signature of " : "; no usable signature of ";
  value += evaluation.author_domain.text();
  if (broken) value += " does not match the header";
  items.push_back({Speaks::ForForgery,
                   std::string(broken ? kForgeryBrokenSignature : kForgeryUnsigned),
                   std::move(value)});
}

}  // namespace

const EvidenceKind* find_evidence(std::string_view name) {
  const auto kind = std::ranges::find(kEvidenceKinds, name, &EvidenceKind::name);
  return kind == kEvidenceKinds.end() ? nullptr : &*kind;
}

std::vector<EvidenceItem> weigh_evidence(const DmarcEvaluation& evaluation, const Facts& facts,
                                         const Settings& settings) {
  std::vector<EvidenceItem> items;
  const auto own = author_signatures(evaluation, facts);
  add_forgery(evaluation, facts, own, items);
  add_known_forwarder(facts, settings, items);
  add_known_list(facts, settings, items);
  const std::size_t before = items.size();
  add_list_identity(facts, items);
  const bool through_list = items.size() > before;
  // A list that adds a footer breaks exactly the body hash; alone it proves nothing.
  if (through_list && any_broke_on(own, DkimCause::BodyHash)) {
    items.push_back(
        {Speaks::ForIndirectMail, std::string(kIndirectChangedBody),
         "signature of " + evaluation.author_domain.text() + " with an unchanged header"});
  }
  add_undecided(facts, settings, items);
  // Last, so that each item is found as if no other were ignored.
  const auto& ignored = settings.ignore_evidence;
  std::erase_if(items, [&ignored](const EvidenceItem& item) {
    return std::ranges::find(ignored, item.name) != ignored.end();
  });
  return items;
}

bool is_vouched_for(const std::vector<EvidenceItem>& evidence) {
  return std::ranges::any_of(evidence, [](const EvidenceItem& item) {
    return item.name == kIndirectForwarder || item.name == kIndirectKnownList;
  });
}

const EvidenceItem* first_indirect(const std::vector<EvidenceItem>& evidence) {
  const auto item = std::ranges::find(evidence, Speaks::ForIndirectMail, &EvidenceItem::speaks);
  return item == evidence.end() ? nullptr : &*item;
}

bool shows_forgery(const std::vector<EvidenceItem>& evidence) {
  const bool forged =
      std::ranges::find(evidence, Speaks::ForForgery, &EvidenceItem::speaks) != evidence.end();
  return forged && first_indirect(evidence) == nullptr;
}

}  // namespace waarmerk::policy
