#include "policy/rules/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "policy/rules/keys.h"
#include "tests/policy/rules/rule_texts.h"

namespace waarmerk::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using testing_support::block;
using testing_support::Files;
using testing_support::reader_of;
using testing_support::said_of;
using testing_support::settings_of;

TEST(RuleRead, StoresWhatIsWritten) {
  const Settings settings = settings_of(R"(
[[rule]]
name = "one"
author_domain = ["Bank.example", "*.b)"
                                        "\xC3\xBC"
                                        R"(cher.example"]
client = "192.0.2.0/24"
tls = ["none", "TLSv1.2+"]
action = "hold"
override = "trusted_forwarder"
comment = "so it is"

[[rule]]
name = "two"
action = "reject"
spf = "fail"
)");
  ASSERT_EQ(settings.rules.size(), 2U);
  const Rule& rule = settings.rules[0];
  EXPECT_EQ(rule.name, "one");
  EXPECT_EQ(rule.line, 3U);
  EXPECT_EQ(rule.action, RuleAction::Hold);
  EXPECT_EQ(rule.override, Override::Type::TrustedForwarder);
  EXPECT_EQ(rule.comment, "so it is");
  EXPECT_TRUE(rule.author_domain.match(DomainName::parse("x.xn--bcher-kva.example").value()));
  EXPECT_TRUE(rule.tls.match(TlsVersion::Tls13));
  EXPECT_FALSE(rule.tls.match(TlsVersion::Tls11));
  EXPECT_FALSE(rule.spf.is_given());
  EXPECT_EQ(settings.rules[1].name, "two");
  EXPECT_EQ(settings.rules[1].override, Override::Type::LocalPolicy);
}

