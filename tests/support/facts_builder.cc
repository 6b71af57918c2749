#include "tests/support/facts_builder.h"

namespace waarmerk::policy::testing_support {

DomainName domain(std::string_view text) { return DomainName::parse(text).value(); }

FactsBuilder::FactsBuilder(std::string_view author_domain) {
  facts.queue_id = "4T3sT1";
  facts.time = WallTime(std::chrono::seconds(1795000000));
  facts.client.ip = IpAddress::parse("192.0.2.1").value();
  facts.client.helo = "mail.example.net";
  facts.envelope.null_sender = false;
  facts.author.kind = FromKind::One;
  facts.author.domains = {domain(author_domain)};
}

FactsBuilder& FactsBuilder::record(std::string_view text) {
  const std::string author = facts.author.domains.front().text();
  return walk(author, author, text);
}

FactsBuilder& FactsBuilder::walk(std::string_view start, std::string_view at,
                                 std::string_view text) {
  dmarc::Walk walk{.start = domain(start)};
  for (const DomainName& name : dmarc::walk_names(walk.start)) {
    dmarc::WalkStep step{.name = name};
    if (!text.empty() && name.text() == at) {
      step.status = dns::Status::Found;
      step.record = dmarc::parse_record(text).value();
    }
    walk.steps.push_back(step);
    if (dmarc::ends_walk(walk.steps.back())) break;
  }
  facts.walks.push_back(std::move(walk));
  return *this;
}

FactsBuilder& FactsBuilder::spf(SpfResult result, std::string_view mail_from_domain) {
  facts.spf_mail_from = {.result = result, .domain = domain(mail_from_domain)};
  facts.envelope.mail_from_domain = domain(mail_from_domain);
  return *this;
}

FactsBuilder& FactsBuilder::signature(std::string_view signing_domain, DkimResult result,
                                      DkimCause cause) {
  facts.dkim.push_back({.result = result,
                        .cause = cause,
                        .domain = domain(signing_domain),
                        .selector = "s",
                        .algorithm = "rsa-sha256",
                        .bits = 2048,
                        .header_b = "AbCdEfGh"});
  return *this;
}

FactsBuilder& FactsBuilder::list_id(std::string_view list_domain) {
  facts.lists.push_back({"List-Id", domain(list_domain)});
  return *this;
}

}  // namespace waarmerk::policy::testing_support
