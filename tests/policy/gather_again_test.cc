// A logged message and another DNS: held against what a verifier of the whole message finds.
#include "policy/gather_again.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "policy/evaluate.h"
#include "policy/gather.h"
#include "tests/policy/dkim/signed_mail.h"

namespace waarmerk::policy {
namespace {

using support::key_record;
using support::TestKey;

constexpr std::string_view kKeyName = "sel._domainkey.example.com";

/// What a zone says of example.com; an empty text: nothing.
struct World {
  std::string key = key_record(TestKey::Rsa2048);
  std::string spf = "v=spf1 ip4:192.0.2.0/24 -all";
  std::string dmarc = "v=DMARC1; p=reject";
  std::string more = {};

  [[nodiscard]] dns::Zone zone() const {
    std::string text = more;
    if (!key.empty()) text += std::string(kKeyName) + " TXT " + key + "\n";
    if (!spf.empty()) text += "example.com TXT " + spf + "\n";
    if (!dmarc.empty()) text += "_dmarc.example.com TXT " + dmarc + "\n";
    return dns::Zone::parse(text).value();
  }
};

/// A signed message from 192.0.2.7, with the sender's address in no log.
class GatherAgain : public testing::Test {
 protected:
  Facts gathered(const World& world) {
    dns::Zone zone = world.zone();
    dns::MessageLookup lookup(zone);
    dkim::KeyCache keys;
    const auto verifier = dkim::make_verifier(Engine::Native, keys);
    verifier->begin(mail_.fields, {});
    verifier->feed(mail_.body);
    MessageParts parts;
    parts.client.ip = IpAddress::parse("192.0.2.7").value();
    parts.client.helo = "mail.example.com";
    parts.mail_from = mail_from_;
    parts.time = dkim::kNow;
    parts.fields = mail_.fields;
    parts.verifier = verifier.get();
    return gather(parts, settings_, lookup, Instant::max());
  }
  Facts again(const Facts& then, const World& world) {
    dns::Zone zone = world.zone();
    dns::MessageLookup lookup(zone);
    return gather_again(then, settings_, lookup, Instant::max());
  }

