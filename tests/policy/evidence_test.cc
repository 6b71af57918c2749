#include "policy/evidence.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "policy/dmarc/alignment.h"
#include "policy/evaluate.h"
#include "tests/support/facts_builder.h"

namespace waarmerk::policy {
namespace {

using testing_support::domain;
using testing_support::FactsBuilder;

FactsBuilder author() { return FactsBuilder("bank.example").record("v=DMARC1; p=reject"); }

struct Row {
  const char* name;
  FactsBuilder facts;
  std::vector<std::string_view> items;
  ActionKind action;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class EvidenceTest : public testing::TestWithParam<Row> {};

TEST_P(EvidenceTest, NamesTheItemsAndDecidesByThem) {
  Settings settings;
  settings.forwarder_networks = {*IpPrefix::parse("198.51.100.0/24")};
  settings.forwarder_domains = {domain("forwarder.example")};
  settings.known_lists = {domain("hoster.example")};
  const Verdict verdict = evaluate(GetParam().facts.facts, settings);
  std::vector<std::string_view> names;
  for (const EvidenceItem& item : verdict.evidence) names.push_back(item.name);
  EXPECT_EQ(names, GetParam().items);
  EXPECT_EQ(to_string(verdict.decision.action), to_string(GetParam().action));
}

FactsBuilder from_known_forwarder() {
  FactsBuilder builder = author().spf(SpfResult::Fail, "bank.example");
  builder.facts.client.ip = *IpAddress::parse("198.51.100.7");
  return builder;
}

/// A list that changed the body: its own SPF passes, the author's signature broke on the body.
FactsBuilder genuine_list() {
  return author()
      .spf(SpfResult::Pass, "lists.example.org")
      .walk("lists.example.org")
      .signature("bank.example", DkimResult::Fail, DkimCause::BodyHash)
      .list_id("lists.example.org");
}

using enum ActionKind;

INSTANTIATE_TEST_SUITE_P(
    P04, EvidenceTest,
    testing::Values(
        Row{"spf_fail_and_unsigned",
            author().spf(SpfResult::Fail, "bank.example"),
            {kForgeryUnsigned},
            Reject},
        Row{"spf_softfail_and_unsigned",
            author().spf(SpfResult::SoftFail, "bank.example"),
            {kForgeryUnsigned},
            Reject},
        Row{"spf_none_and_unsigned", author(), {kForgeryUnsigned}, Reject},
        Row{"spf_neutral_as_none",  // S-34
            author().spf(SpfResult::Neutral, "bank.example"),
            {kForgeryUnsigned},
            Reject},
        Row{"key_of_a_known_forwarder_not_reachable",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("forwarder.example", DkimResult::TempError, DkimCause::Dns),
            {kForgeryUnsigned, kIndirectUndecided},
            Tag},
        Row{"key_of_a_known_list_not_reachable",
            author()
                .spf(SpfResult::None, "hoster.example")
                .signature("hoster.example", DkimResult::TempError, DkimCause::Dns),
            {kForgeryUnsigned, kIndirectUndecided},
            Tag},
        Row{"key_of_the_named_list_not_reachable",
            author()
                .spf(SpfResult::None, "list.example.net")
                .signature("example.net", DkimResult::TempError, DkimCause::Dns)
                .list_id("list.example.net"),
            {kForgeryUnsigned, kIndirectUndecided},
            Tag},
        Row{"key_of_a_stranger_not_reachable",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("stranger.example", DkimResult::TempError, DkimCause::Dns)
                .list_id("list.example.net"),
            {kForgeryUnsigned},
            Reject},
        Row{"key_of_a_known_forwarder_missing",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("forwarder.example", DkimResult::PermError, DkimCause::Key),
            {kForgeryUnsigned},
            Reject},
        Row{"spf_pass_of_a_stranger", author().spf(SpfResult::Pass, "evil.example"), {}, Tag},
        Row{"header_hash_broken",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("bank.example", DkimResult::Fail, DkimCause::HeaderHash),
            {kForgeryBrokenSignature},
            Reject},
        Row{"body_hash_broken_alone",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("bank.example", DkimResult::Fail, DkimCause::BodyHash),
            {},
            Tag},
        Row{"a_field_without_a_key_is_no_signature",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("bank.example", DkimResult::PermError, DkimCause::Key),
            {kForgeryUnsigned},
            Reject},
        Row{"nor_is_one_beyond_the_limit",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("bank.example", DkimResult::Policy, DkimCause::Limit),
            {kForgeryUnsigned},
            Reject},
        Row{"a_right_one_that_came_late_is",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("bank.example", DkimResult::Neutral, DkimCause::Expired),
            {},
            Tag},
        Row{"a_right_one_with_an_open_end_is",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("bank.example", DkimResult::Policy, DkimCause::BodyLength),
            {},
            Tag},
        Row{"strangers_signature_is_none_of_the_authors",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("evil.example", DkimResult::Pass),
            {kForgeryUnsigned},
            Reject},
        Row{"bare_list_id_buys_nothing",
            author().spf(SpfResult::Fail, "bank.example").list_id("lists.example.org"),
            {kForgeryUnsigned},
            Reject},
        Row{"strangers_signature_for_anothers_list",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("evil.example", DkimResult::Pass)
                .list_id("lists.example.org"),
            {kForgeryUnsigned},
            Reject},
        Row{"list_that_authenticates", genuine_list(), {kIndirectList, kIndirectChangedBody}, Tag},
        Row{"list_identity_outweighs_forgery",
            author()
                .spf(SpfResult::None, "bank.example")
                .signature("lists.example.org", DkimResult::Pass)
                .walk("lists.example.org")
                .list_id("lists.example.org"),
            {kForgeryUnsigned, kIndirectList},
            Tag},
        Row{"list_below_the_same_organization",
            author()
                .spf(SpfResult::None, "bank.example")
                .signature("mail.example.org", DkimResult::Pass)
                .walk("mail.example.org", "example.org", "v=DMARC1; p=none")
                .walk("lists.example.org", "example.org", "v=DMARC1; p=none")
                .list_id("lists.example.org"),
            {kForgeryUnsigned, kIndirectList},
            Tag},
        Row{"list_below_what_authenticated",
            author()
                .spf(SpfResult::None, "bank.example")
                .signature("example.org", DkimResult::Pass)
                .list_id("talk.lists.example.org"),
            {kForgeryUnsigned, kIndirectList},
            Tag},
        Row{"list_above_what_authenticated",
            author()
                .spf(SpfResult::None, "bank.example")
                .signature("customer.example.org", DkimResult::Pass)
                .walk("customer.example.org")
                .walk("example.org")
                .list_id("example.org"),
            {kForgeryUnsigned},
            Reject},
        Row{"list_of_another_organization",
            author()
                .spf(SpfResult::None, "bank.example")
                .signature("mail.example.org", DkimResult::Pass)
                .walk("mail.example.org")
                .walk("lists.example.org")
                .list_id("lists.example.org"),
            {kForgeryUnsigned},
            Reject},
        Row{"failing_list_signature_is_no_identity",
            author()
                .spf(SpfResult::None, "bank.example")
                .signature("lists.example.org", DkimResult::Fail, DkimCause::BodyHash)
                .list_id("lists.example.org"),
            {kForgeryUnsigned},
            Reject},
        Row{"known_forwarder_by_address",
            from_known_forwarder(),
            {kForgeryUnsigned, kIndirectForwarder},
            Tag},
        Row{"known_forwarder_by_signature",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("forwarder.example", DkimResult::Pass),
            {kForgeryUnsigned, kIndirectForwarder},
            Tag},
        Row{"known_list_by_signature",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("hoster.example", DkimResult::Pass),
            {kForgeryUnsigned, kIndirectKnownList},
            Tag},
        Row{"known_list_by_spf",
            author().spf(SpfResult::Pass, "hoster.example"),
            {kIndirectKnownList},
            Tag},
        Row{"known_list_with_a_broken_signature",
            author()
                .spf(SpfResult::Fail, "hoster.example")
                .signature("hoster.example", DkimResult::Fail, DkimCause::BodyHash),
            {kForgeryUnsigned},
            Reject},
        Row{"customer_of_a_known_list",
            author()
                .spf(SpfResult::Fail, "bank.example")
                .signature("customer.hoster.example", DkimResult::Pass),
            {kForgeryUnsigned},
            Reject}),
    [](const auto& param) { return std::string(param.param.name); });

/// An item that is turned off is neither weighed nor logged; the others stay as they are. P-04
TEST(Evidence, IgnoredItemsAreNotThere) {
  struct Case {
    std::vector<std::string> ignored;
    std::vector<std::string_view> items;
  };
  const Case cases[] = {
      {{}, {kIndirectList, kIndirectChangedBody}},
      {{"list-identity"}, {kIndirectChangedBody}},
      {{"list-identity", "author-signature-body-changed"}, {}},
      {{"unauthorised-and-unsigned"}, {kIndirectList, kIndirectChangedBody}},
  };
  for (const Case& row : cases) {
    Settings settings;
    settings.ignore_evidence = row.ignored;
    std::vector<std::string> names;
    const Verdict verdict = evaluate(genuine_list().facts, settings);
    for (const EvidenceItem& item : verdict.evidence) {
      names.push_back(item.name);
    }
    EXPECT_TRUE(std::ranges::equal(names, row.items));
  }
}

TEST(Evidence, AForgeryIsNotRejectedByAnItemThatIsOff) {
  const Facts facts = author().spf(SpfResult::Fail, "bank.example").facts;
  Settings settings;
  settings.ignore_evidence = {"unauthorised-and-signature-broken"};
  EXPECT_EQ(evaluate(facts, settings).decision.action, Reject);
  settings.ignore_evidence = {"unauthorised-and-unsigned"};
  EXPECT_EQ(evaluate(facts, settings).decision.action, Tag);
}

TEST(Evidence, EveryKindHasItsOwnNameAndASentence) {
  for (const EvidenceKind& kind : kEvidenceKinds) {
    EXPECT_EQ(find_evidence(kind.name), &kind);
    EXPECT_FALSE(kind.sentence.empty());
  }
  EXPECT_EQ(find_evidence("list"), nullptr);
}

TEST(Evidence, P11_OverrideTellsWhatKindOfIndirectMailItWas) {
  EXPECT_EQ(evaluate(genuine_list().facts, {}).decision.overrides.at(0).type,
            Override::Type::MailingList);
  Settings settings;
  settings.forwarder_networks = {*IpPrefix::parse("198.51.100.0/24")};
  EXPECT_EQ(evaluate(from_known_forwarder().facts, settings).decision.overrides.at(0).type,
            Override::Type::TrustedForwarder);
}

/// The postmaster's word about his forwarders and lists also holds where he always rejects; what a
/// sender can arrange for himself does not.
TEST(OnReject, P_05_SparesWhomThePostmasterVouchesFor) {
  Settings settings;
  settings.on_reject = OnReject::Reject;
  settings.forwarder_networks = {*IpPrefix::parse("198.51.100.0/24")};
  settings.known_lists = {domain("hoster.example")};
  const auto decided = [&settings](const FactsBuilder& builder) {
    return evaluate(builder.facts, settings).decision;
  };
  EXPECT_EQ(decided(from_known_forwarder()).action, Tag);
  EXPECT_EQ(decided(from_known_forwarder()).rule, "on_reject=reject, on_quarantine=tag");
  EXPECT_EQ(decided(author().spf(SpfResult::Pass, "hoster.example")).action, Tag);
  EXPECT_EQ(decided(author().spf(SpfResult::Pass, "stranger.example")).action, Reject);
  EXPECT_EQ(decided(genuine_list()).action, Reject);
  settings.ignore_evidence = {std::string(kIndirectForwarder)};
  EXPECT_EQ(decided(from_known_forwarder()).action, Reject);
}

}  // namespace
}  // namespace waarmerk::policy
