// Each vector that passes has neighbours that must not: other domains that differ in one letter of
// the organizational domain, and results that are no pass.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "policy/dmarc/alignment.h"
#include "policy/dmarc/discovery.h"
#include "tests/suites/dmarc_suite.h"
#include "tests/suites/known_failures.h"
#include "tests/suites/neighbours.h"

namespace waarmerk::policy::dmarc {
namespace {

NeighbourCount tried("dmarc");

/// `name` with its octet number `place` changed, if that is a letter or digit.
std::optional<DomainName> with_another_octet(const DomainName& name, std::size_t place) {
  std::string text = name.text();
  if (text[place] == '.' || text[place] == '-') return std::nullopt;
  text[place] = text[place] == 'q' ? 'z' : 'q';
  auto other = DomainName::from_octets(text);
  return other ? std::optional(*other) : std::nullopt;
}

/// The identifiers with an octet of the organizational domain changed in each, counted from the
/// end.
std::optional<Authenticated> changed(const Authenticated& proven, std::size_t from_end) {
  Authenticated other;
  const auto change = [from_end](const DomainName& name) -> std::optional<DomainName> {
    if (from_end >= name.text().size()) return std::nullopt;
    return with_another_octet(name, name.text().size() - 1 - from_end);
  };
  if (proven.spf) {
    other.spf = change(*proven.spf);
    if (!other.spf) return std::nullopt;
  }
  for (const DomainName& domain : proven.dkim) {
    const auto changed_domain = change(domain);
    if (!changed_domain) return std::nullopt;
    other.dkim.push_back(*changed_domain);
  }
  return other;
}

class DmarcNeighbours : public testing::TestWithParam<Vector> {
 protected:
  DmarcResult result_of(const DomainName& author, const Authenticated& proven) {
    VectorZone zone(GetParam());
    return evaluate_author(author, gather_facts(author, proven, zone)).result;
  }
  void expect_no_pass(const DomainName& author, const Authenticated& proven, const char* what) {
    tried.add_one();
    EXPECT_NE(result_of(author, proven), DmarcResult::Pass) << what << " of " << author.text();
  }
};

TEST_P(DmarcNeighbours, DoNotPass) {
  const DomainName author = GetParam().author();
  const Authenticated proven = authenticated(GetParam());
  if (result_of(author, proven) != DmarcResult::Pass) return;
  VectorZone zone(GetParam());
  const auto organization = organizational_domain(walk(author, zone, Instant::max()));
  ASSERT_TRUE(organization);
  for (std::size_t i = 0; i < organization->text().size(); ++i) {
    if (const auto other = changed(proven, i)) expect_no_pass(author, *other, "an identifier");
    const auto stranger = with_another_octet(author, author.text().size() - 1 - i);
    if (stranger) expect_no_pass(*stranger, proven, "the author");
  }
  expect_no_pass(author, {}, "nothing authenticated");

  Facts facts = gather_facts(author, proven, zone);
  for (const auto result : {SpfResult::None, SpfResult::Neutral, SpfResult::Fail,
                            SpfResult::SoftFail, SpfResult::TempError, SpfResult::PermError}) {
    facts.spf_mail_from.result = result;
    for (DkimOutcome& signature : facts.dkim) signature.result = DkimResult::Fail;
    tried.add_one();
    EXPECT_NE(evaluate_author(author, facts).result, DmarcResult::Pass) << to_string(result);
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DmarcNeighbours);
INSTANTIATE_TEST_SUITE_P(Rfc9989, DmarcNeighbours, testing::ValuesIn(dmarc_suite()),
                         [](const auto& test) { return case_name(test.param.id); });

}  // namespace
}  // namespace waarmerk::policy::dmarc
