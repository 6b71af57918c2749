// DMARC for one author domain, from evidence that is made by walking a map.
#include "policy/dmarc/alignment.h"

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/dmarc/walked_message.h"

namespace waarmerk::policy::dmarc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// ---- Policy -------------------------------------------------------------------------------------

struct PolicyRow {
  std::string_view id;
  std::string_view tags;
  std::optional<bool> exists;
  Disposition policy;
  std::string_view tag;

  friend std::ostream& operator<<(std::ostream& out, const PolicyRow& row) {
    return out << row.id << ": " << row.tags;
  }
};

class DmarcSubdomainPolicy : public ::testing::TestWithParam<PolicyRow> {};

TEST_P(DmarcSubdomainPolicy, IsChosenFromTheRecordAbove) {
  const auto evaluation = WalkedMessage("sub.example.com")
                              .record("example.com", "v=DMARC1; " + std::string(GetParam().tags))
                              .exists(GetParam().exists)
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Fail);
  EXPECT_EQ(evaluation.policy, GetParam().policy);
  EXPECT_EQ(evaluation.policy_tag, GetParam().tag);
  EXPECT_EQ(evaluation.policy_domain, name("example.com"));
}

constexpr auto kNone = Disposition::None;
constexpr auto kQuarantine = Disposition::Quarantine;
constexpr auto kReject = Disposition::Reject;

INSTANTIATE_TEST_SUITE_P(
    Rows, DmarcSubdomainPolicy,
    ::testing::Values(
        PolicyRow{"D_52_SpIfItExists", "p=reject; sp=quarantine; np=none", true, kQuarantine, "sp"},
        PolicyRow{"D_52_NpIfItDoesNot", "p=reject; sp=quarantine; np=none", false, kNone, "np"},
        PolicyRow{"D_55_SpOnDoubt", "p=none; sp=quarantine; np=reject", std::nullopt, kQuarantine,
                  "sp"},
        PolicyRow{"D_52_NoNpFallsToSp", "p=reject; sp=none", false, kNone, "sp"},
        PolicyRow{"D_52_NoSpFallsToP", "p=reject", false, kReject, "p"},
        PolicyRow{"D_52_NpDoesNotCountForNamesThatExist", "p=none; np=reject", true, kNone, "p"},
        PolicyRow{"D_31_AnInvalidTagMakesItNone",
                  "p=reject; sp=reject; np=x; rua=mailto:a@b.example", true, kNone, "p"},
        PolicyRow{"D_31_AMissingPMakesItNone", "sp=reject; rua=mailto:a@b.example", true, kNone,
                  "p"},
        PolicyRow{"D_57_TestModeSoftensSp", "p=none; sp=reject; t=y", true, kQuarantine, "sp"},
        PolicyRow{"D_57_TestModeSoftensNp", "p=none; np=quarantine; t=y", false, kNone, "np"},
        PolicyRow{"D_57_TestModeLeavesNone", "p=none; t=y", true, kNone, "p"}),
    [](const auto& row) { return std::string(row.param.id); });

TEST(DmarcPolicy, D_51_TheAuthorsOwnRecordSaysPEvenIfTheNameDoesNotExist) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=none; sp=reject; np=reject")
                              .exists(false)
                              .evaluate();
  EXPECT_EQ(evaluation.policy, kNone);
  EXPECT_EQ(evaluation.policy_tag, "p");
}

TEST(DmarcPolicy, D_32_D_64_AnUnusableRecordIsNoRecord) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=blah")
                              .dkim("example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::None);
  EXPECT_FALSE(evaluation.record);
  EXPECT_FALSE(evaluation.policy_domain);
  EXPECT_FALSE(evaluation.policy);
  EXPECT_THAT(evaluation.aligned, IsEmpty());
  EXPECT_EQ(evaluation.reason,
            "the DMARC record of example.com has neither a valid policy nor a valid rua");
}

TEST(DmarcPolicy, D_32_AnUnusableRecordHidesTheOneAbove) {
  const auto evaluation = WalkedMessage("a.example.com")
                              .record("a.example.com", "v=DMARC1; p=blah")
                              .record("example.com", "v=DMARC1; p=reject")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::None);
}

TEST(DmarcPolicy, D_63_NoRecord) {
  const auto evaluation = WalkedMessage("a.example.com").dkim("a.example.com").evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::None);
  EXPECT_EQ(evaluation.author_domain, name("a.example.com"));
  EXPECT_EQ(evaluation.organizational_domain, name("a.example.com"));
  EXPECT_EQ(evaluation.policy_tag, "");
  EXPECT_EQ(evaluation.reason, "no DMARC record applies to a.example.com");
}

// ---- Alignment ----------------------------------------------------------------------------------

TEST(DmarcAlignment, D_73_ASignatureOfTheSameOrganization) {
  const auto evaluation = WalkedMessage("news.example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .dkim("mail.example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Pass);
  EXPECT_THAT(evaluation.aligned,
              ElementsAre(AlignedIdentifier{Mechanism::Dkim, name("mail.example.com"), false}));
  EXPECT_EQ(evaluation.reason,
            "aligned by DKIM: mail.example.com (same organizational domain example.com)");
}

TEST(DmarcAlignment, D_74_OneOfManyIsEnoughAndAllAreNamedOnce) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .dkim("esp.example")
                              .dkim("example.com")
                              .dkim("mail.example.com")
                              .dkim("example.com")
                              .spf("example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Pass);
  EXPECT_TRUE(evaluation.dkim_aligned());
  EXPECT_TRUE(evaluation.spf_aligned());
  EXPECT_THAT(evaluation.aligned,
              ElementsAre(AlignedIdentifier{Mechanism::Dkim, name("example.com"), true},
                          AlignedIdentifier{Mechanism::Dkim, name("mail.example.com"), false},
                          AlignedIdentifier{Mechanism::Spf, name("example.com"), true}));
  EXPECT_EQ(evaluation.reason,
            "aligned by DKIM: example.com (identical) and by SPF: example.com (identical)");
}

