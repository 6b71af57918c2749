#include "policy/gather.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dns/zone.h"
#include "policy/dkim/key_cache.h"
#include "tests/support/dkim_signer.h"

namespace waarmerk::policy {
namespace {

/// A message from 192.0.2.7 by an author at news.example.com, and what was asked for it.
class GatherTest : public testing::Test {
 protected:
  void SetUp() override {
    parts_.client.ip = *IpAddress::parse("192.0.2.7");
    parts_.client.helo = "mail.example.com";
    parts_.mail_from = "ada@example.com";
    parts_.time = WallTime(std::chrono::seconds(1795500000));
    from("ada@news.example.com");
    zone(
        "_dmarc.example.com TXT v=DMARC1; p=reject\n"
        "example.com TXT v=spf1 ip4:192.0.2.0/24 -all\n"
        "news.example.com A 192.0.2.1\n"
        "stranger.example TXT v=spf1 +all\n");
  }

  void from(const std::string& address) { fields_ = {{"From", " " + address}}; }
  void zone(std::string_view text) { zone_ = dns::Zone::parse(text).value(); }

  Facts run() {
    dns::MessageLookup lookup(zone_);
    parts_.fields = fields_;
    const Facts facts = gather(parts_, settings_, lookup, Instant::max());
    asked_.clear();
    for (const auto& entry : lookup.trace()) asked_.push_back(entry.question.name.text());
    return facts;
  }

  [[nodiscard]] bool asked(std::string_view name) const {
    return std::ranges::find(asked_, name) != asked_.end();
  }

