// What DNS errors leave open, and what they do not. RFC 9989 5.3.6
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/dmarc/alignment.h"
#include "tests/policy/dmarc/walked_message.h"

namespace waarmerk::policy::dmarc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(DmarcErrors, D_60_TheAuthorsRecordCouldNotBeRead) {
  const auto evaluation = WalkedMessage("a.example.com")
                              .broken("a.example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .dkim("a.example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::TempError);
  EXPECT_FALSE(evaluation.record);
  EXPECT_FALSE(evaluation.policy);
  EXPECT_FALSE(evaluation.organizational_domain);
  EXPECT_THAT(evaluation.reason,
              HasSubstr("the DMARC record could not be looked up: _dmarc.a.example.com: "));
}

TEST(DmarcErrors, T_19_ARecordBesideAnErrorIsNotTheDefinitePolicy) {
  const auto evaluation = WalkedMessage("a.b.example.com")
                              .broken("b.example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::TempError);
}

TEST(DmarcErrors, T_19_TheAuthorsOwnRecordIsThePolicyWhateverFailedAbove) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .broken("com")
                              .dkim("example.net")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Fail);
  EXPECT_EQ(evaluation.policy, Disposition::Reject);
  EXPECT_FALSE(evaluation.organizational_domain);
}

TEST(DmarcErrors, D_61_AnIdenticalIdentifierIsAlignedWhateverFailedAbove) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .broken("com")
                              .dkim("example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Pass);
}

TEST(DmarcErrors, D_61_ASubdomainIsAlignedWhateverTheTopLevelDomainHides) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .broken("com")
                              .dkim("mail.example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Pass);
  EXPECT_EQ(evaluation.reason, "aligned by DKIM: mail.example.com (same organizational domain)");
}

TEST(DmarcErrors, T_19_AnIdentifierWhoseWalkFailedIsOpen) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .broken("mail.example.com")
                              .dkim("mail.example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::TempError);
  EXPECT_EQ(evaluation.policy_domain, name("example.com"));
  EXPECT_THAT(evaluation.aligned, IsEmpty());
  EXPECT_EQ(evaluation.reason,
            "DKIM passed for mail.example.com, but a DNS error hides its organizational domain");
}

TEST(DmarcErrors, T_19_StrictAlignmentNeedsNoWalkThatCouldFail) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject; adkim=s")
                              .broken("mail.example.com")
                              .dkim("mail.example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Fail);
}

TEST(DmarcErrors, D_61_AnAlignedPassStandsBesideAnOpenIdentifier) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .broken("mail.example.com")
                              .dkim("mail.example.com")
                              .dkim("example.com", DkimResult::TempError)
                              .spf("example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Pass);
  EXPECT_THAT(evaluation.aligned,
              ElementsAre(AlignedIdentifier{Mechanism::Spf, name("example.com"), true}));
}

TEST(DmarcErrors, D_62_ASignatureThatWouldAlignCouldNotBeChecked) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .dkim("mail.example.com", DkimResult::TempError)
                              .spf("example.com", SpfResult::Fail)
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::TempError);
  EXPECT_EQ(evaluation.reason, "the key of a signature by mail.example.com could not be fetched");
}

TEST(DmarcErrors, D_62_AStrangersSignatureThatCouldNotBeCheckedChangesNothing) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .dkim("example.net", DkimResult::TempError)
                              .spf("example.net", SpfResult::TempError)
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Fail);
}

TEST(DmarcErrors, D_62_ASubdomainThatCouldNotBeCheckedDoesNotMatterUnderStrictAlignment) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject; adkim=s")
                              .dkim("mail.example.com", DkimResult::TempError)
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Fail);
}

TEST(DmarcErrors, D_62_SpfThatWouldAlignCouldNotBeChecked) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .spf("example.com", SpfResult::TempError)
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::TempError);
  EXPECT_EQ(evaluation.reason, "SPF for example.com ended in a DNS error");
}

TEST(DmarcErrors, AMissingWalkOfAnIdentifierLeavesItOpen) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .dkim("mail.example.com")
                              .without_walk("mail.example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::TempError);
}

TEST(DmarcErrors, AMissingWalkOfTheAuthorIsNeverNone) {
  const auto evaluation =
      WalkedMessage("example.com").dkim("example.com").without_walk("example.com").evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::TempError);
  EXPECT_EQ(evaluation.reason, "no DMARC record was looked up for example.com");
}

TEST(DmarcErrors, IdentifiersWithoutADomainAreNoneAtAll) {
  Facts facts;
  TextLookup lookup;
  lookup.add("_dmarc.example.com", {"v=DMARC1; p=reject"});
  facts.walks.push_back(walk(name("example.com"), lookup, Instant{}));
  facts.spf_mail_from.result = SpfResult::TempError;
  facts.dkim.push_back({.result = DkimResult::TempError});
  facts.dkim.push_back({.result = DkimResult::Pass});
  EXPECT_EQ(evaluate_author(name("example.com"), facts).result, DmarcResult::Fail);
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
