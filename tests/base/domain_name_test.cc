#include "base/domain_name.h"

#include <gtest/gtest.h>

namespace waarmerk {
namespace {

const std::string kLabel63(63, 'a');

struct Row {
  const char* name;
  std::string input;
  std::string want;  ///< empty: must be refused
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class DomainNameParse : public testing::TestWithParam<Row> {};

TEST_P(DomainNameParse, GivesTheCanonicalForm) {
  const auto name = DomainName::parse(GetParam().input);
  EXPECT_EQ(name ? name->text() : "", GetParam().want) << (name ? "" : name.error().text);
}

INSTANTIATE_TEST_SUITE_P(
    Names, DomainNameParse,
    testing::Values(
        Row{"plain", "example.com", "example.com"}, Row{"D13_case", "EXAMPLE.Com", "example.com"},
        Row{"D13_final_dot", "example.com.", "example.com"},
        Row{"two_final_dots", "example.com..", ""}, Row{"only_dot", ".", ""}, Row{"empty", "", ""},
        Row{"leading_dot", ".example.com", ""}, Row{"empty_label", "a..example", ""},
        Row{"underscore", "_dmarc.example", "_dmarc.example"},
        Row{"single_label", "localhost", "localhost"}, Row{"space", "exam ple.com", ""},
        Row{"stray_bracket", "victim.example>", ""}, Row{"address_literal", "[192.0.2.1]", ""},
        Row{"at", "a@example.com", ""}, Row{"nul", std::string("exa\0mple.com", 12), ""},
        Row{"nul_in_u_label", std::string("b\xC3\xBC\0x.example", 13), ""},
        Row{"label_63", kLabel63 + ".example", kLabel63 + ".example"},
        Row{"label_64", "a" + kLabel63 + ".example", ""},
        Row{"name_253", kLabel63 + "." + kLabel63 + "." + kLabel63 + "." + std::string(61, 'b'),
            kLabel63 + "." + kLabel63 + "." + kLabel63 + "." + std::string(61, 'b')},
        Row{"name_254", kLabel63 + "." + kLabel63 + "." + kLabel63 + "." + std::string(62, 'b'),
            ""},
        Row{"I01_u_label",
            "b\xC3\xBC"
            "cher.example",
            "xn--bcher-kva.example"},
        Row{"I01_u_label_upper",
            "B\xC3\x9C"
            "CHER.example",
            "xn--bcher-kva.example"},
        Row{"I01_sharp_s_non_transitional",
            "stra\xC3\x9F"
            "e.example",
            "xn--strae-oqa.example"},
        Row{"I06_ideographic_dot",
            "b\xC3\xBC"
            "cher\xE3\x80\x82"
            "example",
            "xn--bcher-kva.example"},
        Row{"I05_bad_utf8",
            "b\xFF"
            "cher.example",
            ""},
        Row{"I04_a_label", "xn--bcher-kva.example", "xn--bcher-kva.example"},
        Row{"I04_a_label_does_not_decode", "xn--999999999.example", ""},
        Row{"I04_bidi_breach",
            "\xD7\x90"
            "a.example",
            ""}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(DomainName, FromOctetsTakesWhatTheDnsCarries) {
  EXPECT_EQ(DomainName::from_octets("A b.Example")->text(), "a b.example");
  EXPECT_FALSE(DomainName::from_octets("a..example"));
  EXPECT_FALSE(DomainName::from_octets("a" + kLabel63 + ".example"));
  EXPECT_FALSE(DomainName::from_octets(std::string(255, 'a')));
}

TEST(DomainName, CountsAndCutsLabels) {
  const auto name = *DomainName::parse("a.b.example.com");
  EXPECT_EQ(name.label_count(), 4U);
  EXPECT_EQ(name.last_labels(1).text(), "com");
  EXPECT_EQ(name.last_labels(3).text(), "b.example.com");
  EXPECT_EQ(name.last_labels(4), name);
  EXPECT_EQ(name.last_labels(9), name);
}

TEST(DomainName, ComparesByWholeLabels) {
  const auto parent = *DomainName::parse("example.com");
  EXPECT_TRUE(DomainName::parse("mail.example.com")->is_at_or_below(parent));
  EXPECT_TRUE(parent.is_at_or_below(parent));
  EXPECT_FALSE(DomainName::parse("badexample.com")->is_at_or_below(parent));
  EXPECT_FALSE(DomainName::parse("com")->is_at_or_below(parent));
}

TEST(DomainName, PrefixThatMakesItTooLongIsAnError) {
  EXPECT_EQ(DomainName::parse("example.com")->prefixed("_dmarc")->text(), "_dmarc.example.com");
  const auto longest =
      *DomainName::parse(kLabel63 + "." + kLabel63 + "." + kLabel63 + "." + std::string(61, 'b'));
  EXPECT_FALSE(longest.prefixed("_dmarc"));
}

}  // namespace
}  // namespace waarmerk
