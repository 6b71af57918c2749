// What a walk may cost and what it may not change: shared answers, strict alignment, identical
// names, and records that are reached by detours.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "dns/recording.h"
#include "dns/zone.h"
#include "policy/evaluate.h"
#include "policy/gather.h"
#include "tests/policy/dmarc/walked_message.h"
#include "tests/support/facts_builder.h"

namespace waarmerk::policy::dmarc {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::SizeIs;

// ---- Alignment that needs no walk ---------------------------------------------------------------

TEST(DmarcWithoutWalk, T_12_AnIdentifierThatIsTheAuthorIsAligned) {
  const auto evaluation = WalkedMessage("a.example.com")
                              .record("a.example.com", "v=DMARC1; p=reject")
                              .broken("example.com")
                              .broken("com")
                              .spf("A.Example.COM.")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::Pass);
  EXPECT_THAT(evaluation.aligned,
              ElementsAre(AlignedIdentifier{Mechanism::Spf, name("a.example.com"), true}));
}

TEST(DmarcWithoutWalk, T_12_ItsNeighbourIsNotWhenTheWalkFailed) {
  const auto evaluation = WalkedMessage("a.example.com")
                              .record("a.example.com", "v=DMARC1; p=reject")
                              .broken("example.com")
                              .broken("com")
                              .spf("b.example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::TempError);
}

WalkedMessage strict_author(std::string_view identifier) {
  return WalkedMessage("example.com")
      .record("example.com", "v=DMARC1; p=reject; adkim=s; aspf=s")
      .without_walk(name(identifier).text())
      .dkim(identifier)
      .spf(identifier);
}

TEST(DmarcWithoutWalk, T_13_StrictComparesNamesInAnyCase) {
  const auto same = WalkedMessage("example.com")
                        .record("example.com", "v=DMARC1; p=reject; adkim=s; aspf=s")
                        .broken("com")
                        .dkim("EXAMPLE.Com")
                        .evaluate();
  EXPECT_EQ(same.result, DmarcResult::Pass);
}

TEST(DmarcWithoutWalk, T_13_StrictMissesNoWalk) {
  EXPECT_EQ(strict_author("mail.example.com").evaluate().result, DmarcResult::Fail);
}

TEST(DmarcWithoutWalk, T_13_RelaxedDoes) {
  const auto evaluation = WalkedMessage("example.com")
                              .record("example.com", "v=DMARC1; p=reject")
                              .without_walk("mail.example.com")
                              .dkim("mail.example.com")
                              .evaluate();
  EXPECT_EQ(evaluation.result, DmarcResult::TempError);
}

TEST(DmarcAlignedName, D_73_IsThatOfTheDomainTagAndNeverOfTheIdentity) {
  testing_support::FactsBuilder message("mail.example.com");
  message.record("v=DMARC1; p=reject; adkim=s").signature("example.com", DkimResult::Pass);
  message.facts.dkim.front().identity_domain = "mail.example.com";
  const DomainName author = name("mail.example.com");
  EXPECT_EQ(evaluate_author(author, message.facts).result, DmarcResult::Fail);
  message.signature("mail.example.com", DkimResult::Pass);
  EXPECT_EQ(evaluate_author(author, message.facts).result, DmarcResult::Pass);
}

// ---- Questions ----------------------------------------------------------------------------------

/// A zone that counts each question that reaches it.
class CountingZone final : public dns::Lookup {
 public:
  explicit CountingZone(std::string_view text) : zone_(dns::Zone::parse(text).value()) {}

  void prefetch(const dns::Question&) override {}
  [[nodiscard]] dns::AnswerPtr get(const dns::Question& question, Instant deadline) override {
    asked.insert(question.name.text() + " " + std::string(to_string(question.type)));
    return zone_.get(question, deadline);
  }

  std::multiset<std::string> asked;

 private:
  dns::Zone zone_;
};

/// A message by `author` from 192.0.2.7 with an envelope of mail.example.com.
Facts gathered(std::string_view author, dns::Lookup& zone) {
  const std::vector<HeaderField> fields{{"From", " ada@" + std::string(author)}};
  MessageParts parts;
  parts.client.ip = *IpAddress::parse("192.0.2.7");
  parts.client.helo = "mail.example.com";
  parts.mail_from = "ada@mail.example.com";
  parts.fields = fields;
  dns::MessageLookup lookup(zone);
  return gather(parts, Settings(), lookup, Instant::max());
}

TEST(DmarcWalks, T_15_OfSiblingsShareTheAnswersOfTheirParents) {
  CountingZone zone(
      "mail.example.com TXT v=spf1 +all\n"
      "_dmarc.example.com TXT v=DMARC1; p=reject\n");
  const Facts facts = gathered("news.example.com", zone);
  ASSERT_THAT(facts.walks, SizeIs(2));
  EXPECT_THAT(facts.walks[0].steps, SizeIs(3));
  EXPECT_THAT(facts.walks[1].steps, SizeIs(3));
  for (const std::string& question : zone.asked) EXPECT_EQ(zone.asked.count(question), 1U);
  EXPECT_EQ(zone.asked.count("_dmarc.example.com TXT"), 1U);
  EXPECT_EQ(zone.asked.count("_dmarc.com TXT"), 1U);
}

TEST(DmarcWalks, R_09_AskForNoReverseName) {
  CountingZone zone("mail.example.com TXT v=spf1 +all\n");
  EXPECT_EQ(gathered("news.example.com", zone).client.iprev, "");
  for (const std::string& question : zone.asked) {
    EXPECT_EQ(question.find(".arpa"), std::string::npos) << question;
  }
}

std::optional<Disposition> policy_behind(std::string_view zone_text) {
  CountingZone zone(zone_text);
  return evaluate(gathered("news.example.com", zone), Settings()).dmarc.at(0).policy;
}

TEST(DmarcRecord, D_38_CountsBehindAnAliasAndAWildcard) {
  EXPECT_EQ(policy_behind("_dmarc.example.com CNAME records.host.example\n"
                          "records.host.example TXT v=DMARC1; p=reject\n"),
            Disposition::Reject);
  EXPECT_EQ(policy_behind("*.example.com TXT v=DMARC1; p=reject\n"), Disposition::Reject);
  EXPECT_EQ(policy_behind("_dmarc.example.com CNAME records.host.example\n"), std::nullopt);
}

TEST(DmarcExistence, D_54_BelowANameThatDoesNotExistNothingDoes) {
  const std::string record = "_dmarc.example.com TXT v=DMARC1; p=none; np=reject\n";
  EXPECT_EQ(policy_behind(record + "example.com A 192.0.2.1\n"), Disposition::Reject);
  EXPECT_EQ(policy_behind(record + "below.news.example.com A 192.0.2.1\n"), Disposition::None)
      << "a name above one that exists exists";
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
