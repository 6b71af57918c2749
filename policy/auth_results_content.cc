// What our Authentication-Results field says of a message. RFC 8601 2.7, RFC 9989 9
#include <algorithm>

#include "policy/auth_results.h"
#include "policy/dmarc/alignment.h"

namespace waarmerk::policy {
namespace {

using Properties = std::vector<std::pair<std::string, std::string>>;

void add(Properties& properties, std::string_view name, std::string_view value) {
  if (!value.empty()) properties.emplace_back(name, value);
}

void add(Properties& properties, std::string_view name, const std::optional<DomainName>& domain) {
  if (domain) properties.emplace_back(name, domain->text());
}

/// One remark of a comment.
void remark(std::string& comment, std::string_view text) {
  if (text.empty()) return;
  if (!comment.empty()) comment += ", ";
  comment += text;
}

/// The DNSSEC state of a record that was used. The dns.sec property belongs to the dnswl method
/// (RFC 8904 2), so it is a remark for people only. R-23
std::string_view dnssec_remark(dns::Security security) {
  switch (security) {
    case dns::Security::Secure:
      return "dns.sec: yes";
    case dns::Security::Insecure:
      return "dns.sec: no";
    case dns::Security::Bogus:
      return "dns.sec: bogus";
    case dns::Security::Unknown:
      return "";
  }
  return "";
}

dns::Security spf_security(const Facts& facts, const std::optional<DomainName>& domain) {
  const auto trace = std::ranges::find_if(facts.dns, [&](const DnsTrace& answer) {
    return domain && answer.name == *domain && answer.type == dns::Type::Txt;
  });
  return trace == facts.dns.end() ? dns::Security::Unknown : trace->security;
}

MethodResult spf_result(const Facts& facts, const SpfOutcome& spf, std::string_view property) {
  MethodResult result{.method = "spf", .result = std::string(to_string(spf.result))};
  result.reason = spf.reason;
  remark(result.comment, dnssec_remark(spf_security(facts, spf.domain)));
  add(result.properties, property, spf.domain);
  return result;
}

bool was_evaluated(const SpfOutcome& spf) {
  return spf.domain.has_value() || spf.result != SpfResult::None;
}

/// A result for each identity. With the null reverse-path the name in HELO takes the place of MAIL
/// FROM (RFC 7208 2.4), so that both are the same one. R-06
void add_spf(std::vector<MethodResult>& results, const Facts& facts) {
  if (facts.envelope.null_sender) {
    const bool in_mail_from = was_evaluated(facts.spf_mail_from);
    const SpfOutcome& spf = in_mail_from ? facts.spf_mail_from : facts.spf_helo;
    results.push_back(spf_result(facts, spf, "smtp.helo"));
    return;
  }
  results.push_back(spf_result(facts, facts.spf_mail_from, "smtp.mailfrom"));
  if (was_evaluated(facts.spf_helo)) {
    results.push_back(spf_result(facts, facts.spf_helo, "smtp.helo"));
  }
}

MethodResult dkim_result(const DkimOutcome& dkim) {
  MethodResult result{.method = "dkim", .result = std::string(to_string(dkim.result))};
  result.reason = dkim.reason;
  if (dkim.bits != 0) remark(result.comment, std::to_string(dkim.bits) + "-bit key");
  if (dkim.testing) remark(result.comment, "test key");
  remark(result.comment, dnssec_remark(dkim.key_security));
  add(result.properties, "header.d", dkim.domain);
  if (!dkim.identity_domain.empty()) {
    add(result.properties, "header.i", "@" + dkim.identity_domain);
  }
  add(result.properties, "header.s", dkim.selector);
  add(result.properties, "header.a", dkim.algorithm);
  add(result.properties, "header.b", dkim.header_b);
  // The signature is right; a rule of this site says that it does not count. RFC 8601 2.4, R-27
  if (dkim.result == DkimResult::Policy) {
    add(result.properties, "policy.rule", to_string(dkim.cause));
  }
  return result;
}

/// Every signature has its result; a message without one says so. K-23
void add_dkim(std::vector<MethodResult>& results, const Facts& facts) {
  if (facts.dkim.empty()) results.push_back({.method = "dkim", .result = "none"});
  std::ranges::transform(facts.dkim, std::back_inserter(results), dkim_result);
}

MethodResult dmarc_result(const Facts& facts, const DmarcEvaluation& dmarc) {
  MethodResult result{.method = "dmarc", .result = std::string(to_string(dmarc.result))};
  result.reason = dmarc.reason;
  remark(result.comment, dnssec_remark(dmarc::record_security(dmarc, facts)));
  add(result.properties, "header.from", dmarc.author_domain);
  if (dmarc.policy) add(result.properties, "policy.dmarc", to_string(*dmarc.policy));
  return result;
}

/// Why there is no author domain to evaluate. RFC 9989 5.3.1, D-02, D-07
std::string missing_author(const Author& author) {
  switch (author.kind) {
    case FromKind::SeveralFields:
      return "more than one From field";
    case FromKind::Unusable:
      return author.problem.empty() ? "the From field is unusable" : author.problem;
    case FromKind::None:
    case FromKind::One:
    case FromKind::SeveralDomains:
      break;
  }
  return "no author domain";
}

void add_dmarc(std::vector<MethodResult>& results, const Facts& facts, const Verdict& verdict) {
  if (verdict.dmarc.empty()) {
    results.push_back(
        {.method = "dmarc", .result = "none", .reason = missing_author(facts.author)});
  }
  // The one that decided comes first: many readers look no further.
  const DmarcEvaluation* deciding = verdict.deciding_dmarc();
  if (deciding != nullptr) results.push_back(dmarc_result(facts, *deciding));
  for (const DmarcEvaluation& dmarc : verdict.dmarc) {
    if (&dmarc != deciding) results.push_back(dmarc_result(facts, dmarc));
  }
  if (facts.author.truncated) {
    remark(results.back().comment, "more author domains than are evaluated");
  }
}

/// Why something else is done than the domain owner asks: a remark beside the evaluation that
/// decided. P-11
void add_overrides(MethodResult& result, const Decision& decision) {
  for (const Override& override : decision.overrides) {
    remark(result.comment,
           "override " + std::string(to_string(override.type)) + ": " + override.comment);
  }
}

/// The mail server let the client log in. What the client then says in AUTH= of MAIL FROM is left
/// out: nobody has checked that. RFC 8601 2.7.4, R-08, R-11
void add_auth(std::vector<MethodResult>& results, const Client& client, const Login& login) {
  if (!client.authenticated) return;
  MethodResult result{.method = "auth", .result = "pass", .comment = login.mechanism};
  add(result.properties, "smtp.auth", login.name);
  results.push_back(std::move(result));
}

/// Whether the client's address and name point to each other, as the mail server found it.
/// RFC 8601 2.7.3, R-08
void add_iprev(std::vector<MethodResult>& results, const Client& client) {
  if (client.iprev.empty() || !client.ip) return;
  MethodResult result{.method = "iprev", .result = client.iprev, .comment = client.name};
  add(result.properties, "policy.iprev", client.ip->text());
  results.push_back(std::move(result));
}

/// Why nothing can be said of the message; empty when it was judged. What is known of one on which
/// something of ours failed is not surely complete: it is not said.
std::string not_checked(const Facts& facts) {
  if (facts.exemption != Exemption::None) {
    return "not checked: " + std::string(to_string(facts.exemption));
  }
  if (!facts.internal_error.empty()) return "not checked: internal error " + facts.internal_error;
  return facts.oversized_header ? "not checked: the header is too large" : "";
}

}  // namespace

AuthenticationResults auth_results_of(std::string_view authserv_id, const Facts& facts,
                                      const Verdict& verdict, const Login& login) {
  AuthenticationResults ours{.authserv_id = std::string(authserv_id)};
  add_auth(ours.results, facts.client, login);
  ours.comment = not_checked(facts);
  if (!ours.comment.empty()) return ours;
  add_spf(ours.results, facts);
  const auto first = ours.results.size();
  add_dmarc(ours.results, facts, verdict);
  add_overrides(ours.results[first], verdict.decision);
  add_iprev(ours.results, facts.client);
  // Their number is the sender's choice: whatever has to be left out is at the end.
  add_dkim(ours.results, facts);
  return ours;
}

}  // namespace waarmerk::policy