struct Row {
  const char* name;
  const char* text;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class BadRuleTest : public testing::TestWithParam<Row> {};

TEST_P(BadRuleTest, Q05_IsRefusedWithItsPlace) {
  EXPECT_THAT(said_of(GetParam().text), ElementsAre(StartsWith(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadRuleTest,
    testing::Values(
        Row{"no_name", "[[rule]]\naction = \"reject\"\n",
            "w.toml:2: rule: \"name\" is missing; expected 1 to 64"},
        Row{"no_action", "[[rule]]\nname = \"a\"\nspf = \"fail\"\n",
            "w.toml:2: rule \"a\": \"action\" is missing; expected \"accept\", \"laxer\""},
        Row{"odd_name", "[[rule]]\nname = \"a b\"\naction = \"reject\"\n",
            "w.toml:3: rule: name: \"a b\" is no name of a rule; expected 1 to 64 letters"},
        Row{"same_name",
            "[[rule]]\nname = \"a\"\naction = \"hold\"\nspf = \"fail\"\n[[rule]]\nname = "
            "\"a\"\naction = \"reject\"\n",
            "w.toml:6: rule \"a\": the rule at line 2 has that name already"},
        Row{"unknown_key",
            "[[rule]]\nname = \"a\"\naction = \"reject\"\nautor_domain = \"a.example\"\n",
            "w.toml:5: rule \"a\": unknown key \"autor_domain\", did you mean \"author_domain\"?"},
        Row{"unknown_word", "[[rule]]\nname = \"a\"\naction = \"refuse\"\n",
            "w.toml:4: rule \"a\": action: unknown word \"refuse\"; expected \"accept\""},
        Row{"unknown_result",
            "[[rule]]\nname = \"a\"\naction = \"hold\"\nspf = [\"fail\",\n\"bad\"]\n",
            "w.toml:6: rule \"a\": spf: unknown word \"bad\"; expected \"none\", \"neutral\""},
        Row{"wrong_type", "[[rule]]\nname = \"a\"\naction = \"hold\"\nspf = 7\n",
            "w.toml:5: rule \"a\": spf: is a number; expected"},
        Row{"nested", "[[rule]]\nname = \"a\"\naction = \"hold\"\nspf = {x = 1}\n",
            "w.toml:5: rule \"a\": spf: is a section; expected"},
        Row{"odd_item", "[[rule]]\nname = \"a\"\naction = \"hold\"\nhelo = [\"a.example\", 7]\n",
            "w.toml:5: rule \"a\": helo: item 2 is a number; expected a domain name"},
        Row{"empty_list", "[[rule]]\nname = \"a\"\naction = \"hold\"\nhelo = []\n",
            "w.toml:5: rule \"a\": helo: is an empty list: the rule could never match; expected"},
        Row{"bad_name_pattern", "[[rule]]\nname = \"a\"\naction = \"hold\"\nhelo = \"*\"\n",
            "w.toml:5: rule \"a\": helo: a character that no domain name may hold: \"*\"; expected "
            "a domain name"},
        Row{"bad_network", "[[rule]]\nname = \"a\"\naction = \"hold\"\nclient = \"192.0.2.1/24\"\n",
            "w.toml:5: rule \"a\": client: bits set behind the prefix: \"192.0.2.1/24\"; expected "
            "an address"},
        Row{"section", "[rule]\nname = \"a\"\n",
            "w.toml:2: \"rule\" is a section; expected [[rule]] blocks"},
        Row{"value", "rule = 7\n", "w.toml:2: \"rule\" is a number; expected [[rule]] blocks"},
        Row{"mistyped", "[[rules]]\nname = \"a\"\n",
            "w.toml:2: unknown block [[rules]], did you mean [[rule]]?"},
        Row{"mistyped_section", "[rules]\nname = \"a\"\n",
            "w.toml:2: unknown section \"rules\", did you mean \"rule\"?"},
        Row{"comment", "[[rule]]\nname = \"a\"\naction = \"hold\"\ncomment = \"a\\nb\"\n",
            "w.toml:5: rule \"a\": comment: is not printable ASCII, or too long; expected"}),
    [](const auto& row) { return std::string(row.param.name); });

/// A fault does not hide the next one.
TEST(RuleRead, Q05_AllFaultsInOneRun) {
  EXPECT_THAT(said_of("[[rule]]\nspf = \"bad\"\nhelo = \"a..b\"\n[[rule]]\nname = \"b\"\n"),
              ElementsAre(HasSubstr("\"name\" is missing"), HasSubstr("\"action\" is missing"),
                          HasSubstr("spf: unknown word"), HasSubstr("helo: \"a..b\""),
                          HasSubstr("\"action\" is missing")));
}

TEST(RuleRead, EveryExampleOfTheDocumentationIsRight) {
  for (const RuleKey& key : rule_keys()) {
    Rule rule;
    ListFiles files("w.toml", {});
    EXPECT_THAT(key.store(rule, key.example, files), IsEmpty()) << key.name;
    EXPECT_EQ(key.show(rule), key.example) << key.name;
  }
}

TEST(RuleRead, TooManyRules) {
  std::string text;
  for (std::size_t i = 0; i <= kMaxRules; ++i) {
    text += block("r" + std::to_string(i), "hold", "helo = \"h" + std::to_string(i) + ".example\"");
  }
  EXPECT_THAT(said_of(text), ElementsAre(HasSubstr("more than 1000 rules")));
}

// ---- Files --------------------------------------------------------------------------------------

TEST(RuleFiles, HoldNamesAndNetworks) {
  const Files files{{"etc/names", "# ours\nA.example\n  *.b.example # below\r\n\n"},
                    {"/lists/nets", "192.0.2.0/24\n2001:db8::1"}};
  const auto read = read_configuration(
      "mode = \"tag\"\n" +
          block("r", "hold", "helo = \"@names\"\nclient = [\"@/lists/nets\", \"10.0.0.1\"]"),
      "etc/w.toml", testing_support::reader_of(files));
  ASSERT_TRUE(read);
  EXPECT_THAT(read->findings, IsEmpty());
  const Rule& rule = read->settings.rules.at(0);
  const auto name = [](std::string_view text) { return DomainName::parse(text).value(); };
  const auto ip = [](std::string_view text) { return IpAddress::parse(text).value(); };
  EXPECT_TRUE(rule.helo.match(name("a.example")));
  EXPECT_TRUE(rule.helo.match(name("x.y.b.example")));
  EXPECT_FALSE(rule.helo.match(name("b.example")));
  EXPECT_TRUE(rule.client.match(ip("192.0.2.7")));
  EXPECT_TRUE(rule.client.match(ip("2001:db8::1")));
  EXPECT_TRUE(rule.client.match(ip("10.0.0.1")));
  EXPECT_FALSE(rule.client.match(ip("10.0.0.2")));
}

struct FileRow {
  const char* name;
  /// A text, so many times.
  std::string text;
  const char* says;
  std::size_t times = 1;
};
std::ostream& operator<<(std::ostream& out, const FileRow& row) { return out << row.name; }

std::string content(const FileRow& row) {
  std::string octets;
  for (std::size_t i = 0; i < row.times; ++i) octets += row.text;
  return octets;
}

class RuleFileTest : public testing::TestWithParam<FileRow> {};

TEST_P(RuleFileTest, Q05_FaultsHaveTheirLineInTheFile) {
  EXPECT_THAT(said_of(block("r", "hold", "helo = \"@list\""), {{"list", content(GetParam())}}),
              ElementsAre(StartsWith(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, RuleFileTest,
    testing::Values(
        FileRow{"bad_name", "a.example\n# c\na..b\n",
                "list:3: rule \"r\": helo: \"a..b\": an empty label in a domain name; "
                "expected one domain name"},
        FileRow{"network_among_names", "192.0.2.0/24\n",
                "list:1: rule \"r\": helo: \"192.0.2.0/24\": "},
        FileRow{"empty", "# nothing\n\n",
                "list: rule \"r\": helo: holds no entry: the rule could never match"},
        FileRow{"too_many", "n.example\n",
                "list:100001: rule \"r\": helo: more than 100000 entries", kMaxListEntries + 1},
        FileRow{"too_long", "#", "list: rule \"r\": helo: longer than 8 MiB", kMaxListBytes + 1}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(RuleFiles, AMissingFileIsAFault) {
  EXPECT_THAT(said_of(block("r", "hold", "helo = \"@gone\"")),
              ElementsAre("gone: rule \"r\": helo: cannot open it"));
}

/// Whatever the first line is: a comment, a name, an empty line, or for clients a network.
TEST(RuleFiles, AByteOrderMarkIsPassedOver) {
  const std::string mark = "\xEF\xBB\xBF";
  for (const char* text : {"# names\na.example\n", "a.example\n", "*.b.example\na.example\n",
                           "\na.example\n", "a.example"}) {
    const Settings settings =
        settings_of(block("r", "hold", "helo = \"@list\""), {{"list", mark + text}});
    ASSERT_EQ(settings.rules.size(), 1U) << text;
    EXPECT_TRUE(settings.rules[0].helo.match(DomainName::parse("a.example").value())) << text;
  }
  for (const char* text : {"# nets\n10.0.0.0/8\n", "10.0.0.0/8\n"}) {
    const Settings settings =
        settings_of(block("r", "hold", "client = \"@list\""), {{"list", mark + text}});
    ASSERT_EQ(settings.rules.size(), 1U) << text;
    EXPECT_TRUE(settings.rules[0].client.match(IpAddress::parse("10.1.2.3").value())) << text;
  }
  EXPECT_THAT(said_of(block("r", "hold", "client = \"@list\""), {{"list", "10.0.0.0/8\n" + mark}}),
              SizeIs(1))
      << "anywhere else it is no network";
}

TEST(RuleFiles, AConfigurationKnowsThoseThatItRead) {
  const auto read = read_configuration(
      "mode = \"tag\"\n" + block("a", "hold", "helo = [\"@names\", \"@gone\"]") +
          block("b", "hold", "client = \"@/etc/nets\"") + block("c", "hold", "helo = \"@names\""),
      "conf/w.toml", reader_of({{"conf/names", "a.example\n"}, {"/etc/nets", "10.0.0.0/8\n"}}));
  ASSERT_TRUE(read);
  EXPECT_THAT(read->list_files, ElementsAre("/etc/nets", "conf/names"));
}

/// Not even where a file of that name could be read.
TEST(RuleFiles, NoNameAndADashAreNoFiles) {
  const Files files = {{"", "a.example\n"}, {"-", "a.example\n"}, {"-a", "a.example\n"}};
  EXPECT_THAT(said_of(block("r", "hold", "helo = \"@\""), files),
              ElementsAre(HasSubstr("rule \"r\": helo: \"@\" names no file")));
  EXPECT_THAT(said_of(block("r", "hold", "client = \"@-\""), files),
              ElementsAre(HasSubstr("rule \"r\": client: \"@-\" is standard input")));
  EXPECT_THAT(said_of(block("r", "hold", "helo = \"@-a\""), files), IsEmpty());
}

TEST(RuleFiles, AFaultIsToldOnceHoweverManyRulesNameTheFile) {
  EXPECT_THAT(
      said_of(block("a", "hold", "helo = \"@list\"") + block("b", "hold", "list_id = \"@list\""),
              {{"list", "a..b\n"}}),
      SizeIs(1));
}

TEST(RuleFiles, ThereIsAnEndToTheFaultsOfOneFile) {
  std::string faults;
  for (int i = 0; i < 1000; ++i) faults += "a..b\n";
  EXPECT_THAT(said_of(block("r", "hold", "helo = \"@list\""), {{"list", faults}}), SizeIs(20));
}

std::string distinct_names(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "n" + std::to_string(i) + ".example\n";
  return text;
}

TEST(RuleFiles, AListAsLargeAsAllowedIsRead) {
  const Settings settings = settings_of(block("r", "hold", "helo = \"@list\""),
                                        {{"list", distinct_names(kMaxListEntries)}});
  ASSERT_EQ(settings.rules.size(), 1U);
  const Settings copy = settings;
  EXPECT_EQ(copy.rules[0].helo.sets[0], settings.rules[0].helo.sets[0]) << "copies share it";
  EXPECT_TRUE(copy.rules[0].helo.match(DomainName::parse("n99999.example").value()));
}

}  // namespace
}  // namespace waarmerk::policy
