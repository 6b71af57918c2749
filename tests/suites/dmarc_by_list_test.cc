// The vectors for RFC 9989 by the public suffix list: where the older way comes to another result,
// another policy or another organizational domain. Nothing but what RFC 9989 changed may differ.
#include <gtest/gtest.h>

#include <iostream>
#include <set>
#include <string>

#include "policy/dmarc/alignment.h"
#include "tests/suites/dmarc_suite.h"

namespace waarmerk::policy::dmarc {
namespace {

DmarcEvaluation evaluated(const Vector& vector, const PublicSuffixList* list) {
  VectorZone zone(vector);
  const DomainName author = vector.author();
  return evaluate_author(author, gather_facts(author, authenticated(vector), zone, list));
}

bool agree(const DmarcEvaluation& a, const DmarcEvaluation& b) {
  return a.result == b.result && a.policy == b.policy && a.policy_domain == b.policy_domain &&
         a.organizational_domain == b.organizational_domain;
}

/// The vectors that the list decides otherwise: psd= moved the organizational domain, a registry
/// has a policy, or the organization above an author domain publishes nothing and is not seen.
const std::set<std::string> kOtherwise = {
    "walk-psd",      "org-psd-n",     "org-psd-n-aligned-sibling", "org-psd-y-tld",
    "psd-policy-sp", "psd-policy-np", "org-differs-psl-vs-walk"};

// T-20
TEST(DmarcSuiteByList, DiffersWhereRfc9989Does) {
  const PublicSuffixList* list = PublicSuffixList::of_host(PslSections::All);
  ASSERT_NE(list, nullptr);
  if (dmarc_suite().empty()) GTEST_SKIP() << kPublishedVectors << " cases: the suite is absent";
  std::set<std::string> otherwise;
  for (const Vector& vector : dmarc_suite()) {
    if (!agree(evaluated(vector, nullptr), evaluated(vector, list))) otherwise.insert(vector.id);
  }
  EXPECT_EQ(otherwise, kOtherwise);
  std::cout << "dmarc by the public suffix list: " << dmarc_suite().size() - otherwise.size()
            << " of " << dmarc_suite().size() << " alike\n";
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