  MessageParts parts_;
  Settings settings_;
  dns::Zone zone_;
  std::vector<HeaderField> fields_;
  std::vector<std::string> asked_;
};

TEST_F(GatherTest, T14_WalksFromTheAuthorAndFromWhatMayAlign) {
  const Facts facts = run();
  ASSERT_EQ(facts.walks.size(), 2U);
  EXPECT_EQ(facts.walks[0].start.text(), "news.example.com");
  EXPECT_EQ(facts.walks[1].start.text(), "example.com");
  EXPECT_EQ(facts.spf_mail_from.result, SpfResult::Pass);
}

TEST_F(GatherTest, T14_AStrangersIdentifierCostsNoWalk) {
  parts_.mail_from = "x@stranger.example";
  const Facts facts = run();
  EXPECT_EQ(facts.spf_mail_from.result, SpfResult::Pass);
  EXPECT_EQ(facts.walks.size(), 1U);
  EXPECT_FALSE(asked("_dmarc.stranger.example"));
}

TEST_F(GatherTest, T14_WhatFailedNeedsNoWalk) {
  parts_.client.ip = *IpAddress::parse("198.51.100.9");
  EXPECT_EQ(run().walks.size(), 1U) << "an SPF fail can never align";
}

TEST_F(GatherTest, D53_ExistenceIsAskedOnlyWhereNpCouldApply) {
  EXPECT_EQ(run().walks[0].start_exists, std::nullopt);
  const std::string with_np = "_dmarc.example.com TXT v=DMARC1; p=none; np=reject\n";
  zone(with_np);
  EXPECT_EQ(run().walks[0].start_exists, false);
  zone(with_np + "news.example.com A 192.0.2.1\n");
  EXPECT_EQ(run().walks[0].start_exists, true);
  zone(with_np + "news.example.com * !SERVFAIL\n");
  EXPECT_EQ(run().walks[0].start_exists, std::nullopt) << "D-55";
  zone(with_np + "_dmarc.news.example.com TXT v=DMARC1; p=none; np=reject\n");
  EXPECT_EQ(run().walks[0].start_exists, std::nullopt) << "D-56: its own record";
}

TEST_F(GatherTest, S03_TheNullSenderIsPostmasterAtHelo) {
  parts_.mail_from.clear();
  zone("mail.example.com TXT v=spf1 ip4:192.0.2.7 -all\n");
  const Facts facts = run();
  EXPECT_TRUE(facts.envelope.null_sender);
  EXPECT_EQ(facts.spf_mail_from.result, SpfResult::Pass);
  EXPECT_EQ(facts.spf_mail_from, facts.spf_helo);
}

TEST_F(GatherTest, S01_S02_BothIdentitiesAreKept) {
  zone("mail.example.com TXT v=spf1 -all\nexample.com TXT v=spf1 +all\n");
  const Facts facts = run();
  EXPECT_EQ(facts.spf_helo.result, SpfResult::Fail);
  EXPECT_EQ(facts.spf_mail_from.result, SpfResult::Pass);
}

TEST_F(GatherTest, M17_WithoutAddressThereIsNoSpf) {
  parts_.client.ip.reset();
  const Facts facts = run();
  EXPECT_EQ(facts.spf_mail_from.result, SpfResult::None);
  EXPECT_EQ(facts.spf_mail_from.reason, "no client address");
}

TEST_F(GatherTest, P15_ExemptMailAsksNothing) {
  parts_.exemption = Exemption::Network;
  const Facts facts = run();
  EXPECT_TRUE(asked_.empty());
  EXPECT_EQ(facts.author.domains.size(), 1U) << "the log still says who the author was";
}

TEST_F(GatherTest, Q06_PrefetchesChangeNothing) {
  const Facts facts = run();
  dns::MessageLookup lookup(zone_);
  for (const std::string& name : asked_) {
    lookup.prefetch({DomainName::from_octets(name).value(), dns::Type::Txt});
  }
  EXPECT_EQ(gather(parts_, settings_, lookup, Instant::max()), facts);
}

TEST_F(GatherTest, Q02_AReplayOfTheTraceGivesTheSameFacts) {
  dns::MessageLookup first(zone_);
  parts_.fields = fields_;
  const Facts facts = gather(parts_, settings_, first, Instant::max());
  dns::ReplayLookup replay(first.trace());
  dns::MessageLookup second(replay);
  EXPECT_EQ(gather(parts_, settings_, second, Instant::max()), facts);
}

/// A sender's own records may cost a hundred questions within the limits of SPF. What the author
/// domain says must be known all the same.
TEST_F(GatherTest, Q02_ASenderCannotSpendTheAuthorsQuestions) {
  parts_.mail_from = "x@stranger.example";
  parts_.client.helo = "mail.other.example";
  zone(
      "_dmarc.example.com TXT v=DMARC1; p=reject\n"
      "stranger.example TXT v=spf1 a:a.stranger.example a:b.stranger.example ?all\n"
      "mail.other.example TXT v=spf1 a:a.other.example a:b.other.example ?all\n");
  dns::MessageLookup lookup(zone_, {.questions = 4});
  parts_.fields = fields_;
  const Facts facts = gather(parts_, settings_, lookup, Instant::max());
  ASSERT_FALSE(facts.walks.empty());
  EXPECT_TRUE(std::ranges::none_of(facts.walks.front().steps, [](const dmarc::WalkStep& step) {
    return dns::is_error(step.status);
  }));
  EXPECT_EQ(facts.spf_mail_from.result, SpfResult::TempError) << "its own budget it may spend";
}

TEST_F(GatherTest, Q02_WhatConcernsTheAuthorIsAskedFirst) {
  const std::string body = "hello\r\n";
  const auto signed_by = [&](const std::string& signer) {
    return support::sign(fields_, body, {.domain = signer, .names = {"From"}});
  };
  const std::vector<HeaderField> signatures = {
      signed_by("stranger.example"), signed_by("other.example.com"), signed_by("example.com")};
  fields_.insert(fields_.begin(), signatures.begin(), signatures.end());
  parts_.client.helo = "mail.stranger.example";
  dkim::KeyCache keys;
  const auto verifier = dkim::make_verifier(Engine::Native, keys);
  verifier->begin(fields_,
                  dkim_options(settings_, {.domains = {*DomainName::parse("news.example.com")}}));
  verifier->feed(body);
  parts_.verifier = verifier.get();
  const Facts facts = run();
  const std::vector<std::string> order = {"_dmarc.news.example.com",
                                          "_dmarc.example.com",
                                          "_dmarc.com",
                                          "example.com",
                                          "sel._domainkey.other.example.com",
                                          "sel._domainkey.example.com",
                                          "sel._domainkey.stranger.example"};
  ASSERT_GE(asked_.size(), order.size());
  asked_.resize(order.size());
  EXPECT_EQ(asked_, order);
  ASSERT_EQ(facts.dkim.size(), 3U);
  EXPECT_EQ(facts.dkim[0].domain->text(), "stranger.example")
      << "the log keeps the message's order";
}

TEST_F(GatherTest, K01_AFieldThatIsNoSignatureCostsNoWalk) {
  fields_.insert(fields_.begin(), {"DKIM-Signature", " v=2; d=a.example.com"});
  dkim::KeyCache keys;
  const auto verifier = dkim::make_verifier(Engine::Native, keys);
  verifier->begin(fields_, dkim_options(settings_, {}));
  parts_.verifier = verifier.get();
  run();
  EXPECT_FALSE(asked("_dmarc.a.example.com"));
}

TEST_F(GatherTest, AListIsLookedUpOnlyBesideSomethingAuthenticated) {
  fields_.push_back({"List-Id", " <talk.lists.stranger.example>"});
  EXPECT_EQ(run().lists.size(), 1U);
  EXPECT_FALSE(asked("_dmarc.talk.lists.stranger.example"));
  parts_.mail_from = "bounces@mail.stranger.example";
  zone(
      "mail.stranger.example TXT v=spf1 +all\n"
      "_dmarc.stranger.example TXT v=DMARC1; p=none\n");
  run();
  EXPECT_TRUE(asked("_dmarc.talk.lists.stranger.example"));
}

TEST_F(GatherTest, NothingIsAskedForAHeaderThatIsNotWhole) {
  parts_.oversized_header = true;
  const Facts facts = run();
  EXPECT_TRUE(asked_.empty());
  EXPECT_TRUE(facts.oversized_header);
  EXPECT_EQ(facts.spf_mail_from.result, SpfResult::None);
  EXPECT_FALSE(facts.author.domains.empty()) << "the log says what was seen";
}

TEST_F(GatherTest, NoLocalPartsUnlessTheLogWantsThem) {
  parts_.recipients = {"bo@example.org", "cy@EXAMPLE.org",
                       "di@b\xC3\xBC"
                       "cher.example",
                       "postmaster"};
  Facts facts = run();
  EXPECT_EQ(facts.envelope.recipient_domains,
            (std::vector<std::string>{"example.org", "xn--bcher-kva.example"}));
  EXPECT_EQ(facts.envelope.recipient_count, 4U);
  EXPECT_EQ(facts.envelope.mail_from_address, "");
  settings_.log.addresses = true;
  facts = run();
  EXPECT_EQ(facts.envelope.mail_from_address, "ada@example.com");
  EXPECT_EQ(facts.envelope.recipient_addresses.size(), 4U);
}

struct ReportMailCase {
  std::vector<std::string> recipients;
  unsigned count;
  bool expected;
};

// A-38
TEST_F(GatherTest, MailToReportMailboxesAloneIsReportTraffic) {
  settings_.report.mailboxes = {MailAddress::parse("dmarc@example.org").value(),
                                MailAddress::parse("Rua@b\xC3\xBC"
                                                   "cher.example")
                                    .value()};
  const std::vector<ReportMailCase> cases{
      {{"dmarc@example.org"}, 1, true},
      {{"DMARC@Example.ORG."}, 1, true},
      {{"dmarc@example.org", "rua@xn--bcher-kva.example"}, 2, true},
      {{"dmarc@example.org", "bo@example.org"}, 2, false},
      {{"dmarc@sub.example.org"}, 1, false},
      {{"x-dmarc@example.org"}, 1, false},
      {{"dmarc"}, 1, false},
      {{"dmarc@"}, 1, false},
      {{"dmarc@example.org"}, 2, false},  // a recipient that was not kept
      {{}, 0, false},
  };
  for (const auto& [recipients, count, expected] : cases) {
    parts_.recipients = recipients;
    parts_.recipient_count = count;
    EXPECT_EQ(run().envelope.to_report_mailbox, expected) << testing::PrintToString(recipients);
  }
  settings_.report.mailboxes.clear();
  parts_.recipients = {"dmarc@example.org"};
  EXPECT_FALSE(run().envelope.to_report_mailbox);
}

TEST_F(GatherTest, SignaturesComeInTheOrderOfTheMessage) {
  const std::string body = "hello\r\n";
  fields_.insert(fields_.begin(),
                 support::sign(fields_, body, {.domain = "example.com", .names = {"From"}}));
  zone_.add_txt(*DomainName::parse("sel._domainkey.example.com"),
                support::key_record(support::TestKey::Rsa2048));
  fields_.insert(fields_.begin(), {"DKIM-Signature", " v=1; broken"});
  dkim::KeyCache keys;
  const auto verifier = dkim::make_verifier(Engine::Native, keys);
  verifier->begin(fields_, dkim_options(settings_, {}));
  verifier->feed(body);
  parts_.verifier = verifier.get();
  const Facts facts = run();
  ASSERT_EQ(facts.dkim.size(), 2U);
  EXPECT_EQ(facts.dkim[0].result, DkimResult::PermError);
  EXPECT_EQ(facts.dkim[1].result, DkimResult::Pass);
}

}  // namespace
}  // namespace waarmerk::policy
