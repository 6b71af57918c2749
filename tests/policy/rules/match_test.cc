#include "policy/rules/match.h"

#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <string>

#include "policy/dmarc/alignment.h"
#include "policy/rules/keys.h"
#include "tests/policy/rules/rule_texts.h"
#include "tests/support/facts_builder.h"

namespace waarmerk::policy {
namespace {

using testing_support::block;
using testing_support::domain;
using testing_support::FactsBuilder;
using testing_support::settings_of;

FactsBuilder bank() {
  return FactsBuilder("bank.example")
      .record("v=DMARC1; p=reject")
      .spf(SpfResult::Fail, "bank.example");
}
FactsBuilder genuine_bank() { return bank().spf(SpfResult::Pass, "bank.example"); }
FactsBuilder shop() { return FactsBuilder("shop.example").walk("shop.example"); }
FactsBuilder branch() {
  return FactsBuilder("branch.bank.example")
      .walk("branch.bank.example", "bank.example", "v=DMARC1; p=reject");
}

template <typename Change>
Facts changed(FactsBuilder builder, const Change& change) {
  change(builder.facts);
  return builder.facts;
}

Facts from_client(std::string_view address) {
  return changed(shop(), [&](Facts& f) { f.client.ip = IpAddress::parse(address).value(); });
}
Facts named(std::string_view name, std::string_view iprev) {
  return changed(shop(), [&](Facts& f) {
    f.client.name = name;
    f.client.iprev = iprev;
  });
}
Facts greeting(std::string_view helo) {
  return changed(shop(), [&](Facts& f) { f.client.helo = helo; });
}
Facts over(std::string_view version) {
  return changed(shop(), [&](Facts& f) { f.client.tls.version = version; });
}
Facts to(std::vector<std::string> domains, unsigned unlisted = 0) {
  return changed(shop(), [&](Facts& f) {
    f.envelope.recipient_count = static_cast<unsigned>(domains.size()) + unlisted;
    f.envelope.recipient_domains = std::move(domains);
    f.envelope.unlisted_recipients = unlisted;
  });
}
Facts record_state(dns::Security security) {
  return changed(bank(), [&](Facts& f) { f.walks.front().steps.front().security = security; });
}
Facts bogus_record() {
  return changed(shop(), [](Facts& f) {
    f.walks.front().steps.front() = {
        domain("shop.example"), dns::Status::ServFail, dns::Security::Bogus, {}};
  });
}
Facts signed_by(std::string_view signer, DkimResult result) {
  return shop().signature(signer, result).facts;
}
Facts list_post(std::string_view name) {
  return changed(shop(), [&](Facts& f) { f.lists = {{"List-Post", domain(name)}}; });
}

/// A condition, a message of which it holds, and one nearly like it of which it does not.
struct Row {
  const char* name;
  const char* condition;
  Facts holds;
  Facts nearly;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class RuleMatchTest : public testing::TestWithParam<Row> {};

bool is_matched(const std::string& conditions, const Facts& facts,
                std::string_view action = "reject") {
  const Settings settings = settings_of(block("r", action, conditions));
  EXPECT_EQ(settings.rules.size(), 1U) << conditions;
  std::vector<DmarcEvaluation> dmarc;
  for (const DomainName& author : facts.author.domains) {
    dmarc.push_back(dmarc::evaluate_author(author, facts));
  }
  return first_match(settings.rules, {.facts = facts, .dmarc = dmarc}) != nullptr;
}

TEST_P(RuleMatchTest, HoldsOfOneAndNotOfItsTwin) {
  EXPECT_TRUE(is_matched(GetParam().condition, GetParam().holds));
  EXPECT_FALSE(is_matched(GetParam().condition, GetParam().nearly));
}

std::vector<Row> domain_rows() {
  return {
      {"author", R"(author_domain = "bank.example")", bank().facts, branch().facts},
      {"author_below", R"(author_domain = "*.bank.example")", branch().facts, bank().facts},
      {"author_by_labels", R"(author_domain = "*.example")", bank().facts,
       FactsBuilder("bankexample").walk("bankexample").facts},
      {"author_of_list", R"(author_domain = ["a.example", "bank.example"])", bank().facts,
       shop().facts},
      {"author_in_any_case", R"(author_domain = "BANK.Example.")", bank().facts, shop().facts},
      {"policy", R"(policy_domain = "bank.example")", branch().facts, shop().facts},
      {"policy_of_the_branch_itself", R"(policy_domain = "branch.bank.example")",
       FactsBuilder("branch.bank.example").record("v=DMARC1; p=none").facts, branch().facts},
      {"signer", R"(signing_domain = "esp.example")", signed_by("esp.example", DkimResult::Pass),
       signed_by("esp.example", DkimResult::Fail)},
      {"signer_of_several", R"(signing_domain = "esp.example")",
       shop()
           .signature("a.example", DkimResult::Pass)
           .signature("esp.example", DkimResult::Pass)
           .facts,
       shop()
           .signature("a.example", DkimResult::Pass)
           .signature("esp.example", DkimResult::Policy)
           .facts},
      {"mail_from", R"(mail_from_domain = "esp.example")",
       shop().spf(SpfResult::None, "esp.example").facts,
       changed(shop(), [](Facts& f) { f.envelope.null_sender = true; })},
      {"list_id", R"(list_id = "*.lists.example")", shop().list_id("a.lists.example").facts,
       list_post("a.lists.example")},
      {"recipients", R"(recipient_domain = ["a.example", "b.example"])",
       to({"a.example", "b.example"}), to({"a.example", "c.example"})},
      {"recipients_all_known", R"(recipient_domain = "a.example")", to({"a.example"}),
       to({"a.example"}, 1)},
      {"recipients_at_all", R"(recipient_domain = "a.example")", to({"a.example"}), to({})},
      {"any_recipient", R"(any_recipient_domain = "a.example")", to({"b.example", "a.example"}),
       to({"b.example", "c.example"})},
  };
}

std::vector<Row> client_rows() {
  return {
      {"client_network", R"(client = "192.0.2.0/24")", from_client("192.0.2.255"),
       from_client("192.0.3.0")},
      {"client_address", R"(client = "192.0.2.1")", from_client("192.0.2.1"),
       from_client("192.0.2.2")},
      {"client_v6", R"(client = ["10.0.0.0/8", "2001:db8::/32"])", from_client("2001:db8::1"),
       from_client("2001:db9::1")},
      {"client_known", R"(client = "0.0.0.0/0")", from_client("192.0.2.1"),
       changed(shop(), [](Facts& f) { f.client.ip.reset(); })},
      {"client_name", R"(client_name = "*.esp.example")", named("mx.esp.example", "pass"),
       named("mx.esp.example", "fail")},
      {"client_name_other", R"(client_name = "*.esp.example")", named("mx.esp.example", "pass"),
       named("esp.example", "pass")},
      {"helo", R"(helo = "mx.esp.example")", greeting("MX.esp.example"), greeting("[192.0.2.1]")},
      {"tls_none", R"(tls = "none")", over(""), over("TLSv1.3")},
      {"tls_old", R"(tls = ["TLSv1", "TLSv1.1"])", over("TLSv1"), over("TLSv1.2")},
      {"tls_at_least", R"(tls = "TLSv1.2+")", over("TLSv1.3"), over("TLSv1.1")},
      {"tls_newer", R"(tls = "TLSv1.3+")", over("TLSv1.4"), over("nonsense")},
  };
}

std::vector<Row> result_rows() {
  using S = dns::Security;
  return {
      {"spf", R"(spf = ["fail", "softfail"])", bank().facts, genuine_bank().facts},
      {"dkim_pass", R"(dkim = "pass")", signed_by("a.example", DkimResult::Pass),
       signed_by("a.example", DkimResult::TempError)},
      {"dkim_none", R"(dkim = "none")", shop().facts, signed_by("a.example", DkimResult::Fail)},
      {"dkim_one_pass_counts", R"(dkim = "fail")", signed_by("a.example", DkimResult::Fail),
       shop()
           .signature("a.example", DkimResult::Fail)
           .signature("b.example", DkimResult::Pass)
           .facts},
      {"dmarc_fail", R"(dmarc = "fail")", bank().facts, genuine_bank().facts},
      {"dmarc_none", R"(dmarc = "none")", shop().facts, bank().facts},
      {"requested", R"(requested = "reject")", bank().facts, genuine_bank().facts},
      {"requested_of_passing", R"(requested = "none")", genuine_bank().facts, bank().facts},
      {"dnssec_secure", R"(dnssec = "secure")", record_state(S::Secure), record_state(S::Insecure)},
      {"dnssec_bogus", R"(dnssec = "bogus")", bogus_record(), shop().facts},
      {"dnssec_unknown", R"(dnssec = "unknown")", shop().facts, record_state(S::Insecure)},
      {"together", "spf = \"fail\"\ndmarc = \"fail\"\nauthor_domain = \"bank.example\"",
       bank().facts, genuine_bank().facts},
  };
}

constexpr auto kName = [](const auto& row) { return std::string(row.param.name); };
INSTANTIATE_TEST_SUITE_P(Domains, RuleMatchTest, testing::ValuesIn(domain_rows()), kName);
INSTANTIATE_TEST_SUITE_P(Clients, RuleMatchTest, testing::ValuesIn(client_rows()), kName);
INSTANTIATE_TEST_SUITE_P(Results, RuleMatchTest, testing::ValuesIn(result_rows()), kName);

TEST(RuleMatch, EveryConditionHasARow) {
  std::string conditions;
  for (const auto& rows : {domain_rows(), client_rows(), result_rows()}) {
    for (const Row& row : rows) conditions += std::string(row.condition) + "\n";
  }
  const std::set<std::string> effects{"name", "action", "override", "comment"};
  for (const RuleKey& key : rule_keys()) {
    if (effects.contains(key.name)) continue;
    EXPECT_NE(("\n" + conditions).find("\n" + key.name + " = "), std::string::npos) << key.name;
  }
}

/// Whoever writes to a hundred domains first hides the one he means from no rule that tightens.
TEST(RuleMatch, AnUnlistedRecipientMayBeTheOneThatIsMeant) {
  const std::string rule = R"(any_recipient_domain = "a.example")";
  EXPECT_TRUE(is_matched(rule, to({"b.example"}, 1), "hold"));
  EXPECT_FALSE(is_matched(rule, to({"b.example"}, 0), "hold"));
  const std::string proven = rule + "\nclient = \"192.0.2.1\"";
  EXPECT_FALSE(is_matched(proven, to({"b.example"}, 1), "accept"));
  EXPECT_TRUE(is_matched(proven, to({"a.example"}, 1), "accept"));
}

/// A rule without conditions takes all mail.
TEST(RuleMatch, WithoutConditionsHoldsOfAll) { EXPECT_TRUE(is_matched("", shop().facts)); }

/// From: one of the bank, which fails, and one of a shop, whose DNS does not answer.
Facts of_two_authors() {
  FactsBuilder builder = bank();
  builder.facts.author.kind = FromKind::SeveralDomains;
  builder.facts.author.domains.push_back(domain("shop.example"));
  builder.walk("shop.example");
  builder.facts.walks.back().steps.front().status = dns::Status::Timeout;
  return builder.facts;
}

TEST(RuleMatch, D05_ASecondAuthorHidesNoFirst) {
  const std::string rule = "author_domain = \"bank.example\"\ndmarc = \"fail\"";
  EXPECT_TRUE(is_matched(rule, of_two_authors()));
  EXPECT_FALSE(is_matched("author_domain = \"shop.example\"\ndmarc = \"fail\"", of_two_authors()))
      << "what holds of one author says nothing of another";
}

/// Both authors pass, and one of them is known.
Facts of_two_genuine_authors() {
  FactsBuilder builder = genuine_bank();
  builder.facts.author.kind = FromKind::SeveralDomains;
  builder.facts.author.domains.push_back(domain("shop.example"));
  builder.walk("shop.example", "shop.example", "v=DMARC1; p=reject")
      .signature("shop.example", DkimResult::Pass);
  return builder.facts;
}

TEST(RuleMatch, D05_ASecondAuthorBorrowsNoNameOfAFirst) {
  const std::string rule = "author_domain = \"bank.example\"\ndmarc = \"pass\"";
  EXPECT_TRUE(is_matched(rule, of_two_genuine_authors(), "reject"));
  EXPECT_FALSE(is_matched(rule, of_two_genuine_authors(), "accept"));
  EXPECT_TRUE(is_matched("author_domain = [\"bank.example\", \"shop.example\"]\ndmarc = \"pass\"",
                         of_two_genuine_authors(), "accept"));
}

TEST(RuleMatch, D06_AnAuthorThatWasNotEvaluatedMayBeAnyone) {
  Facts facts = genuine_bank().facts;
  const std::string rule = "author_domain = \"bank.example\"\ndmarc = \"pass\"";
  EXPECT_TRUE(is_matched(rule, facts, "accept"));
  facts.author.truncated = true;
  EXPECT_FALSE(is_matched(rule, facts, "accept"));
  EXPECT_TRUE(is_matched(rule, facts, "reject"));
}

TEST(RuleMatch, WithoutAuthorTheResultIsNone) {
  Facts facts = shop().facts;
  facts.author.domains.clear();
  EXPECT_TRUE(is_matched("dmarc = \"none\"\nrequested = \"none\"\ndnssec = \"unknown\"", facts));
  EXPECT_FALSE(is_matched("author_domain = \"shop.example\"", facts));
}

}  // namespace
}  // namespace waarmerk::policy
