// The tree walk as a pure thing: names, organizational domains, and holes that DNS errors leave.
#include "policy/dmarc/tree_walk.h"

#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "tests/policy/dmarc/text_lookup.h"

namespace waarmerk::policy::dmarc {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names_of_walk(std::string_view start) {
  std::vector<std::string> names;
  for (const DomainName& asked : walk_names(name(start))) names.push_back(asked.text());
  return names;
}

TEST(DmarcWalkNames, T_01_ThirteenLabelsJumpToSeven) {
  EXPECT_THAT(names_of_walk("a.b.c.d.e.f.g.h.i.j.mail.example.com"),
              ElementsAre("a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail.example.com",
                          "h.i.j.mail.example.com", "i.j.mail.example.com", "j.mail.example.com",
                          "mail.example.com", "example.com", "com"));
}

TEST(DmarcWalkNames, T_03_EightLabelsSkipNothing) {
  EXPECT_THAT(
      names_of_walk("a.b.c.d.e.f.example.com"),
      ElementsAre("a.b.c.d.e.f.example.com", "b.c.d.e.f.example.com", "c.d.e.f.example.com",
                  "d.e.f.example.com", "e.f.example.com", "f.example.com", "example.com", "com"));
}

TEST(DmarcWalkNames, T_03_NineLabelsSkipOne) {
  const auto names = names_of_walk("z.a.b.c.d.e.f.example.com");
  ASSERT_EQ(names.size(), kMaxWalkQueries);
  EXPECT_EQ(names[1], "b.c.d.e.f.example.com");
}

TEST(DmarcWalkNames, T_02_NeverMoreThanEight) {
  std::string start = "com";
  for (int labels = 1; labels < 120; ++labels) {
    EXPECT_LE(names_of_walk(start).size(), kMaxWalkQueries) << start;
    start.insert(0, "a.");
  }
}

TEST(DmarcWalkNames, T_04_EndsAtTheTopLevelDomain) {
  EXPECT_THAT(names_of_walk("example.com"), ElementsAre("example.com", "com"));
  EXPECT_THAT(names_of_walk("com"), ElementsAre("com"));
}

// ---- Walks in short hand ------------------------------------------------------------------------

/// A walk from `start`. Each word of `found` is "name", "name/y", "name/n" for a record with that
/// psd, or "name/!" for a name that gave SERVFAIL. The walk stops where a real one would.
Walk make_walk(std::string_view start, std::string_view found) {
  Walk walk{name(start), {}, std::nullopt};
  for (const DomainName& asked : walk_names(walk.start)) {
    WalkStep step{asked, dns::Status::NxDomain, dns::Security::Unknown, std::nullopt};
    for (const std::string_view word : split(found, ' ')) {
      const auto slash = word.find('/');
      if (word.substr(0, slash) != asked.text()) continue;
      const std::string_view mark = slash == word.npos ? "" : word.substr(slash + 1);
      step.status = mark == "!" ? dns::Status::ServFail : dns::Status::Found;
      if (mark == "!") continue;
      step.record.emplace();
      if (mark == "y") step.record->psd = Psd::Yes;
      if (mark == "n") step.record->psd = Psd::No;
    }
    walk.steps.push_back(step);
    if (ends_walk(step)) break;
  }
  return walk;
}

std::string text_of(const std::optional<DomainName>& domain) {
  return domain ? domain->text() : "open";
}

TEST(DmarcEndsWalk, T_05_OnlyAtARecordWithPsdYesOrNo) {
  WalkStep step{name("example.com"), dns::Status::Found, dns::Security::Unknown, Record{}};
  EXPECT_FALSE(ends_walk(step));
  step.record->psd = Psd::Yes;
  EXPECT_TRUE(ends_walk(step));
  step.record->psd = Psd::No;
  EXPECT_TRUE(ends_walk(step));
  step.record.reset();
  EXPECT_FALSE(ends_walk(step));
}

struct WalkRow {
  std::string_view id;
  std::string_view start;
  std::string_view found;
  std::string_view organization;
  /// The name whose record applies; "none" or "open".
  std::string_view policy;

