// The questions that the public suffix list leaves to be asked, and what is made of the answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "policy/dmarc/discovery.h"
#include "tests/policy/dmarc/text_lookup.h"

namespace waarmerk::policy::dmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ListedDiscovery : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(list, nullptr); }

  Walk find(std::string_view author) {
    return listed_author(name(author), *list, lookup, Instant::max());
  }

  const PublicSuffixList* list = PublicSuffixList::of_host(PslSections::All);
  TextLookup lookup;
};

TEST_F(ListedDiscovery, T_20_AsksTheAuthorDomainAndItsOrganization) {
  const Walk walk = find("a.b.c.example.co.uk");
  EXPECT_THAT(lookup.asked, ElementsAre("_dmarc.a.b.c.example.co.uk", "_dmarc.example.co.uk"));
  EXPECT_EQ(method_of(walk), DiscoveryMethod::Psl);
  EXPECT_EQ(walk.listed_organization, name("example.co.uk"));
}

TEST_F(ListedDiscovery, T_20_AsksOnceWhereTheyAreOne) {
  (void)find("example.co.uk");
  (void)find("co.uk");
  EXPECT_THAT(lookup.asked, ElementsAre("_dmarc.example.co.uk", "_dmarc.co.uk"));
}

TEST_F(ListedDiscovery, T_20_AsksNoFurtherThanTheFirstRecord) {
  lookup.add("_dmarc.a.example.com", {"v=DMARC1; p=none"});
  lookup.add("_dmarc.example.com", {"v=DMARC1; p=reject"});
  const Walk walk = find("a.example.com");
  EXPECT_THAT(lookup.asked, ElementsAre("_dmarc.a.example.com"));
  const PolicySource source = policy_source(walk);
  ASSERT_NE(source.record, nullptr);
  EXPECT_EQ(*source.domain, name("a.example.com"));
  EXPECT_EQ(organizational_domain(walk), name("example.com"));
}

TEST_F(ListedDiscovery, D_50_NoRecordBetweenThemCounts) {
  lookup.add("_dmarc.b.example.com", {"v=DMARC1; p=reject"});
  EXPECT_EQ(policy_source(find("a.b.example.com")).record, nullptr);
}

TEST_F(ListedDiscovery, D_65_NoRecordOfAPublicSuffixCounts) {
  lookup.add("_dmarc.co.uk", {"v=DMARC1; p=reject; psd=y"});
  EXPECT_EQ(policy_source(find("a.example.co.uk")).record, nullptr);
  EXPECT_NE(policy_source(find("co.uk")).record, nullptr) << "but for itself it does";
}

/// Whatever psd= says: RFC 7489 does not know it.
TEST_F(ListedDiscovery, T_20_IsNotMovedByPsd) {
  for (const std::string psd : {"y", "n"}) {
    lookup.add("_dmarc.a.example.com", {"v=DMARC1; p=none; psd=" + psd});
    EXPECT_EQ(organizational_domain(find("a.example.com")), name("example.com"));
  }
}

TEST_F(ListedDiscovery, D_22_SeveralRecordsAreAsNone) {
  lookup.add("_dmarc.a.example.com", {"v=DMARC1; p=reject", "v=DMARC1; p=none"});
  lookup.add("_dmarc.example.com", {"v=DMARC1; p=quarantine"});
  const Walk walk = find("a.example.com");
  ASSERT_NE(policy_source(walk).record, nullptr);
  EXPECT_EQ(policy_source(walk).record->p, Disposition::Quarantine);
}

TEST_F(ListedDiscovery, T_19_AnErrorAtTheAuthorDomainEndsTheSearch) {
  lookup.add("_dmarc.a.example.com", dns::Status::ServFail);
  lookup.add("_dmarc.example.com", {"v=DMARC1; p=reject"});
  const Walk walk = find("a.example.com");
  EXPECT_THAT(lookup.asked, ElementsAre("_dmarc.a.example.com"));
  EXPECT_TRUE(policy_source(walk).open);
  EXPECT_EQ(organizational_domain(walk), name("example.com")) << "the list does not fail";
}

TEST_F(ListedDiscovery, T_19_AnErrorAboveLeavesTheRecordOpen) {
  lookup.add("_dmarc.example.com", dns::Status::Timeout);
  EXPECT_TRUE(policy_source(find("a.example.com")).open);
  lookup.add("_dmarc.a.example.com", {"v=DMARC1; p=reject"});
  EXPECT_FALSE(policy_source(find("a.example.com")).open) << "unless it is not needed";
}

TEST_F(ListedDiscovery, T_17_ANameTooLongIsNotAsked) {
  std::string deep = "example.com";
  while (deep.size() < 250) deep = "aa." + deep;
  const Walk walk = find(deep);
  EXPECT_THAT(lookup.asked, ElementsAre("_dmarc.example.com"));
  EXPECT_EQ(walk.steps.size(), 1U);
}

TEST_F(ListedDiscovery, T_20_AnIdentifierAsksNothing) {
  const Walk a = listed(name("a.example.co.uk"), *list);
  EXPECT_THAT(lookup.asked, IsEmpty());
  EXPECT_EQ(same_organization(a, listed(name("b.example.co.uk"), *list)), true);
  EXPECT_EQ(same_organization(a, listed(name("a.other.co.uk"), *list)), false);
}

TEST_F(ListedDiscovery, HintsWhatItMayAsk) {
  prefetch_listed(name("a.b.example.com"), *list, lookup);
  EXPECT_THAT(lookup.hinted, ElementsAre("_dmarc.a.b.example.com", "_dmarc.example.com"));
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
