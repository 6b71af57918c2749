#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "policy/auth_results.h"

namespace waarmerk::policy {
namespace {

DomainName domain(std::string_view text) { return *DomainName::parse(text); }

/// A result as one line: method=result (comment) {reason} name=value ...
std::string shown(const MethodResult& result) {
  std::string out = result.method + "=" + result.result;
  if (!result.comment.empty()) out += " (" + result.comment + ")";
  if (!result.reason.empty()) out += " {" + result.reason + "}";
  for (const auto& [name, value] : result.properties) out += " " + name + "=" + value;
  return out;
}

std::vector<std::string> said(const Facts& facts, const Verdict& verdict = {}) {
  std::vector<std::string> lines;
  for (const MethodResult& result : auth_results_of("mx.example", facts, verdict).results) {
    lines.push_back(shown(result));
  }
  return lines;
}

using Lines = std::vector<std::string>;

/// A message from bounce@news.example that nothing is known of.
Facts plain_facts() {
  Facts facts;
  facts.envelope.null_sender = false;
  facts.envelope.mail_from_domain = domain("news.example");
  facts.spf_mail_from = {SpfResult::None, domain("news.example"), "no SPF record", "", 1, 0};
  return facts;
}

DkimOutcome passed() {
  DkimOutcome dkim;
  dkim.result = DkimResult::Pass;
  dkim.domain = domain("example.com");
  dkim.selector = "s1";
  dkim.algorithm = "rsa-sha256";
  dkim.bits = 2048;
  dkim.header_b = "dGVzdHRl";
  return dkim;
}

DmarcEvaluation evaluated(DmarcResult result, std::string_view author) {
  return {.author_domain = domain(author), .result = result};
}

TEST(AuthResultsOf, NamesEveryMethodOfAMessageWithoutAnything) {
  EXPECT_EQ(said(plain_facts()), (Lines{"spf=none {no SPF record} smtp.mailfrom=news.example",
                                        "dmarc=none {no author domain}", "dkim=none"}));
}

TEST(AuthResultsOf, CarriesTheId) {
  EXPECT_EQ(auth_results_of("mx.example", plain_facts(), {}).authserv_id, "mx.example");
}

TEST(AuthResultsOf, NamesTheDomainOfMailFromWithoutLocalPart_R_06) {
  Facts facts = plain_facts();
  facts.envelope.mail_from_address = "private@news.example";
  facts.spf_mail_from.result = SpfResult::Pass;
  EXPECT_EQ(said(facts).front(), "spf=pass {no SPF record} smtp.mailfrom=news.example");
}

TEST(AuthResultsOf, AddsAResultForHeloWhenItWasEvaluated_R_06) {
  Facts facts = plain_facts();
  facts.spf_helo = {SpfResult::Fail, domain("mail.example"), "matched -all", "", 1, 0};
  EXPECT_EQ(said(facts).at(1), "spf=fail {matched -all} smtp.helo=mail.example");
}

TEST(AuthResultsOf, NamesHeloOnceForTheNullSender_R_06) {
  Facts facts = plain_facts();
  facts.envelope.null_sender = true;
  facts.envelope.mail_from_domain.reset();
  facts.spf_mail_from = {SpfResult::Pass, domain("mail.example"), "matched a", "", 1, 0};
  facts.spf_helo = facts.spf_mail_from;
  EXPECT_EQ(said(facts), (Lines{"spf=pass {matched a} smtp.helo=mail.example",
                                "dmarc=none {no author domain}", "dkim=none"}));
}

TEST(AuthResultsOf, FindsTheNullSendersResultUnderHelo) {
  Facts facts;
  facts.spf_helo = {SpfResult::SoftFail, domain("mail.example"), "", "", 1, 0};
  EXPECT_EQ(said(facts).front(), "spf=softfail smtp.helo=mail.example");
}

TEST(AuthResultsOf, LeavesOutADomainThatIsNone) {
  Facts facts = plain_facts();
  facts.spf_mail_from = {SpfResult::None, {}, "not a domain name", "", 0, 0};
  EXPECT_EQ(said(facts).front(), "spf=none {not a domain name}");
}

TEST(AuthResultsOf, NamesTheReverseNameThatTheMailServerFound_R_08) {
  Facts facts = plain_facts();
  facts.client.ip = *IpAddress::parse("2001:db8::1");
  facts.client.name = "mx.news.example";
  EXPECT_EQ(said(facts).size(), 3U) << "not looked at";
  facts.client.iprev = "pass";
  EXPECT_EQ(said(facts).at(2), "iprev=pass (mx.news.example) policy.iprev=2001:db8::1");
  facts.client = {.ip = facts.client.ip, .iprev = "temperror"};
  EXPECT_EQ(said(facts).at(2), "iprev=temperror policy.iprev=2001:db8::1");
}

TEST(AuthResultsOf, SaysFirstThatTheClientLoggedIn_R_08) {
  Facts facts = plain_facts();
  const Login login{.mechanism = "PLAIN", .name = "user@example.org"};
  const auto first = [&](const Login& shown) {
    const auto results = auth_results_of("mx.example", facts, {}, shown).results;
    return results.empty() ? "" : policy::shown(results.front());
  };
  EXPECT_TRUE(first(login).starts_with("spf=")) << "the mail server did not let it in";
  facts.client.authenticated = true;
  EXPECT_EQ(first(login), "auth=pass (PLAIN) smtp.auth=user@example.org");
  EXPECT_EQ(first({}), "auth=pass");
  facts.exemption = Exemption::Authenticated;
  EXPECT_EQ(first(login), "auth=pass (PLAIN) smtp.auth=user@example.org");
  EXPECT_EQ(auth_results_of("mx.example", facts, {}).results.size(), 1U);
  EXPECT_EQ(auth_results_of("mx.example", facts, {}).comment, "not checked: authenticated");
  facts.client.authenticated = false;
  EXPECT_EQ(first(login), "");
}

TEST(AuthResultsOf, TellsWhyThePolicyWasNotApplied_P_11) {
  const Facts facts = plain_facts();
  Verdict verdict;
  verdict.dmarc = {evaluated(DmarcResult::Fail, "a.example"),
                   evaluated(DmarcResult::Fail, "b.example")};
  verdict.deciding = 1;
  EXPECT_EQ(said(facts, verdict).at(1), "dmarc=fail header.from=b.example");
  verdict.decision.overrides = {{Override::Type::MailingList, "rule=news: ours"},
                                {Override::Type::LocalPolicy, "mode=tag"}};
  EXPECT_EQ(said(facts, verdict).at(1),
            "dmarc=fail (override mailing_list: rule=news: ours, override local_policy: mode=tag) "
            "header.from=b.example");
  EXPECT_EQ(said(facts, verdict).at(2), "dmarc=fail header.from=a.example");
}

TEST(AuthResultsOf, ListsEverySignature_K_23) {
  Facts facts = plain_facts();
  DkimOutcome broken = passed();
  broken.result = DkimResult::Fail;
  broken.reason = "body hash does not match";
  broken.identity_domain = "mail.example.com";
  broken.testing = true;
  broken.key_security = dns::Security::Secure;
  facts.dkim = {passed(), broken, {.result = DkimResult::PermError, .reason = "no d= tag"}};
  const Lines lines = said(facts);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[2],
            "dkim=pass (2048-bit key) header.d=example.com header.s=s1 header.a=rsa-sha256 "
            "header.b=dGVzdHRl");
  EXPECT_EQ(lines[3],
            "dkim=fail (2048-bit key, test key, dns.sec: yes) {body hash does not match} "
            "header.d=example.com header.i=@mail.example.com header.s=s1 header.a=rsa-sha256 "
            "header.b=dGVzdHRl");
  EXPECT_EQ(lines[4], "dkim=permerror {no d= tag}");
}

TEST(AuthResultsOf, NamesTheRuleThatMadeAResult_R_27) {
  Facts facts = plain_facts();
  DkimOutcome open_ended = passed();
  open_ended.result = DkimResult::Policy;
  open_ended.cause = DkimCause::BodyLength;
  DkimOutcome one_too_many = open_ended;
  one_too_many.cause = DkimCause::Limit;
  DkimOutcome broken = passed();
  broken.result = DkimResult::Fail;
  broken.cause = DkimCause::HeaderHash;
  facts.dkim = {open_ended, one_too_many, broken, passed()};
  const Lines lines = said(facts);
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_TRUE(lines[2].starts_with("dkim=policy ") &&
              lines[2].ends_with("policy.rule=body-length"));
  EXPECT_TRUE(lines[3].ends_with("policy.rule=limit"));
  for (const std::size_t other : {4U, 5U}) {
    EXPECT_EQ(lines[other].find("policy."), std::string::npos) << lines[other];
  }
}

TEST(AuthResultsOf, NamesAuthorDomainAndEvaluatedPolicy_R_07) {
  Verdict verdict;
  verdict.dmarc = {evaluated(DmarcResult::Fail, "example.com")};
  verdict.dmarc[0].policy = Disposition::Quarantine;
  verdict.dmarc[0].reason = "no aligned identifier";
  EXPECT_EQ(said(plain_facts(), verdict).at(1),
            "dmarc=fail {no aligned identifier} header.from=example.com policy.dmarc=quarantine");
}

TEST(AuthResultsOf, SaysNoPolicyWithoutARecord_R_07) {
  Verdict verdict;
  verdict.dmarc = {evaluated(DmarcResult::None, "example.com")};
  EXPECT_EQ(said(plain_facts(), verdict).at(1), "dmarc=none header.from=example.com");
}

TEST(AuthResultsOf, HasAResultForEachAuthorDomain_D_05) {
  Facts facts = plain_facts();
  facts.author.kind = FromKind::SeveralDomains;
  facts.author.truncated = true;
  Verdict verdict;
  verdict.dmarc = {evaluated(DmarcResult::Pass, "a.example"),
                   evaluated(DmarcResult::TempError, "b.example")};
  const Lines lines = said(facts, verdict);
  EXPECT_EQ(lines.at(1), "dmarc=pass header.from=a.example");
  EXPECT_EQ(lines.at(2),
            "dmarc=temperror (more author domains than are evaluated) header.from=b.example");
}

TEST(AuthResultsOf, NamesTheAuthorDomainThatDecidedFirst_D_05) {
  Verdict verdict;
  verdict.dmarc = {evaluated(DmarcResult::Pass, "a.example"),
                   evaluated(DmarcResult::Fail, "b.example"),
                   evaluated(DmarcResult::Pass, "c.example")};
  verdict.deciding = 1;
  const Lines lines = said(plain_facts(), verdict);
  EXPECT_EQ(Lines(lines.begin() + 1, lines.begin() + 4),
            (Lines{"dmarc=fail header.from=b.example", "dmarc=pass header.from=a.example",
                   "dmarc=pass header.from=c.example"}));
}

struct AuthorCase {
  std::string name;
  FromKind kind;
  std::string problem;
  std::string want;
};

std::ostream& operator<<(std::ostream& out, const AuthorCase& c) { return out << c.name; }

class MissingAuthor : public testing::TestWithParam<AuthorCase> {};

TEST_P(MissingAuthor, IsTheReason_D_02) {
  Facts facts = plain_facts();
  facts.author.kind = GetParam().kind;
  facts.author.problem = GetParam().problem;
  EXPECT_EQ(said(facts).at(1), "dmarc=none {" + GetParam().want + "}");
}

const AuthorCase kAuthors[] = {
    {"None", FromKind::None, "", "no author domain"},
    {"SeveralFields", FromKind::SeveralFields, "", "more than one From field"},
    {"Unusable", FromKind::Unusable, "an address literal", "an address literal"},
    {"UnusableWithoutWords", FromKind::Unusable, "", "the From field is unusable"},
};

INSTANTIATE_TEST_SUITE_P(Table, MissingAuthor, testing::ValuesIn(kAuthors),
                         [](const auto& row) { return row.param.name; });

TEST(AuthResultsOf, TellsDnssecOnlyInComments_R_23) {
  Facts facts = plain_facts();
  facts.dns = {
      {domain("news.example"), dns::Type::A, dns::Status::Found, dns::Security::Secure, ""},
      {domain("news.example"), dns::Type::Txt, dns::Status::Found, dns::Security::Insecure, ""}};
  dmarc::Walk walk{domain("mail.example.com"), {}, {}};
  walk.steps.push_back({domain("mail.example.com"), dns::Status::NoData, dns::Security::Bogus, {}});
  walk.steps.push_back({domain("example.com"), dns::Status::Found, dns::Security::Secure, {}});
  facts.walks = {walk};
  Verdict verdict;
  verdict.dmarc = {evaluated(DmarcResult::Pass, "mail.example.com")};
  verdict.dmarc[0].policy_domain = domain("example.com");
  const Lines lines = said(facts, verdict);
  EXPECT_EQ(lines.at(0), "spf=none (dns.sec: no) {no SPF record} smtp.mailfrom=news.example");
  EXPECT_EQ(lines.at(1), "dmarc=pass (dns.sec: yes) header.from=mail.example.com");
}

TEST(AuthResultsOf, SaysNothingOfAnExemptMessage_R_02) {
  Facts facts = plain_facts();
  facts.exemption = Exemption::Loopback;
  const AuthenticationResults ours = auth_results_of("mx.example", facts, {});
  EXPECT_EQ(ours.results, std::vector<MethodResult>{});
  EXPECT_EQ(ours.comment, "not checked: loopback");
}

TEST(AuthResultsOf, SaysNothingAfterAnInternalError) {
  Facts facts = plain_facts();
  facts.spf_mail_from.result = SpfResult::Pass;
  facts.internal_error = "E42";
  const AuthenticationResults ours = auth_results_of("mx.example", facts, {});
  EXPECT_EQ(ours.results, std::vector<MethodResult>{});
  EXPECT_EQ(ours.comment, "not checked: internal error E42");
}

}  // namespace
}  // namespace waarmerk::policy