  friend std::ostream& operator<<(std::ostream& out, const WalkRow& row) {
    return out << row.id << ": " << row.start << " with records " << row.found;
  }
};

class DmarcWalk : public ::testing::TestWithParam<WalkRow> {};

TEST_P(DmarcWalk, ShowsTheOrganizationalDomain) {
  const Walk walk = make_walk(GetParam().start, GetParam().found);
  EXPECT_EQ(text_of(organizational_domain(walk)), GetParam().organization);
}

TEST_P(DmarcWalk, ShowsTheRecordToApply) {
  const Walk walk = make_walk(GetParam().start, GetParam().found);
  const PolicySource source = policy_source(walk);
  const std::string without = source.open ? "open" : "none";
  EXPECT_EQ(source.record != nullptr ? source.domain->text() : without, GetParam().policy);
  EXPECT_FALSE(source.open && source.record != nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DmarcWalk,
    ::testing::Values(
        WalkRow{"T_06_FewestLabels", "a.mail.example.com", "mail.example.com example.com",
                "example.com", "example.com"},
        WalkRow{"T_07_PsdNo", "a.mail.example.com", "mail.example.com/n example.com",
                "mail.example.com", "mail.example.com"},
        WalkRow{"T_07_PsdNoAtTheStart", "a.example.com", "a.example.com/n example.com",
                "a.example.com", "a.example.com"},
        WalkRow{"T_08_PsdYes", "a.mail.example.com", "com/y", "example.com", "com"},
        WalkRow{"D_65_PsdYesAboveARecord", "a.example.com", "example.com com/y", "example.com",
                "example.com"},
        WalkRow{"D_50_RecordInBetweenIsNotUsed", "a.b.example.com", "b.example.com com/y",
                "example.com", "com"},
        WalkRow{"D_50_OwnRecordFirst", "a.example.com", "a.example.com example.com", "example.com",
                "a.example.com"},
        WalkRow{"T_09_PsdYesAtTheStart", "bank.example", "bank.example/y", "bank.example",
                "bank.example"},
        WalkRow{"T_09_TopLevelAuthor", "museum", "museum/y", "museum", "museum"},
        WalkRow{"T_10_OneLabelBelowWasJumpedOver", "z.a.b.c.d.e.f.example.com",
                "b.c.d.e.f.example.com/y", "a.b.c.d.e.f.example.com", "b.c.d.e.f.example.com"},
        WalkRow{"T_11_NoRecord", "a.example.com", "", "a.example.com", "none"},
        WalkRow{"T_16_TheAuthorIsTheStart", "example.com", "com/y", "example.com", "com"},
        WalkRow{"T_19_ErrorAtTheTop", "example.com", "example.com com/!", "open", "example.com"},
        WalkRow{"T_19_ErrorAtTheTopWithoutOwnRecord", "a.example.com", "example.com com/!", "open",
                "open"},
        WalkRow{"T_19_ErrorInBetween", "a.b.example.com", "b.example.com/! example.com", "open",
                "open"},
        WalkRow{"T_19_ErrorBehindTheEndDoesNotArise", "a.example.com", "example.com/n com/!",
                "example.com", "example.com"},
        WalkRow{"T_19_ErrorAtTheStartBelowARecord", "a.example.com", "a.example.com/! example.com",
                "open", "open"},
        WalkRow{"T_19_ErrorAtTheStartAlone", "a.example.com", "a.example.com/!", "a.example.com",
                "open"},
        WalkRow{"T_19_ErrorWithoutAnyRecord", "a.example.com", "com/!", "open", "open"}),
    [](const auto& row) { return std::string(row.param.id); });

// ---- Two walks ----------------------------------------------------------------------------------

struct PairRow {
  std::string_view id;
  std::string_view a;
  std::string_view b;
  std::string_view found;
  std::optional<bool> same;

  friend std::ostream& operator<<(std::ostream& out, const PairRow& row) {
    return out << row.id << ": " << row.a << " and " << row.b << " with records " << row.found;
  }
};

class DmarcSameOrganization : public ::testing::TestWithParam<PairRow> {};

TEST_P(DmarcSameOrganization, ComparesTwoWalks) {
  const Walk a = make_walk(GetParam().a, GetParam().found);
  const Walk b = make_walk(GetParam().b, GetParam().found);
  EXPECT_EQ(same_organization(a, b), GetParam().same);
  EXPECT_EQ(same_organization(b, a), GetParam().same) << "not symmetric";
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DmarcSameOrganization,
    ::testing::Values(
        PairRow{"Siblings", "a.example.com", "b.example.com", "example.com", true},
        PairRow{"SiblingsWithoutARecord", "a.example.com", "b.example.com", "", false},
        PairRow{"SiblingsBelowPsdNo", "a.m.example.com", "b.example.com",
                "m.example.com/n example.com", false},
        PairRow{"T_14_SiblingsBelowPsdYes", "a.example.com", "b.example.com", "example.com/y",
                false},
        PairRow{"T_14_CousinsBelowPsdYes", "a.x.example.com", "b.x.example.com", "example.com/y",
                true},
        PairRow{"D_61_ErrorAboveBoth", "example.com", "mail.example.com", "example.com com/!",
                true},
        PairRow{"D_61_ErrorAboveBothSiblings", "a.example.com", "b.example.com",
                "example.com com/!", true},
        PairRow{"ErrorAtTheOnlyCommonName", "a.com", "b.com", "com/!", std::nullopt},
        PairRow{"ErrorWherePsdYesWouldPartThem", "a.example.com", "b.example.com",
                "example.com/! com", std::nullopt},
        PairRow{"ErrorOnOneSideOnly", "example.com", "mail.example.com",
                "example.com mail.example.com/!", std::nullopt},
        PairRow{"ErrorOnOneSideThatCannotUniteThem", "example.com", "mail.example.net",
                "example.com example.net mail.example.net/!", false},
        PairRow{"ErrorOnBothSidesOfStrangers", "a.example.com", "b.example.net",
                "example.com example.net a.example.com/! b.example.net/!", false}),
    [](const auto& row) { return std::string(row.param.id); });

TEST(DmarcSameOrganization, HoldsOfANameAndItself) {
  const Walk walk = make_walk("a.example.com", "a.example.com/! com/!");
  EXPECT_EQ(same_organization(walk, walk), true);
}

/// Every hole that two walks may have, filled with every record that may stand there, must agree
/// with the answer that was given without knowing. The reasoning of possible_records(), checked by
/// force.
TEST(DmarcSameOrganization, T_19_AgreesWithEveryWayToFillTheHoles) {
  const std::vector<std::string> places{"a.x.com", "b.x.com", "x.com", "com"};
  const std::vector<std::string> kinds{"", "+", "/y", "/n", "/!"};
  const auto words_of = [&](unsigned code) {
    std::vector<std::string> words(places.size());
    for (std::size_t i = 0; i < places.size(); ++i, code /= 5) words[i] = kinds[code % 5];
    return words;
  };
  const auto walks_of = [&](const std::vector<std::string>& words) {
    std::string found;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (!words[i].empty()) found += places[i] + (words[i] == "+" ? "" : words[i]) + " ";
    }
    return std::pair{make_walk("a.x.com", found), make_walk("b.x.com", found)};
  };
  const auto fills = [&](const std::vector<std::string>& full,
                         const std::vector<std::string>& holes) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (full[i] == "/!" || (holes[i] != "/!" && holes[i] != full[i])) return false;
    }
    return true;
  };
  for (unsigned with_holes = 0; with_holes < 625; ++with_holes) {
    const auto holes = words_of(with_holes);
    const auto [a, b] = walks_of(holes);
    bool any_same = false;
    bool any_different = false;
    std::set<DomainName> organizations_of_a;
    for (unsigned code = 0; code < 625; ++code) {
      const auto full = words_of(code);
      if (!fills(full, holes)) continue;
      const auto [full_a, full_b] = walks_of(full);
      const bool same = *organizational_domain(full_a) == *organizational_domain(full_b);
      any_same = any_same || same;
      any_different = any_different || !same;
      organizations_of_a.insert(*organizational_domain(full_a));
    }
    const auto want = any_same && any_different ? std::nullopt : std::optional(any_same);
    EXPECT_EQ(same_organization(a, b), want) << with_holes;
    const auto organization = organizational_domain(a);
    EXPECT_EQ(organization.has_value(), organizations_of_a.size() == 1) << with_holes;
    EXPECT_EQ(organization.value_or(*organizations_of_a.begin()), *organizations_of_a.begin());
  }
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
