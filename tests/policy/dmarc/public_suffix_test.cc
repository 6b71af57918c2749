// The rules of the public suffix list that no year is likely to change; the suite has the rest.
#include "policy/dmarc/public_suffix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/policy/dmarc/text_lookup.h"

namespace waarmerk::policy::dmarc {
namespace {

using testing::MatchesRegex;

std::string organization(std::string_view of, PslSections sections = PslSections::All) {
  const PublicSuffixList* list = PublicSuffixList::of_host(sections);
  return list == nullptr ? "no list" : list->organizational_domain(name(of)).text();
}

struct Row {
  const char* name;
  const char* domain;
  const char* organization;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.domain; }

class ListedDomain : public testing::TestWithParam<Row> {};

TEST_P(ListedDomain, BelongsToItsOrganization) {
  EXPECT_EQ(organization(GetParam().domain), GetParam().organization);
}

// I-11
INSTANTIATE_TEST_SUITE_P(
    Rules, ListedDomain,
    testing::Values(Row{"below_a_suffix_of_one_label", "a.b.example.com", "example.com"},
                    Row{"below_a_suffix_of_two", "a.b.example.co.uk", "example.co.uk"},
                    Row{"the_organization_itself", "example.co.uk", "example.co.uk"},
                    Row{"a_suffix_is_its_own", "co.uk", "co.uk"},
                    Row{"so_is_a_top_level_domain", "com", "com"},
                    Row{"wildcard", "a.b.c.kobe.jp", "b.c.kobe.jp"},
                    Row{"exception_to_the_wildcard", "a.city.kobe.jp", "city.kobe.jp"},
                    Row{"wildcard_of_a_country", "a.b.co.ck", "b.co.ck"},
                    Row{"exception_in_a_country", "a.b.www.ck", "www.ck"},
                    Row{"letter_case", "A.Example.CO.UK", "example.co.uk"},
                    Row{"u_label", "a.b.\xE5\x85\xAC\xE5\x8F\xB8.cn", "b.xn--55qx5d.cn"},
                    Row{"a_label", "a.b.xn--55qx5d.cn", "b.xn--55qx5d.cn"},
                    Row{"unknown_top_level_domain", "a.b.c.nowhere", "c.nowhere"},
                    Row{"label_of_underscores", "_a._b.example.co.uk", "example.co.uk"}),
    [](const auto& row) { return row.param.name; });

TEST(PublicSuffixes, I_11_OfCompaniesCountByTheSetting) {
  EXPECT_EQ(organization("a.tenant.github.io"), "tenant.github.io");
  EXPECT_EQ(organization("a.tenant.github.io", PslSections::Icann), "github.io");
  EXPECT_EQ(organization("a.tenant.co.uk", PslSections::Icann), "tenant.co.uk");
}

/// What the DNS may carry and C may not: the name does not end at its zero octet.
TEST(PublicSuffixes, TakeAnyOctets) {
  using namespace std::string_literals;
  const PublicSuffixList* list = PublicSuffixList::of_host(PslSections::All);
  ASSERT_NE(list, nullptr);
  for (const std::string& label : {"\0"s, "uk\0x"s, "\xFF\xFE"s, "a b"s, "*"s, "!"s}) {
    const DomainName odd = DomainName::from_octets(label + ".example.co.uk").value();
    EXPECT_EQ(list->organizational_domain(odd).text(), "example.co.uk") << label;
    const DomainName wild = DomainName::from_octets("x." + label + ".ck").value();
    EXPECT_TRUE(list->organizational_domain(wild).text().ends_with(".ck")) << label;
    EXPECT_NE(list->organizational_domain(wild).text(), label + ".ck") << label;
  }
}

TEST(PublicSuffixes, TakeTheDeepestName) {
  std::string deep = "com";
  while (deep.size() < 252) deep = "a." + deep;
  EXPECT_EQ(organization(deep), "a.com");
}

TEST(PublicSuffixes, I_11_HaveADate) {
  EXPECT_THAT(describe_public_suffix_list(), MatchesRegex(".* of [0-9]+-[0-9]+-[0-9]+"));
}

}  // namespace
}  // namespace waarmerk::policy::dmarc