  dkim::Mail mail_ = dkim::signed_mail();
  std::string mail_from_ = "ada@example.com";
  Settings settings_;
};

// ---- What can be known
// ---------------------------------------------------------------------------

struct Row {
  const char* name;
  World now;
  /// "result/cause" of the signature, and the results of SPF and DMARC.
  std::string dkim;
  SpfResult spf;
  DmarcResult dmarc;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class ChangedDns : public GatherAgain, public testing::WithParamInterface<Row> {};

TEST_P(ChangedDns, GivesWhatTheWholeMessageGives) {
  const Row& row = GetParam();
  const Facts fresh = gathered(row.now);
  const Facts again = this->again(gathered({}), row.now);
  EXPECT_EQ(dkim::verdict(again.dkim.at(0)), row.dkim);
  EXPECT_EQ(dkim::verdict(fresh.dkim.at(0)), row.dkim);
  EXPECT_EQ(again.dkim[0].bits, fresh.dkim[0].bits);
  EXPECT_EQ(again.dkim[0].key_security, fresh.dkim[0].key_security);
  EXPECT_EQ(again.spf_mail_from.result, row.spf);
  EXPECT_EQ(again.spf_mail_from, fresh.spf_mail_from);
  EXPECT_EQ(again.spf_helo, fresh.spf_helo);
  EXPECT_EQ(again.walks, fresh.walks);
  EXPECT_EQ(again.dns, fresh.dns);
  const Verdict verdict = evaluate(again, settings_);
  EXPECT_EQ(verdict.dmarc.at(0).result, row.dmarc);
  EXPECT_EQ(verdict.dmarc, evaluate(fresh, settings_).dmarc);
  EXPECT_EQ(verdict.decision, evaluate(fresh, settings_).decision);
}

const std::string kNoKey = dkim::verdict(DkimResult::PermError, DkimCause::Key);
const std::string kNoDns = dkim::verdict(DkimResult::TempError, DkimCause::Dns);
using enum SpfResult;

INSTANTIATE_TEST_SUITE_P(
    Table, ChangedDns,
    testing::Values(Row{"nothing", {}, dkim::kPass, Pass, DmarcResult::Pass},
                    Row{"spf_fails", {.spf = "v=spf1 -all"}, dkim::kPass, Fail, DmarcResult::Pass},
                    Row{"no_spf", {.spf = ""}, dkim::kPass, None, DmarcResult::Pass},
                    Row{"no_dmarc", {.dmarc = ""}, dkim::kPass, Pass, DmarcResult::None},
                    Row{"no_key", {.key = ""}, kNoKey, Pass, DmarcResult::Pass},
                    Row{"no_key_and_spf_fails",
                        {.key = "", .spf = "v=spf1 -all"},
                        kNoKey,
                        Fail,
                        DmarcResult::Fail},
                    Row{"key_revoked", {.key = "v=DKIM1; p="}, kNoKey, Pass, DmarcResult::Pass},
                    Row{"key_malformed", {.key = "v=DKIM2; p=x"}, kNoKey, Pass, DmarcResult::Pass},
                    Row{"key_too_short",
                        {.key = key_record(TestKey::Rsa768)},
                        dkim::verdict(DkimResult::PermError, DkimCause::Algorithm),
                        Pass,
                        DmarcResult::Pass},
                    Row{"key_of_another_type",
                        {.key = key_record(TestKey::Ed25519)},
                        kNoKey,
                        Pass,
                        DmarcResult::Pass},
                    Row{"another_key",
                        {.key = key_record(TestKey::OtherRsa2048)},
                        dkim::kHeaderHash,
                        Pass,
                        DmarcResult::Pass},
                    Row{"another_key_and_spf_fails",
                        {.key = key_record(TestKey::OtherRsa2048), .spf = "v=spf1 -all"},
                        dkim::kHeaderHash,
                        Fail,
                        DmarcResult::Fail},
                    Row{"another_key_beside",
                        {.more = std::string(kKeyName) + " TXT " +
                                 key_record(TestKey::OtherRsa2048) + "\n"},
                        dkim::kPass,
                        Pass,
                        DmarcResult::Pass},
                    Row{"the_key_in_other_words",
                        {.key = key_record(TestKey::Rsa2048, "n=hello; ")},
                        dkim::kPass,
                        Pass,
                        DmarcResult::Pass},
                    Row{"the_key_signed_by_dnssec",
                        {.more = std::string(kKeyName) + " +ad\n"},
                        dkim::kPass,
                        Pass,
                        DmarcResult::Pass},
                    Row{"key_not_fetched",
                        {.key = "", .more = std::string(kKeyName) + " TXT !SERVFAIL\n"},
                        kNoDns,
                        Pass,
                        DmarcResult::Pass}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(GatherAgain, ABrokenBodyStaysBrokenUnderTheSameKeyOnly) {
  mail_.body += "An advertisement.\r\n";
  const Facts then = gathered({});
  ASSERT_EQ(dkim::verdict(then.dkim.at(0)), dkim::kBodyHash);
  for (const TestKey key : {TestKey::Rsa2048, TestKey::OtherRsa2048}) {
    const World now{.key = key_record(key)};
    EXPECT_EQ(dkim::verdict(again(then, now).dkim.at(0)), dkim::verdict(gathered(now).dkim.at(0)));
  }
}

// ---- What cannot be known
// ------------------------------------------------------------------------

TEST_F(GatherAgain, AKeyThatWasMissingMakesNoPass) {
  for (const World& missing :
       {World{.key = ""}, World{.key = "v=DKIM1; p="},
        World{.key = "", .more = std::string(kKeyName) + " TXT !SERVFAIL\n"}}) {
    const Facts then = gathered(missing);
    const DkimOutcome outcome = again(then, {}).dkim.at(0);
    EXPECT_EQ(dkim::verdict(outcome), dkim::verdict(then.dkim.at(0)));
    EXPECT_EQ(outcome.reason, kUnknowable);
    EXPECT_EQ(again(then, missing), then) << "nothing has changed";
  }
}

TEST_F(GatherAgain, AnotherKeyThanTheOneThatFailedMakesNoPass) {
  const World wrong{.key = key_record(TestKey::OtherRsa2048)};
  const Facts then = gathered(wrong);
  ASSERT_EQ(dkim::verdict(then.dkim.at(0)), dkim::kHeaderHash);
  const DkimOutcome outcome = again(then, {}).dkim.at(0);
  EXPECT_EQ(dkim::verdict(outcome), dkim::kHeaderHash);
  EXPECT_EQ(outcome.reason, kUnknowable);
  EXPECT_EQ(again(then, wrong), then);
}

TEST_F(GatherAgain, WithoutTheKeyInTheLogTheResultStands) {
  Facts then = gathered({});
  then.dns.clear();
  EXPECT_EQ(again(then, {.key = ""}).dkim, then.dkim);
}

/// exists: asks for a name with the local part.
TEST_F(GatherAgain, AsksSpfForPostmasterUnlessTheLogHasTheAddress) {
  const World world{.spf = "v=spf1 exists:%{l}.users.example.com -all",
                    .more = "ada.users.example.com A 127.0.0.2\n"};
  const Facts then = gathered(world);
  ASSERT_EQ(then.spf_mail_from.result, SpfResult::Pass);
  EXPECT_TRUE(lacks_local_part(then));
  EXPECT_EQ(again(then, world).spf_mail_from.result, SpfResult::Fail);
  settings_.log.addresses = true;
  const Facts with_address = gathered(world);
  EXPECT_FALSE(lacks_local_part(with_address));
  EXPECT_EQ(again(with_address, world), with_address);
}

TEST_F(GatherAgain, SendersWithoutADomainStayThatWay) {
  for (const char* sender : {"", "ada@[192.0.2.7]", "ada"}) {
    mail_from_ = sender;
    const Facts then = gathered({});
    EXPECT_FALSE(lacks_local_part(then)) << sender;
    EXPECT_EQ(again(then, {}), then) << sender;
  }
}

TEST_F(GatherAgain, WhatWasNotJudgedIsNotAsked) {
  Facts then = gathered({});
  then.exemption = Exemption::Network;
  dns::Zone zone = World{}.zone();
  dns::MessageLookup lookup(zone);
  EXPECT_EQ(gather_again(then, settings_, lookup, Instant::max()), then);
  EXPECT_TRUE(lookup.trace().empty());
}

TEST_F(GatherAgain, KeepsTheMethodOfThen_T_20) {
  settings_.dmarc.org_domain = DiscoveryMethod::Psl;
  const Facts then = gathered({});
  ASSERT_TRUE(then.walks.at(0).listed_organization);
  settings_.dmarc.org_domain = DiscoveryMethod::TreeWalk;
  EXPECT_EQ(again(then, {}), then);
  const Facts walked = gathered({});
  ASSERT_FALSE(walked.walks.at(0).listed_organization);
  settings_.dmarc.org_domain = DiscoveryMethod::Psl;
  EXPECT_EQ(again(walked, {}), walked);
}

/// A line that was too long lost what the key's record said: no reason to take it for another.
TEST_F(GatherAgain, AKeyWhoseRecordWasCutCountsAsTheSame) {
  Facts then = gathered({});
  const World another{.key = key_record(TestKey::OtherRsa2048)};
  EXPECT_EQ(dkim::verdict(again(then, another).dkim.at(0)), dkim::kHeaderHash);
  for (DnsTrace& trace : then.dns) trace.text.clear();
  EXPECT_EQ(dkim::verdict(again(then, another).dkim.at(0)), dkim::kPass);
}

}  // namespace
}  // namespace waarmerk::policy