TEST(DmarcAlignment, D_70_AHeloPassNeverAligns) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .helo("example.com")
                              .spf("bounce.example.net")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Fail);
  EXPECT_EQ(evaluation.reason,
            "SPF passed for bounce.example.net, which is not aligned with example.com; there is no "
            "DKIM signature");
}

TEST(DmarcAlignment, D_72_OnlySpfPassAligns) {
  for (const SpfResult result : {SpfResult::None, SpfResult::Neutral, SpfResult::Fail,
                                 SpfResult::SoftFail, SpfResult::PermError}) {
    const auto evaluation = WalkedMessage("example.com")
                                .record("example.com", "v=DMARC1; p=reject")
                                .spf("example.com", result)
                                .evaluate();
    EXPECT_EQ(evaluation.result, DmarcResult::Fail) << to_string(result);
    EXPECT_THAT(evaluation.reason,
                HasSubstr("SPF did not pass (" + std::string(to_string(result))));
  }
}

TEST(DmarcAlignment, D_75_OnlyDkimPassAligns) {
  for (const DkimResult result : {DkimResult::None, DkimResult::Fail, DkimResult::Policy,
                                  DkimResult::Neutral, DkimResult::PermError}) {
    const auto evaluation = WalkedMessage("example.com")
                                .record("example.com", "v=DMARC1; p=reject")
                                .dkim("example.com", result)
                                .evaluate();
    EXPECT_EQ(evaluation.result, DmarcResult::Fail) << to_string(result);
    EXPECT_THAT(evaluation.reason, HasSubstr("no DKIM signature passed"));
  }
}

TEST(DmarcAlignment, D_76_EachModeIsForItsOwnMechanism) {
  const auto strict_dkim = WalkedMessage("example.com")
                               .record("example.com", "v=DMARC1; p=reject; adkim=s")
                               .dkim("mail.example.com")
                               .spf("mail.example.com")
                               .evaluate();
  EXPECT_FALSE(strict_dkim.dkim_aligned());
  EXPECT_TRUE(strict_dkim.spf_aligned());
  const auto strict_spf = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject; aspf=s")
                              .dkim("mail.example.com")
                              .spf("mail.example.com")
                              .evaluate();
  EXPECT_TRUE(strict_spf.dkim_aligned());
  EXPECT_FALSE(strict_spf.spf_aligned());
}

TEST(DmarcAlignment, D_77_StrictSaysSo) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject; adkim=s; aspf=s")
                              .dkim("mail.example.com")
                              .spf("mail.example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Fail);
  EXPECT_EQ(evaluation.reason,
            "SPF passed for mail.example.com, which is not identical to example.com (strict "
            "alignment); DKIM passed for mail.example.com, but no passing signature is of the "
            "author domain itself (strict alignment)");
}

TEST(DmarcAlignment, T_14_EachIdentifierHasItsOwnOrganization) {
  WalkedMessage message("giant.bank.example");
  message.record("bank.example", "v=DMARC1; p=none; psd=y")
      .record("giant.bank.example", "v=DMARC1; p=reject")
      .dkim("mail.mega.bank.example")
      .spf("mail.giant.bank.example");
  const auto evaluation = message.evaluate();
  EXPECT_FALSE(evaluation.dkim_aligned());
  EXPECT_TRUE(evaluation.spf_aligned());
  EXPECT_EQ(evaluation.organizational_domain, name("giant.bank.example"));
}

TEST(DmarcAlignment, T_14_ASubdomainMayBeAnOrganizationOfItsOwn) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .record("lab.example.com", "v=DMARC1; p=none; psd=n")
                              .dkim("mail.lab.example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Fail);
  EXPECT_THAT(evaluation.reason, HasSubstr("but no passing signature is aligned"));
}

struct NeedRow {
  std::string_view id;
  std::string_view identifier;
  std::string_view author;
  std::optional<std::string_view> organization;
  bool needed;

  friend std::ostream& operator<<(std::ostream& out, const NeedRow& row) {
    return out << row.id << ": " << row.identifier << " for " << row.author;
  }
};

class DmarcNeedsWalk : public ::testing::TestWithParam<NeedRow> {};

TEST_P(DmarcNeedsWalk, SparesQueriesThatCannotMatter) {
  std::optional<DomainName> organization;
  if (GetParam().organization) organization = name(*GetParam().organization);
  EXPECT_EQ(needs_walk(name(GetParam().identifier), name(GetParam().author), organization),
            GetParam().needed);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DmarcNeedsWalk,
    ::testing::Values(
        NeedRow{"Identical", "a.example.com", "a.example.com", "example.com", false},
        NeedRow{"Sibling", "b.example.com", "a.example.com", "example.com", true},
        NeedRow{"TheOrganization", "example.com", "a.example.com", "example.com", true},
        NeedRow{"AboveTheOrganization", "com", "a.example.com", "example.com", false},
        NeedRow{"Stranger", "example.net", "a.example.com", "example.com", false},
        NeedRow{"LookAlike", "badexample.com", "example.com", "example.com", false},
        NeedRow{"OpenOrganization", "example.com", "a.example.com", std::nullopt, true},
        NeedRow{"OpenOrganizationOfAStranger", "example.net", "a.example.com", std::nullopt,
                false}),
    [](const auto& row) { return std::string(row.param.id); });

}  // namespace
}  // namespace waarmerk::policy::dmarc
