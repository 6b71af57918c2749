// The evidence of a message that a test describes.
#include <algorithm>

#include "policy/author_domain.h"
#include "policy/config_tests/config_test.h"
#include "policy/exemption.h"

namespace waarmerk::policy {
namespace {

/// The only record in the DNS of a test, or that its name cannot be read.
void fill(dmarc::WalkStep& step, const ConfigTest& test) {
  step.security = test.dnssec;
  if (test.policy == kNoRecord) return;
  if (auto record = dmarc::parse_record(test.policy)) {
    step.status = dns::Status::Found;
    step.record = std::move(*record);
  } else {
    step.status = dns::Status::ServFail;
  }
}

void add_walk(const DomainName& start, const ConfigTest& test, Facts& facts) {
  if (find_walk(facts, start) != nullptr) return;
  dmarc::Walk walk{.start = start, .start_exists = true};
  for (const DomainName& name : dmarc::walk_names(start)) {
    dmarc::WalkStep step{.name = name};
    const bool is_here = test.policy_domain
                             ? name == *test.policy_domain
                             : !test.author_domain.empty() && name == test.author_domain.front();
    if (is_here) fill(step, test);
    walk.steps.push_back(std::move(step));
    if (dmarc::ends_walk(walk.steps.back())) break;
  }
  facts.walks.push_back(std::move(walk));
}

/// As many as are evaluated of a real message.
Author author_of(const ConfigTest& test) {
  Author author;
  for (const DomainName& domain : test.author_domain) {
    if (std::ranges::find(author.domains, domain) != author.domains.end()) continue;
    if (author.domains.size() == kMaxAuthorDomains) {
      author.truncated = true;
    } else {
      author.domains.push_back(domain);
    }
  }
  const auto count = author.domains.size();
  if (count > 0) author.kind = count == 1 ? FromKind::One : FromKind::SeveralDomains;
  return author;
}

/// As many domains of recipients as are listed of a real message.
Envelope envelope_of(const ConfigTest& test) {
  Envelope envelope{.mail_from_domain = test.mail_from_domain,
                    .null_sender = !test.mail_from_domain,
                    .recipient_count = static_cast<unsigned>(test.recipients.size())};
  auto& listed = envelope.recipient_domains;
  for (const DomainName& domain : test.recipients) {
    if (std::ranges::find(listed, domain.text()) != listed.end()) continue;
    if (listed.size() == kMaxRecipientDomains) {
      ++envelope.unlisted_recipients;
    } else {
      listed.push_back(domain.text());
    }
  }
  return envelope;
}

/// Without MAIL FROM the name in HELO is checked. RFC 7208 2.4
SpfOutcome spf_of(const ConfigTest& test) {
  SpfOutcome spf{.result = test.spf, .domain = test.mail_from_domain};
  if (spf.domain) return spf;
  if (auto helo = DomainName::parse(test.helo)) spf.domain = std::move(*helo);
  return spf;
}

std::vector<DkimOutcome> signatures_of(const ConfigTest& test) {
  std::vector<DkimOutcome> signatures;
  for (const DomainName& domain : test.signed_by) {
    signatures.push_back({.result = DkimResult::Pass,
                          .domain = domain,
                          .selector = "test",
                          .algorithm = "rsa-sha256"});
  }
  for (const DomainName& domain : test.broken_signature_of) {
    signatures.push_back({.result = DkimResult::Fail,
                          .cause = DkimCause::BodyHash,
                          .domain = domain,
                          .selector = "test",
                          .algorithm = "rsa-sha256",
                          .reason = "body hash does not match"});
  }
  return signatures;
}

Client client_of(const ConfigTest& test) {
  return {.ip = test.client,
          .name = test.client_name,
          .iprev = test.client_name.empty() ? "" : "pass",
          .helo = test.helo,
          .tls = {.version = test.tls == "none" ? "" : test.tls}};
}

}  // namespace

Facts facts_of(const ConfigTest& test, const Settings::Exempt& exempt) {
  Facts facts{.client = client_of(test),
              .envelope = envelope_of(test),
              .author = author_of(test),
              .spf_mail_from = spf_of(test),
              .dkim = signatures_of(test)};
  if (test.client) facts.exemption = exemption_of(facts.client, exempt);
  if (!is_judged(facts)) return facts;
  for (const DomainName& author : facts.author.domains) add_walk(author, test, facts);
  if (facts.spf_mail_from.domain) add_walk(*facts.spf_mail_from.domain, test, facts);
  for (const DkimOutcome& signature : facts.dkim) add_walk(*signature.domain, test, facts);
  for (const DomainName& list : test.list_id) {
    facts.lists.push_back({"List-Id", list});
    add_walk(list, test, facts);
  }
  return facts;
}

}  // namespace waarmerk::policy
