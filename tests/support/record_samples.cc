// Typical records, written out.
#include "tests/support/record_samples.h"

#include <optional>
#include <string_view>

namespace waarmerk::support {
namespace {

using namespace std::chrono_literals;
using reporting::Record;

DomainName domain(std::string_view text) { return DomainName::from_octets(text).value(); }

policy::dmarc::Record published(policy::Disposition p) {
  policy::dmarc::Record record;
  record.p = p;
  record.rua = {"mailto:reports@example.com"};
  record.text = "v=DMARC1; p=" + std::string(to_string(p)) + "; rua=mailto:reports@example.com";
  return record;
}

policy::dmarc::WalkStep step(std::string_view name, dns::Status status) {
  return {domain(name), status, dns::Security::Insecure, std::nullopt};
}

policy::dmarc::Walk walk(std::string_view start, policy::dmarc::Record record) {
  policy::dmarc::WalkStep found = step(start, dns::Status::Found);
  found.record = std::move(record);
  return {domain(start), {std::move(found), step("com", dns::Status::NoData)}, std::nullopt};
}

policy::DmarcEvaluation evaluation(std::string_view author, policy::DmarcResult result) {
  return {.author_domain = domain(author),
          .result = result,
          .policy_domain = domain(author),
          .organizational_domain = domain(author),
          .record = published(policy::Disposition::Reject),
          .policy = policy::Disposition::Reject,
          .policy_tag = "p",
          .aligned = {},
          .reason = "no authenticated identifier is aligned"};
}

/// The list found the record above the author domain, and nothing was asked of the signer.
Record listed_record() {
  Record record = plain_record();
  const DomainName organization = domain("example.com");
  auto& walks = record.facts.walks;
  walks = {walk("example.com", published(policy::Disposition::Reject))};
  walks[0].start = domain("news.example.com");
  walks[0].steps = {step("news.example.com", dns::Status::NxDomain), walks[0].steps[0]};
  walks[0].listed_organization = organization;
  walks.push_back({domain("mail.example.com"), {}, std::nullopt, organization});
  record.facts.author.domains = {domain("news.example.com")};
  record.verdict.dmarc[0].author_domain = domain("news.example.com");
  record.verdict.dmarc[0].discovery = policy::DiscoveryMethod::Psl;
  return record;
}

Record compared_record() {
  Record record = plain_record();
  record.facts.list_differences = {
      {domain("a.b.example"), domain("a.b.example"), domain("b.example"), domain("b.example"), {}},
      {domain("c.example"), domain("example"), domain("c.example"), {}, domain("c.example")}};
  return record;
}

Record failing_record() {
  Record record = plain_record();
  record.facts.spf_mail_from.result = policy::SpfResult::Fail;
  record.facts.spf_mail_from.reason = "matched -all of example.com";
  record.facts.spf_mail_from.explanation = "192.0.2.1 may not send for example.com";
  record.facts.dkim.clear();
  record.verdict.dmarc = {evaluation("example.com", policy::DmarcResult::Fail)};
  record.verdict.evidence = {
      {policy::EvidenceItem::Speaks::ForForgery, "spf-not-authorised", "fail"}};
  record.verdict.decision = {.requested = policy::Disposition::Reject,
                             .applied = policy::Disposition::Reject,
                             .action = policy::ActionKind::Reject,
                             .would = policy::ActionKind::Reject,
                             .cause = policy::Cause::DmarcPolicy,
                             .rule = "on_reject=evidence",
                             .overrides = {},
                             .why = "DMARC of example.com fails and its policy is reject"};
  return record;
}

Record monitored_record() {
  Record record = failing_record();
  record.mode = policy::Mode::Monitor;
  record.verdict.decision.applied = policy::Disposition::None;
  record.verdict.decision.action = policy::ActionKind::Accept;
  record.verdict.decision.overrides = {{policy::Override::Type::LocalPolicy, "mode=monitor"}};
  return record;
}

Record exempt_record() {
  Record record = plain_record();
  record.facts.exemption = policy::Exemption::Authenticated;
  record.facts.client.authenticated = true;
  record.facts.dkim.clear();
  record.facts.walks.clear();
  record.facts.dns.clear();
  record.facts.spf_mail_from = {};
  record.facts.spf_helo = {};
  record.verdict.dmarc.clear();
  record.verdict.decision.rule = "exempt";
  return record;
}

Record authorless_record() {
  Record record = plain_record();
  record.facts.author = {policy::FromKind::Unusable, {}, false, "no domain in \"undisclosed\""};
  record.facts.walks.clear();
  record.verdict.dmarc.clear();
  record.verdict.decision.cause = policy::Cause::NoFrom;
  record.verdict.decision.rule = "no_from=reject";
  record.verdict.decision.action = policy::ActionKind::Reject;
  return record;
}

Record oversized_record() {
  Record record = exempt_record();
  record.facts.exemption = policy::Exemption::None;
  record.facts.client.authenticated = false;
  record.facts.oversized_header = true;
  record.facts.forged_fields = 12'000;
  record.verdict.decision.cause = policy::Cause::OversizedHeader;
  record.verdict.decision.rule = "oversized_header=reject";
  record.verdict.decision.action = policy::ActionKind::Reject;
  record.verdict.decision.would = policy::ActionKind::Reject;
  return record;
}

Record several_domains_record() {
  Record record = failing_record();
  record.facts.author = {policy::FromKind::SeveralDomains,
                         {domain("example.com"), domain("example.org"), domain("example.net")},
                         true,
                         {}};
  record.facts.walks.push_back(walk("example.org", published(policy::Disposition::None)));
  record.verdict.dmarc = {evaluation("example.com", policy::DmarcResult::Pass),
                          evaluation("example.org", policy::DmarcResult::Fail),
                          evaluation("example.net", policy::DmarcResult::None)};
  record.verdict.dmarc[2].record = std::nullopt;
  record.verdict.dmarc[2].policy = std::nullopt;
  record.verdict.dmarc[2].policy_domain = std::nullopt;
  record.verdict.dmarc[2].policy_tag.clear();
  record.verdict.deciding = 1;
  return record;
}

Record temperror_record() {
  Record record = plain_record();
  record.facts.spf_mail_from = {};
  record.facts.spf_mail_from.result = policy::SpfResult::TempError;
  record.facts.dkim.front().result = policy::DkimResult::TempError;
  record.facts.dkim.front().cause = policy::DkimCause::Dns;
  record.facts.dkim.front().bits = 0;
  record.facts.walks = {
      {domain("example.com"),
       {step("example.com", dns::Status::ServFail), step("com", dns::Status::Timeout)},
       true}};
  record.verdict.dmarc = {evaluation("example.com", policy::DmarcResult::TempError)};
  record.verdict.dmarc.front().organizational_domain = std::nullopt;
  record.verdict.decision.cause = policy::Cause::DmarcTempError;
  record.facts.internal_error = "E-7: the waiting sessions are at their limit";
  return record;
}

Record addresses_record() {
  Record record = plain_record();
  record.facts.envelope.mail_from_address = "anna@example.com";
  record.facts.envelope.recipient_addresses = {"ben@example.net", "\xc3\xa9ve@example.net"};
  record.facts.client.ip = IpAddress::parse("2001:db8::25").value();
  record.facts.author.kind = policy::FromKind::SeveralFields;
  record.facts.forged_fields = 3;
  return record;
}

Record report_record() {
  Record record = plain_record();
  record.facts.envelope.to_report_mailbox = true;
  return record;
}

}  // namespace

Record plain_record() {
  Record record{.node = "mx1.example.net",
                .run = "1777615200-4711",
                .seq = 42,
                .mode = policy::Mode::Enforce,
                .engine = policy::Engine::Native,
                .facts = {},
                .verdict = {},
                .timings = {250'000us, 12'345us, 7us},
                .cut = {}};
  policy::Facts& facts = record.facts;
  facts.queue_id = "4bXyz12T3w";
  facts.time = std::chrono::sys_days(std::chrono::year(2026) / 5 / 1) + 12h + 30min + 5s + 678us;
  facts.client = {IpAddress::parse("192.0.2.1").value(),
                  "mail.example.com",
                  "pass",
                  "mail.example.com",
                  {"TLSv1.3", "TLS_AES_256_GCM_SHA384", 256, "OK", "", ""},
                  false};
  facts.envelope = {domain("example.com"), false, {"example.net"}, 2, {}, {}};
  facts.author = {policy::FromKind::One, {domain("example.com")}, false, {}};
  facts.spf_mail_from = {policy::SpfResult::Pass,
                         domain("example.com"),
                         "matched ip4:192.0.2.0/24 of example.com",
                         "",
                         0,
                         0};
  facts.spf_helo = {policy::SpfResult::None,
                    domain("mail.example.com"),
                    "no SPF record at mail.example.com",
                    "",
                    0,
                    0};
  facts.dkim = {{policy::DkimResult::Pass, policy::DkimCause::None, domain("example.com"), "s2026",
                 "rsa-sha256", "", 2048, "Fq0Xh2aB", "", false, dns::Security::Secure}};
  facts.walks = {walk("example.com", published(policy::Disposition::Reject))};
  facts.lists = {{"List-Id", domain("news.example.com")}};
  facts.dns = {{domain("_dmarc.example.com"), dns::Type::Txt, dns::Status::Found,
                dns::Security::Secure, "v=DMARC1; p=reject; rua=mailto:reports@example.com"}};
  record.verdict.dmarc = {evaluation("example.com", policy::DmarcResult::Pass)};
  record.verdict.dmarc.front().aligned = {{policy::Mechanism::Spf, domain("example.com"), true},
                                          {policy::Mechanism::Dkim, domain("example.com"), true}};
  record.verdict.dmarc.front().reason = "DKIM of example.com is aligned";
  record.verdict.decision.rule = "default";
  record.verdict.decision.why = "DMARC of example.com passes";
  return record;
}

std::vector<NamedRecord> typical_records() {
  return {{"plain", plain_record()},
          {"failing", failing_record()},
          {"monitored", monitored_record()},
          {"exempt", exempt_record()},
          {"without_author_domain", authorless_record()},
          {"oversized_header", oversized_record()},
          {"by_the_public_suffix_list", listed_record()},
          {"compared_with_the_list", compared_record()},
          {"several_author_domains", several_domains_record()},
          {"temporary_errors", temperror_record()},
          {"with_addresses", addresses_record()},
          {"a_report_about_us", report_record()},
          {"nothing_known", Record{}}};
}

}  // namespace waarmerk::support
