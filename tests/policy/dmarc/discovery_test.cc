// The walk's questions to the DNS, against answers from a map.
#include "policy/dmarc/discovery.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/dmarc/text_lookup.h"

namespace waarmerk::policy::dmarc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Instant kDeadline{};

TEST(DmarcDiscovery, D_20_AsksTheDmarcNameOfEveryLevel) {
  TextLookup lookup;
  const Walk found = walk(name("a.example.com"), lookup, kDeadline);
  EXPECT_THAT(lookup.asked,
              ElementsAre("_dmarc.a.example.com", "_dmarc.example.com", "_dmarc.com"));
  EXPECT_THAT(lookup.hinted, IsEmpty());
  ASSERT_EQ(found.steps.size(), 3U);
  EXPECT_EQ(found.start, name("a.example.com"));
  EXPECT_EQ(found.steps[0].name, name("a.example.com"));
  EXPECT_EQ(found.steps[0].status, dns::Status::NxDomain);
  EXPECT_EQ(found.start_exists, std::nullopt);
}

TEST(DmarcDiscovery, T_05_StopsAtPsd) {
  TextLookup lookup;
  lookup.add("_dmarc.example.com", {"v=DMARC1; p=none; psd=n"});
  const Walk found = walk(name("a.example.com"), lookup, kDeadline);
  EXPECT_THAT(lookup.asked, ElementsAre("_dmarc.a.example.com", "_dmarc.example.com"));
  EXPECT_EQ(found.steps.back().status, dns::Status::Found);
}

TEST(DmarcDiscovery, T_05_DoesNotStopAtAPlainRecord) {
  TextLookup lookup;
  lookup.add("_dmarc.example.com", {"v=DMARC1; p=none; psd=u"});
  const Walk found = walk(name("example.com"), lookup, kDeadline);
  EXPECT_THAT(lookup.asked, ElementsAre("_dmarc.example.com", "_dmarc.com"));
}

TEST(DmarcDiscovery, D_21_OtherTextsAreDiscardedBeforeCounting) {
  TextLookup lookup;
  lookup.add("_dmarc.example.com", {"v=spf1 -all", "token", "v=DMARC1; p=reject", "v=dmarc1"},
             dns::Security::Secure);
  const WalkStep step = walk(name("example.com"), lookup, kDeadline).steps.front();
  ASSERT_TRUE(step.record);
  EXPECT_EQ(step.record->p, Disposition::Reject);
  EXPECT_EQ(step.status, dns::Status::Found);
  EXPECT_EQ(step.security, dns::Security::Secure);
}

TEST(DmarcDiscovery, D_21_OnlyOtherTextsAreNoRecord) {
  TextLookup lookup;
  lookup.add("_dmarc.example.com", {"v=spf1 -all", "token"});
  const WalkStep step = walk(name("example.com"), lookup, kDeadline).steps.front();
  EXPECT_FALSE(step.record);
  EXPECT_EQ(step.status, dns::Status::NoData);
}

TEST(DmarcDiscovery, D_22_SeveralRecordsAreNoneAndTheWalkGoesOn) {
  TextLookup lookup;
  lookup.add("_dmarc.a.example.com", {"v=DMARC1; p=reject; psd=n", "v=DMARC1; p=none"});
  lookup.add("_dmarc.example.com", {"v=DMARC1; p=none"});
  const Walk found = walk(name("a.example.com"), lookup, kDeadline);
  EXPECT_EQ(found.steps[0].status, dns::Status::NoData);
  EXPECT_FALSE(found.steps[0].record);
  EXPECT_TRUE(found.steps[1].record);
}

TEST(DmarcDiscovery, T_18_ErrorsAreStepsAndDoNotStopTheWalk) {
  TextLookup lookup;
  lookup.add("_dmarc.a.example.com", dns::Status::Timeout);
  lookup.add("_dmarc.example.com", dns::Status::Refused);
  lookup.add("_dmarc.com", dns::Status::NoData);
  const Walk found = walk(name("a.example.com"), lookup, kDeadline);
  ASSERT_EQ(found.steps.size(), 3U);
  EXPECT_EQ(found.steps[0].status, dns::Status::Timeout);
  EXPECT_EQ(found.steps[1].status, dns::Status::Refused);
  EXPECT_EQ(found.steps[2].status, dns::Status::NoData);
}

TEST(DmarcDiscovery, T_17_ANameThatIsTooLongIsNotAsked) {
  const std::string label(61, 'a');
  const std::string longest = label + "." + label + "." + label + "." + label + ".com";
  ASSERT_GT(longest.size() + std::string("_dmarc.").size(), 253U);
  TextLookup lookup;
  const Walk found = walk(name(longest), lookup, kDeadline);
  ASSERT_EQ(lookup.asked.size(), 4U);
  EXPECT_EQ(lookup.asked.front(), "_dmarc." + label + "." + label + "." + label + ".com");
  EXPECT_EQ(found.steps.size(), 4U);
  EXPECT_EQ(organizational_domain(found), name(longest));
}

TEST(DmarcDiscovery, PrefetchHintsTheNamesOfTheWalk) {
  TextLookup lookup;
  prefetch(name("a.example.com"), lookup);
  EXPECT_THAT(lookup.hinted,
              ElementsAre("_dmarc.a.example.com", "_dmarc.example.com", "_dmarc.com"));
  EXPECT_THAT(lookup.asked, IsEmpty());
}

TEST(DmarcDiscovery, D_53_OnlyNxDomainProvesThatADomainDoesNotExist) {
  TextLookup lookup;
  lookup.add("data.example", {"text"});
  lookup.add("empty.example", dns::Status::NoData);
  EXPECT_EQ(domain_exists(name("data.example"), lookup, kDeadline), true);
  EXPECT_EQ(domain_exists(name("empty.example"), lookup, kDeadline), true);
  EXPECT_EQ(domain_exists(name("ghost.example"), lookup, kDeadline), false);
}

TEST(DmarcDiscovery, D_55_AnErrorProvesNothing) {
  TextLookup lookup;
  for (const dns::Status status : {dns::Status::ServFail, dns::Status::Timeout,
                                   dns::Status::Refused, dns::Status::Exhausted}) {
    lookup.add("broken.example", status);
    EXPECT_EQ(domain_exists(name("broken.example"), lookup, kDeadline), std::nullopt);
  }
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
