// The tree walk and the public suffix list over the same zones: whole messages, gathered and
// evaluated by each, and what the one logs of the other. Each case has a neighbour in which the two
// agree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>

#include "dns/recording.h"
#include "dns/zone.h"
#include "policy/dmarc/list_comparison.h"
#include "policy/evaluate.h"
#include "policy/explain.h"
#include "policy/gather.h"
#include "tests/policy/dmarc/text_lookup.h"

namespace waarmerk::policy::dmarc {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A message of `author`, from a client that passes SPF for `sender` where the zone says so.
struct Mail {
  std::string author;
  std::string sender;
  std::string zone;
};

Facts gathered(const Mail& mail, const Settings& settings) {
  const std::vector<HeaderField> fields{{"From", " ada@" + mail.author}};
  MessageParts parts;
  parts.client.ip = *IpAddress::parse("192.0.2.7");
  parts.client.helo = "mail.relay.example";
  parts.mail_from = "ada@" + mail.sender;
  parts.fields = fields;
  dns::Zone zone =
      dns::Zone::parse(mail.zone + mail.sender + " TXT v=spf1 ip4:192.0.2.0/24 -all\n").value();
  dns::MessageLookup lookup(zone);
  return gather(parts, settings, lookup, Instant::max());
}

Settings by(DiscoveryMethod method) {
  Settings settings;
  settings.dmarc.org_domain = method;
  return settings;
}

Settings comparing() {
  Settings settings;
  settings.dmarc.compare_psl = true;
  return settings;
}

/// "pass, organization example.com, record at example.com".
std::string outcome(const Mail& mail, DiscoveryMethod method) {
  const Verdict verdict = evaluate(gathered(mail, by(method)), by(method));
  const DmarcEvaluation& dmarc = verdict.dmarc.at(0);
  EXPECT_EQ(dmarc.discovery, method);
  return std::string(to_string(dmarc.result)) + ", organization " +
         (dmarc.organizational_domain ? dmarc.organizational_domain->text() : "open") + ", " +
         (dmarc.policy_domain ? "record at " + dmarc.policy_domain->text() : "no record");
}

struct Row {
  const char* name;
  Mail mail;
  const char* by_treewalk;
  const char* by_list;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

const Row kRows[] = {
    // A registry that says psd=y, and is not on the list.
    {"unlisted_suffix",
     {"a.shop.city.example", "b.bazaar.city.example",
      "_dmarc.city.example TXT v=DMARC1; p=reject; psd=y\n"},
     "fail, organization shop.city.example, record at city.example",
     "pass, organization city.example, record at city.example"},
    {"unlisted_suffix_twin",
     {"a.shop.city.example", "b.bazaar.city.example",
      "_dmarc.city.example TXT v=DMARC1; p=reject\n"},
     "pass, organization city.example, record at city.example",
     "pass, organization city.example, record at city.example"},
    // A part of an organization that stands for itself.
    {"part_for_itself",
     {"a.lab.example.com", "mail.example.com",
      "_dmarc.lab.example.com TXT v=DMARC1; p=none; psd=n\n"
      "_dmarc.example.com TXT v=DMARC1; p=reject\n"},
     "fail, organization lab.example.com, record at lab.example.com",
     "pass, organization example.com, record at example.com"},
    {"part_for_itself_twin",
     {"a.lab.example.com", "mail.example.com", "_dmarc.example.com TXT v=DMARC1; p=reject\n"},
     "pass, organization example.com, record at example.com",
     "pass, organization example.com, record at example.com"},
    // A suffix of the list that publishes nothing, with tenants that do.
    {"listed_suffix_without_record",
     {"a.one.github.io", "b.two.github.io", "_dmarc.one.github.io TXT v=DMARC1; p=reject\n"},
     "fail, organization one.github.io, record at one.github.io",
     "fail, organization one.github.io, record at one.github.io"},
    // The same suffix with a plain record, as if it were an organization.
    {"listed_suffix_with_record",
     {"one.github.io", "two.github.io", "_dmarc.github.io TXT v=DMARC1; p=reject\n"},
     "pass, organization github.io, record at github.io",
     "none, organization one.github.io, no record"},
    // A record in the middle, and none where the list looks.
    {"record_in_the_middle",
     {"a.lab.example.com", "b.lab.example.com", "_dmarc.lab.example.com TXT v=DMARC1; p=reject\n"},
     "pass, organization lab.example.com, record at lab.example.com",
     "none, organization example.com, no record"},
    // The policy of a registry for names without one of their own.
    {"policy_of_a_registry",
     {"example.co.uk", "other.co.uk", "_dmarc.co.uk TXT v=DMARC1; p=reject; psd=y\n"},
     "fail, organization example.co.uk, record at co.uk",
     "none, organization example.co.uk, no record"},
    {"policy_of_a_registry_twin",
     {"example.co.uk", "other.co.uk",
      "_dmarc.co.uk TXT v=DMARC1; p=reject; psd=y\n"
      "_dmarc.example.co.uk TXT v=DMARC1; p=reject\n"},
     "fail, organization example.co.uk, record at example.co.uk",
     "fail, organization example.co.uk, record at example.co.uk"},
    // An error at the top keeps the walk from its end; the list needs no answer there.
    {"error_at_the_top",
     {"a.example.com", "b.example.com",
      "_dmarc.a.example.com TXT v=DMARC1; p=reject\n_dmarc.com TXT !SERVFAIL\n"},
     "temperror, organization open, record at a.example.com",
     "pass, organization example.com, record at a.example.com"},
    {"error_at_the_top_twin",
     {"a.example.com", "b.example.com",
      "_dmarc.a.example.com TXT v=DMARC1; p=reject\n"
      "_dmarc.example.com TXT v=DMARC1; p=reject\n"},
     "pass, organization example.com, record at a.example.com",
     "pass, organization example.com, record at a.example.com"},
    {"nobody_publishes",
     {"a.example.com", "b.example.com", ""},
     "none, organization a.example.com, no record",
     "none, organization example.com, no record"},
};

class TwoMethods : public testing::TestWithParam<Row> {};

// T-20
TEST_P(TwoMethods, EachHasItsAnswer) {
  EXPECT_EQ(outcome(GetParam().mail, DiscoveryMethod::TreeWalk), GetParam().by_treewalk);
  EXPECT_EQ(outcome(GetParam().mail, DiscoveryMethod::Psl), GetParam().by_list);
}

/// A difference is logged where the answers differ and the walk has one; it changes nothing.
TEST_P(TwoMethods, TheComparisonTellsWhereTheyPart) {
  const std::string by_treewalk = GetParam().by_treewalk;
  const bool silent =
      by_treewalk.find("open") != std::string::npos ||
      (by_treewalk.starts_with("none") && std::string_view(GetParam().by_list).starts_with("none"));
  Facts facts = gathered(GetParam().mail, comparing());
  EXPECT_EQ(facts.list_differences.empty(), silent || by_treewalk == GetParam().by_list);
  EXPECT_EQ(evaluate(facts, comparing()), evaluate(gathered(GetParam().mail, {}), {}));
  facts.list_differences.clear();
  EXPECT_EQ(facts, gathered(GetParam().mail, {})) << "it asks nothing";
}

INSTANTIATE_TEST_SUITE_P(Zones, TwoMethods, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

const Row& row(std::string_view name) {
  return *std::ranges::find(kRows, name, [](const Row& r) { return std::string_view(r.name); });
}

TEST(ListComparison, T_20_NamesBothOrganizationsAndBothRecords) {
  const Facts facts = gathered(row("part_for_itself").mail, comparing());
  ASSERT_THAT(facts.list_differences, SizeIs(1));
  EXPECT_EQ(facts.list_differences[0],
            (ListDifference{name("a.lab.example.com"), name("lab.example.com"), name("example.com"),
                            name("lab.example.com"), std::nullopt}))
      << "the walk ended below the record of example.com";
}

TEST(ListComparison, T_20_NamesARecordThatOnlyTheWalkHas) {
  const Facts facts = gathered(row("policy_of_a_registry").mail, comparing());
  ASSERT_THAT(facts.list_differences, SizeIs(1));
  EXPECT_EQ(facts.list_differences[0],
            (ListDifference{name("example.co.uk"), name("example.co.uk"), name("example.co.uk"),
                            name("co.uk"), std::nullopt}));
}

TEST(ListComparison, T_20_NamesIdentifiersToo) {
  const Mail mail{"example.com", "b.lab.example.com",
                  "_dmarc.example.com TXT v=DMARC1; p=reject\n"
                  "_dmarc.lab.example.com TXT v=DMARC1; p=none; psd=n\n"};
  const Facts facts = gathered(mail, comparing());
  ASSERT_THAT(facts.list_differences, SizeIs(1));
  EXPECT_EQ(facts.list_differences[0],
            (ListDifference{name("b.lab.example.com"), name("lab.example.com"), name("example.com"),
                            std::nullopt, std::nullopt}));
}

TEST(ListComparison, IsSilentOfIdentifiersWithoutAnyRecord) {
  const Facts facts = gathered({"example.com", "b.lab.example.com", ""}, comparing());
  ASSERT_THAT(facts.walks, SizeIs(2));
  EXPECT_THAT(facts.list_differences, IsEmpty());
}

TEST(ListComparison, IsOffUnlessAsked) {
  EXPECT_THAT(gathered(row("unlisted_suffix").mail, {}).list_differences, IsEmpty());
}

/// Where the list decides there is nothing to compare it with.
TEST(ListComparison, IsOffWhereTheListDecides) {
  Settings settings = comparing();
  settings.dmarc.org_domain = DiscoveryMethod::Psl;
  EXPECT_THAT(gathered(row("unlisted_suffix").mail, settings).list_differences, IsEmpty());
}

TEST(ListedMessage, I_11_FollowsTheSectionsOfTheSettings) {
  const Mail mail{"one.github.io", "two.github.io", "_dmarc.github.io TXT v=DMARC1; p=reject\n"};
  EXPECT_EQ(outcome(mail, DiscoveryMethod::Psl), "none, organization one.github.io, no record");
  Settings settings = by(DiscoveryMethod::Psl);
  settings.dmarc.psl_sections = PslSections::Icann;
  const Verdict verdict = evaluate(gathered(mail, settings), settings);
  EXPECT_EQ(verdict.dmarc.at(0).result, DmarcResult::Pass);
  EXPECT_EQ(verdict.dmarc.at(0).organizational_domain, name("github.io"));
}

/// Whoever has the facts has the answer: the settings that made them have no say any more.
TEST(ListedMessage, T_20_IsEvaluatedWithoutTheList) {
  const Facts facts = gathered(row("unlisted_suffix").mail, by(DiscoveryMethod::Psl));
  EXPECT_EQ(evaluate(facts, by(DiscoveryMethod::TreeWalk)),
            evaluate(facts, by(DiscoveryMethod::Psl)));
  Facts elsewhere = facts;
  for (Walk& walk : elsewhere.walks) walk.listed_organization = walk.start;
  EXPECT_NE(evaluate(elsewhere, {}), evaluate(facts, {})) << "an older list would say this";
}

std::vector<std::string> story_of_dmarc(const Mail& mail, const Settings& settings) {
  const Facts facts = gathered(mail, settings);
  for (Paragraph& paragraph : explain(facts, evaluate(facts, settings))) {
    if (paragraph.heading == "DMARC records") return std::move(paragraph.sentences);
  }
  return {};
}

TEST(ListedMessage, T_20_TheStorySaysWhoWasAsked) {
  const Mail& mail = row("unlisted_suffix").mail;
  constexpr auto kByList =
      "By the public suffix list the organizational domain of a.shop.city.example is city.example.";
  EXPECT_THAT(story_of_dmarc(mail, by(DiscoveryMethod::Psl)), Contains(HasSubstr(kByList)));
  EXPECT_THAT(story_of_dmarc(mail, {}), Not(Contains(HasSubstr("public suffix list"))));
  EXPECT_THAT(story_of_dmarc(mail, comparing()),
              Contains(HasSubstr("would have said otherwise of a.shop.city.example: "
                                 "the organizational domain city.example")));
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
