// The [[test]] blocks of a configuration: read, run, and what is said of those that fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "policy/config_tests/keys.h"
#include "policy/config_tests/read.h"
#include "policy/config_tests/run.h"
#include "tests/policy/rules/rule_texts.h"

namespace waarmerk::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using testing_support::block;
using testing_support::said_of;

Configuration configuration_of(const std::string& lines) {
  auto read = read_configuration("mode = \"monitor\"\n" + lines, "w.toml");
  EXPECT_TRUE(read);
  return read ? std::move(*read) : Configuration{};
}

std::vector<std::string> failures_of(const std::string& lines) {
  Configuration configuration = configuration_of(lines);
  for (const Finding& finding : configuration.findings) {
    EXPECT_NE(finding.severity, Severity::Error) << finding.text;
  }
  std::vector<std::string> said;
  for (const Finding& finding : failing_tests(configuration)) {
    said.push_back(to_string(configuration.say(finding)));
  }
  return said;
}

std::string test(std::string_view lines) {
  return "[[test]]\nname = \"t\"\n" + std::string(lines) + "\n";
}

/// A message with what becomes of it, and nearly the same message with the same expectation.
struct Row {
  const char* name;
  const char* right;
  const char* wrong;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

const std::string kRules =
    "[exempt]\nnetworks = [\"203.0.113.0/24\"]\n" +
    block("tls", "reject", "author_domain = \"bank.example\"\ntls = \"none\"") +
    block("client", "accept", "client = \"192.0.2.1\"\ncomment = \"x\"\noverride = \"other\"") +
    block("name", "hold", "client_name = \"mx.example\"") +
    block("helo", "tag", "helo = \"h.example\"") +
    block("rcpt", "defer", "recipient_domain = \"r.example\"") +
    block("sec", "hold", "dnssec = \"secure\"\ndmarc = \"fail\"");

class ConfigTestsTest : public testing::TestWithParam<Row> {};

TEST_P(ConfigTestsTest, PassesAndItsTwinFails) {
  EXPECT_THAT(failures_of(kRules + test(GetParam().right)), IsEmpty());
  const auto said = failures_of(kRules + test(GetParam().wrong));
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_THAT(said[0], StartsWith("w.toml:"));
  EXPECT_THAT(said[0], HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Table, ConfigTestsTest,
    testing::Values(
        Row{"plain_forgery",
            "author_domain = \"a.example\"\npolicy = \"v=DMARC1; p=reject\"\nmail_from_domain = "
            "\"b.example\"\nspf = \"fail\"\naction = \"reject\"\nrule = \"on_reject=evidence\"",
            "author_domain = \"a.example\"\npolicy = \"v=DMARC1; p=reject\"\nmail_from_domain = "
            "\"a.example\"\nspf = \"pass\"\naction = \"reject\"",
            "test \"t\": action is \"accept\", expected \"reject\"; DMARC pass for a.example"},
        Row{"signed",
            "author_domain = \"a.example\"\npolicy = \"v=DMARC1; p=reject\"\nsigned_by = "
            "\"mail.a.example\"\naction = \"accept\"\ndmarc = \"pass\"",
            "author_domain = \"a.example\"\npolicy = \"v=DMARC1; p=reject; adkim=s\"\nsigned_by = "
            "\"mail.a.example\"\naction = \"reject\"\ndmarc = \"pass\"",
            "dmarc is \"fail\", expected \"pass\""},
        Row{"policy_above",
            "author_domain = \"x.a.example\"\npolicy_domain = \"a.example\"\npolicy = "
            "\"v=DMARC1; p=none; sp=quarantine\"\naction = \"tag\"",
            "author_domain = \"a.example\"\npolicy_domain = \"a.example\"\npolicy = "
            "\"v=DMARC1; p=none; sp=quarantine\"\naction = \"tag\"",
            "action is \"accept\""},
        Row{"temperror",
            "author_domain = \"a.example\"\npolicy = \"temperror\"\ndmarc = \"temperror\"\naction "
            "= \"accept\"",
            "author_domain = \"a.example\"\npolicy = \"none\"\ndmarc = \"temperror\"\naction = "
            "\"accept\"",
            "dmarc is \"none\""},
        Row{"through_a_list",
            "author_domain = \"a.example\"\npolicy = \"v=DMARC1; p=reject\"\nbroken_signature_of = "
            "\"a.example\"\nsigned_by = \"l.example\"\nlist_id = \"x.l.example\"\naction = "
            "\"tag\"\n"
            "override = \"mailing_list\"",
            "author_domain = \"a.example\"\npolicy = \"v=DMARC1; p=reject\"\nbroken_signature_of = "
            "\"a.example\"\nsigned_by = \"other.example\"\nlist_id = \"x.l.example\"\naction = "
            "\"tag\"\n"
            "override = \"mailing_list\"",
            "override is \"local_policy\", expected \"mailing_list\""},
        Row{"tls", "author_domain = \"bank.example\"\naction = \"reject\"\nrule = \"tls\"",
            "author_domain = \"bank.example\"\ntls = \"TLSv1.3\"\naction = \"reject\"\nrule = "
            "\"tls\"",
            "rule is \"default\", expected \"tls\""},
        Row{"no_rule", "author_domain = \"b.example\"\naction = \"accept\"\nrule = \"\"",
            "author_domain = \"b.example\"\nclient = \"192.0.2.1\"\naction = \"accept\"\nrule = "
            "\"\"",
            "rule is \"client\", expected \"\""},
        Row{"client", "client = \"192.0.2.1\"\naction = \"accept\"",
            "client = \"192.0.2.2\"\naction = \"accept\"", "action is \"reject\""},
        Row{"exempt", "client = \"203.0.113.1\"\naction = \"accept\"\nrule = \"exempt=network\"",
            "client = \"203.0.112.1\"\naction = \"accept\"", "the message has no From domain"},
        Row{"client_name",
            "author_domain = \"b.example\"\nclient_name = \"mx.example\"\naction = \"hold\"",
            "author_domain = \"b.example\"\nclient_name = \"my.example\"\naction = \"hold\"",
            "action"},
        Row{"helo", "author_domain = \"b.example\"\nhelo = \"h.example\"\naction = \"tag\"",
            "author_domain = \"b.example\"\naction = \"tag\"", "action"},
        Row{"recipients",
            "author_domain = \"b.example\"\nrecipients = [\"a@r.example\", \"r.example\"]\naction "
            "= \"defer\"",
            "author_domain = \"b.example\"\nrecipients = [\"r.example\", \"x@s.example\"]\naction "
            "= \"defer\"",
            "action"},
        Row{"several_authors",
            "author_domain = [\"b.example\", \"bank.example\"]\naction = \"reject\"",
            "author_domain = [\"b.example\", \"c.example\"]\naction = \"reject\"", "action"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ConfigTests, FaultsAreSaidAtTheirLines) {
  EXPECT_THAT(
      said_of("[[test]]\nnam = \"x\"\naction = \"refuse\"\nspf = [\"fail\"]\nclient = \"a\"\n"
              "policy = \"p=reject\"\ntls = \"old\"\nsigned_by = [\"a..b\", 7]\n"),
      ElementsAre(
          "w.toml:2: test: \"name\" is missing; expected a text in quotes",
          "w.toml:3: test: unknown key \"nam\", did you mean \"name\"?",
          HasSubstr("w.toml:4: test: action: unknown word \"refuse\"; expected \"accept\""),
          HasSubstr("w.toml:5: test: spf: is a list; expected \"none\""),
          HasSubstr("w.toml:6: test: client: not an IP address: \"a\"; expected an IP address"),
          HasSubstr("w.toml:7: test: policy: \"p=reject\" is no DMARC record; expected"),
          HasSubstr("w.toml:8: test: tls: unknown version \"old\"; expected"),
          HasSubstr("w.toml:9: test: signed_by: item 2 is a number; expected"),
          HasSubstr("w.toml:9: test: signed_by: \"a..b\": ")));
}

/// A test of a message that cannot be proves nothing.
TEST(ConfigTests, WhatNoMessageHasTogetherIsRefused) {
  struct Impossible {
    const char* lines;
    const char* says;
    const char* possible;
  };
  for (const Impossible& row :
       {Impossible{"policy = \"v=DMARC1; p=none\"\ndnssec = \"bogus\"",
                   "dnssec = \"bogus\": such a record is not read",
                   "policy = \"temperror\"\ndnssec = \"bogus\""},
        Impossible{"dnssec = \"bogus\"", "dnssec = \"bogus\"", "dnssec = \"insecure\""},
        Impossible{"policy_domain = \"b.example\"",
                   "policy_domain = \"b.example\" applies to no author",
                   "policy_domain = \"example\""},
        Impossible{"policy_domain = \"x.a.example\"", "applies to no author",
                   "policy_domain = \"a.example\""},
        Impossible{"spf = \"pass\"", "spf = \"pass\" is for nobody",
                   "spf = \"pass\"\nmail_from_domain = \"b.example\""},
        Impossible{"spf = \"pass\"\nhelo = \"[192.0.2.1]\"", "for nobody",
                   "spf = \"pass\"\nhelo = \"mx.example\""}}) {
    const std::string before = "\n[[test]]\nname = \"t\"\naction = \"accept\"\n";
    const std::string author = "author_domain = \"a.example\"\n";
    const auto said = said_of(before + author + row.lines);
    ASSERT_THAT(said, SizeIs(1)) << row.lines;
    EXPECT_THAT(said[0], StartsWith("w.toml:3: test \"t\": "));
    EXPECT_THAT(said[0], HasSubstr(row.says));
    EXPECT_THAT(said_of(before + author + row.possible), IsEmpty()) << row.possible;
  }
}

/// A sixth domain, and a hundred and first, are to a test what they are to a message.
TEST(ConfigTests, D_06_OnlyAsMuchIsListedAsOfAMessage) {
  const std::string five =
      R"(author_domain = ["a.example", "b.example", "c.example", "d.example", )"
      R"("e.example", "a.example")";
  EXPECT_THAT(failures_of(test(five + "]\naction = \"accept\"")), IsEmpty());
  EXPECT_THAT(failures_of(test(five + ", \"f.example\"]\naction = \"reject\"\n"
                                      "rule = \"several_from_domains=evaluate\"")),
              IsEmpty());
  std::string hundred = "author_domain = \"a.example\"\nrecipients = [\"r0.example\"";
  for (int i = 1; i < 100; ++i) hundred += ", \"r" + std::to_string(i) + ".example\"";
  const std::string rule = block("r", "hold", "any_recipient_domain = \"board.example\"");
  EXPECT_THAT(failures_of(rule + test(hundred + "]\naction = \"accept\"")), IsEmpty());
  EXPECT_THAT(failures_of(rule + test(hundred + ", \"board.example\"]\naction = \"hold\"")),
              IsEmpty());
}

TEST(ConfigTests, EveryExampleOfTheDocumentationIsRight) {
  for (const TestKey& key : test_keys()) {
    ConfigTest read;
    EXPECT_THAT(key.store(read, key.example), IsEmpty()) << key.name;
  }
}

TEST(ConfigTests, AreNotRunWhereTheFileHasAnotherError) {
  const Configuration configuration =
      configuration_of("[log]\naddresses = 7\n" + test("action = \"hold\""));
  EXPECT_FALSE(configuration.is_usable());
  EXPECT_THAT(failing_tests(configuration), IsEmpty());
}

TEST(ConfigTests, ThereIsAnEndOfThem) {
  std::string text;
  for (std::size_t i = 0; i <= kMaxTests; ++i) text += test("action = \"reject\"");
  EXPECT_THAT(said_of(text), ElementsAre(HasSubstr("more than 1000 tests")));
}

}  // namespace
}  // namespace waarmerk::policy
