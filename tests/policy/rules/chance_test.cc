// Laws of rules, over rules and messages that are made by chance from few words, so that they meet.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "policy/config_tests/config_test.h"
#include "policy/dmarc/alignment.h"
#include "policy/evaluate.h"
#include "policy/rules/apply.h"
#include "policy/rules/check.h"
#include "policy/rules/match.h"
#include "tests/policy/rules/rule_texts.h"

namespace waarmerk::policy {
namespace {

using testing_support::block;
using testing_support::settings_of;

constexpr std::array kNames{"a.example", "b.a.example", "c.b.a.example", "b.example", "example"};
constexpr std::array kAddresses{"192.0.2.1", "192.0.2.200", "198.51.100.1", "2001:db8::1"};

class Chance {
 public:
  explicit Chance(std::mt19937::result_type seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  DomainName name() { return DomainName::parse(kNames[below(kNames.size())]).value(); }
  std::vector<DomainName> names(std::size_t most) {
    std::vector<DomainName> some;
    for (std::size_t i = below(most + 1); i > 0; --i) some.push_back(name());
    return some;
  }

  /// A message in the words of a configuration's tests.
  Facts message() {
    constexpr std::array kPolicies{"none", "temperror", "v=DMARC1; p=none",
                                   "v=DMARC1; p=quarantine", "v=DMARC1; p=reject"};
    constexpr std::array kTls{"none", "TLSv1", "TLSv1.2", "TLSv1.3"};
    ConfigTest test;
    test.author_domain = names(2);
    test.policy = kPolicies[below(kPolicies.size())];
    if (one_in(2)) test.policy_domain = name();
    if (test.policy != kUnreachableRecord) {
      test.dnssec = one_in(2) ? dns::Security::Secure : dns::Security::Insecure;
    } else if (one_in(2)) {
      test.dnssec = dns::Security::Bogus;
    }
    if (!one_in(4)) test.mail_from_domain = name();
    test.spf = static_cast<SpfResult>(below(7));
    test.signed_by = names(1);
    test.broken_signature_of = names(1);
    test.list_id = names(1);
    test.client = IpAddress::parse(kAddresses[below(kAddresses.size())]).value();
    if (one_in(2)) test.client_name = name().text();
    test.helo = name().text();
    test.tls = kTls[below(kTls.size())];
    test.recipients = names(3);
    Facts facts = facts_of(test, {});
    if (one_in(4)) facts.envelope.unlisted_recipients = 1;
    return facts;
  }

  /// The lines of some conditions.
  std::string conditions() {
    std::string lines;
    for (const char* key :
         {"author_domain", "policy_domain", "signing_domain", "mail_from_domain", "client_name",
          "helo", "list_id", "recipient_domain", "any_recipient_domain"}) {
      if (one_in(8)) lines += std::string(key) + " = " + list([&] { return pattern(); });
    }
    if (one_in(8)) {
      lines += "client = " + list([&] {
                 constexpr std::array kNets{"192.0.2.0/24", "192.0.2.0/25", "192.0.2.1",
                                            "2001:db8::/32", "0.0.0.0/0"};
                 return std::string(kNets[below(kNets.size())]);
               });
    }
    add_words(lines, "spf", std::array{"pass", "fail", "none", "softfail"});
    add_words(lines, "dkim", std::array{"pass", "fail", "none"});
    add_words(lines, "dmarc", std::array{"pass", "fail", "none", "temperror"});
    add_words(lines, "requested", std::array{"none", "quarantine", "reject"});
    add_words(lines, "tls", std::array{"none", "TLSv1", "TLSv1.2+", "TLSv1.3"});
    add_words(lines, "dnssec", std::array{"secure", "insecure", "bogus", "unknown"});
    return lines;
  }

  std::string action() {
    constexpr std::array kActions{"accept", "laxer",  "only_monitor", "tag",
                                  "hold",   "reject", "defer",        "stricter"};
    return kActions[below(kActions.size())];
  }

  /// A configuration of one rule, with any other settings of policy.
  Settings one_rule() {
    constexpr std::array kQuarantine{"tag", "hold", "reject"};
    constexpr std::array kReject{"evidence", "reject", "quarantine"};
    const std::string policy = std::string("[policy]\non_quarantine = \"") + kQuarantine[below(3)] +
                               "\"\non_reject = \"" + kReject[below(3)] + "\"\non_temperror = \"" +
                               (one_in(2) ? "defer" : "accept") + "\"\non_spf_fail = \"" +
                               (one_in(2) ? "tag" : "none") + "\"\n";
    return settings_of(policy + block("r", action(), conditions()));
  }

 private:
  std::string pattern() { return (one_in(3) ? "*." : "") + name().text(); }

  template <typename Make>
  std::string list(const Make& make) {
    std::string text = "[\"" + make() + "\"";
    for (std::size_t i = below(3); i > 0; --i) text += ", \"" + make() + "\"";
    return text + "]\n";
  }

  template <std::size_t N>
  void add_words(std::string& lines, const char* key, const std::array<const char*, N>& words) {
    if (!one_in(8)) return;
    lines += std::string(key) + " = " + list([&] { return std::string(words[below(N)]); });
  }

  std::mt19937 random_;
};

std::vector<DmarcEvaluation> evaluations(const Facts& facts) {
  std::vector<DmarcEvaluation> all;
  for (const DomainName& author : facts.author.domains) {
    all.push_back(dmarc::evaluate_author(author, facts));
  }
  return all;
}

/// By the settings that one_rule() leaves as they are: only mail without a From is refused for it.
bool is_matched(const Rule& rule, const Facts& facts) {
  const auto dmarc = evaluations(facts);
  return matches(
      rule,
      {.facts = facts, .dmarc = dmarc, .is_from_refused = facts.author.kind == FromKind::None});
}

Settings without_rules(Settings settings) {
  settings.rules.clear();
  return settings;
}

TEST(RuleChance, ARuleThatDoesNotMatchChangesNothing) {
  Chance chance(1);
  unsigned matched = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Settings settings = chance.one_rule();
    const Facts facts = chance.message();
    if (is_matched(settings.rules.at(0), facts)) {
      ++matched;
      EXPECT_TRUE(evaluate(facts, settings).decision.rule.starts_with("rule=r"));
    } else {
      ASSERT_EQ(evaluate(facts, settings), evaluate(facts, without_rules(settings)));
    }
  }
  EXPECT_GT(matched, 500U) << "too few to mean something";
}

TEST(RuleChance, LooseningIsNeverStricterAndTighteningNeverMilder) {
  Chance chance(2);
  for (int i = 0; i < 10'000; ++i) {
    const Settings settings = chance.one_rule();
    const Facts facts = chance.message();
    const Decision with = evaluate(facts, settings).decision;
    const Decision without = evaluate(facts, without_rules(settings)).decision;
    if (loosens(settings.rules[0].action)) {
      ASSERT_LE(strictness(with.action), strictness(without.action)) << with.why;
    } else {
      ASSERT_GE(strictness(with.action), strictness(without.action)) << with.why;
    }
    // P-13: a difference from the request always has a reason.
    ASSERT_TRUE(with.applied == with.requested || !with.overrides.empty()) << with.why;
  }
}

TEST(RuleChance, AShadowedRuleNeverHasAMessageOfItsOwn) {
  Chance chance(3);
  unsigned shadowed = 0;
  for (int i = 0; i < 4'000; ++i) {
    const Settings one = chance.one_rule();
    const Settings other = chance.one_rule();
    const Rule& earlier = one.rules.at(0);
    const Rule& later = other.rules.at(0);
    if (!shadows(earlier, later)) continue;
    ++shadowed;
    for (int j = 0; j < 50; ++j) {
      const Facts facts = chance.message();
      ASSERT_TRUE(!is_matched(later, facts) || is_matched(earlier, facts));
    }
  }
  EXPECT_GT(shadowed, 100U) << "too few to mean something";
}

TEST(RuleChance, WhatIsSaidNeverToMatchMatchesNothing) {
  Chance chance(4);
  unsigned impossible = 0;
  for (int i = 0; i < 8'000; ++i) {
    const Settings settings = chance.one_rule();
    const auto findings = check_rules(settings);
    const bool is_impossible = std::ranges::any_of(findings, [](const Finding& finding) {
      return finding.text.find("can never match") != std::string::npos;
    });
    if (!is_impossible) continue;
    ++impossible;
    for (int j = 0; j < 100; ++j) {
      const Facts facts = chance.message();
      ASSERT_FALSE(is_matched(settings.rules.at(0), facts)) << findings[0].text;
    }
  }
  EXPECT_GT(impossible, 100U) << "too few to mean something";
}

/// A forger writes what he wants, and owns no name but his own.
Facts forged(Chance& chance) {
  ConfigTest test;
  test.author_domain = {chance.name()};
  test.policy = "v=DMARC1; p=reject";
  test.policy_domain = chance.name();
  test.mail_from_domain = DomainName::parse("forger.test").value();
  test.spf = SpfResult::Pass;
  test.signed_by = {*test.mail_from_domain};
  test.client = IpAddress::parse("203.0.113.66").value();
  test.client_name = "mx.forger.test";
  test.helo = chance.name().text();
  test.list_id = {chance.name()};
  test.broken_signature_of = {chance.name()};
  test.recipients = chance.names(2);
  return facts_of(test, {});
}

TEST(RuleChance, NoForgerGetsOffByARuleThatLoadsAndNamesOthers) {
  Chance chance(5);
  unsigned loosening = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Settings settings = chance.one_rule();
    const Rule& rule = settings.rules.at(0);
    const bool loads = std::ranges::none_of(check_rules(settings), [](const Finding& finding) {
      return finding.severity == Severity::Error;
    });
    if (!loads || !loosens(rule.action)) continue;
    // Every other address is given by name.
    if (rule.client.match(IpAddress::parse("203.0.113.66").value())) continue;
    ++loosening;
    const Facts facts = forged(chance);
    if (evaluations(facts).at(0).result != DmarcResult::Fail) continue;
    ASSERT_FALSE(is_matched(rule, facts));
  }
  EXPECT_GT(loosening, 500U) << "too few to mean something";
}

}  // namespace
}  // namespace waarmerk::policy
