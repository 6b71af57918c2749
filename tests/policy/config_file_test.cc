#include "policy/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "base/text.h"
#include "policy/options.h"

namespace waarmerk::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Everything that is said of a file, a syntax error too.
std::vector<std::string> said_of(std::string_view text) {
  const auto read = read_configuration(text, "w.toml");
  if (!read) return {to_string(read.error())};
  std::vector<std::string> lines;
  for (const Finding& finding : read->findings) lines.push_back(to_string(read->say(finding)));
  return lines;
}

std::vector<Error> errors_of(std::string_view text) {
  const auto settings = parse_config(text, "w.toml");
  return settings ? std::vector<Error>{} : settings.error();
}

TEST(ConfigFile, StoresValues) {
  const auto settings = parse_config(
      "mode = \"enforce\"\n"
      "[policy]\non_quarantine = \"hold\"\nforwarder_domains = [\"B\xC3\xBC"
      "cher.example\"]\n"
      "[exempt]\nnetworks = [\"192.0.2.0/24\", \"2001:db8::/32\"]\n"
      "[milter]\nsocket_mode = \"0600\"\n"
      "[dns]\ncache_megabytes = 8\nquery_timeout_ms = 500\n",
      "w.toml");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->mode, Mode::Enforce);
  EXPECT_EQ(settings->on_quarantine, OnQuarantine::Hold);
  EXPECT_EQ(settings->forwarder_domains.at(0).text(), "xn--bcher-kva.example");
  EXPECT_EQ(settings->exempt.networks.size(), 2U);
  EXPECT_EQ(settings->milter.socket_mode, 0600U);
  EXPECT_EQ(settings->dns.cache_bytes, std::size_t{8} << 20U);
  EXPECT_EQ(settings->dns.query_timeout, std::chrono::milliseconds(500));
}

struct BadConfig {
  const char* name;
  const char* text;
  const char* where;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const BadConfig& bad) { return out << bad.name; }

class BadConfigTest : public testing::TestWithParam<BadConfig> {};

TEST_P(BadConfigTest, IsRefusedWithItsPlace) {
  const auto errors = errors_of(GetParam().text);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].where, GetParam().where);
  EXPECT_NE(errors[0].text.find(GetParam().says), std::string::npos) << errors[0].text;
}

INSTANTIATE_TEST_SUITE_P(
    Q05, BadConfigTest,
    testing::Values(
        BadConfig{"no_mode", "[log]\naddresses = true\n", "w.toml", "\"mode\" is missing"},
        BadConfig{"syntax", "mode = \"enforce\"\n[policy\n", "w.toml:2", ""},
        BadConfig{"duplicate_key", "mode = \"enforce\"\nmode = \"tag\"\n", "w.toml:2", ""},
        BadConfig{"unknown_key", "mode = \"tag\"\n[policy]\non_rejekt = \"reject\"\n", "w.toml:3",
                  "did you mean \"policy.on_reject\"?"},
        BadConfig{"unknown_section", "mode = \"tag\"\n[nonsense]\nfar_from_all = 1\n", "w.toml:2",
                  "unknown section \"nonsense\""},
        BadConfig{"unknown_word", "mode = \"enforcing\"\n", "w.toml:1",
                  "expected \"enforce\", \"tag\" or \"monitor\""},
        BadConfig{"wrong_type", "mode = \"tag\"\n[log]\naddresses = \"yes\"\n", "w.toml:3",
                  "expected true or false"},
        BadConfig{"number_as_text", "mode = \"tag\"\n[dns]\ntries = \"2\"\n", "w.toml:3",
                  "expected a number from 1 to 10"},
        BadConfig{"out_of_range", "mode = \"tag\"\n[dkim]\nmin_rsa_bits = 512\n", "w.toml:3",
                  "out of range; expected a number from 1024 to 4096"},
        BadConfig{"bad_network", "mode = \"tag\"\n[exempt]\nnetworks = [\"192.0.2.1/24\"]\n",
                  "w.toml:3", "bits set behind the prefix"},
        BadConfig{"bad_server", "mode = \"tag\"\n[dns]\nservers = [\"127.0.0.1:0\"]\n", "w.toml:3",
                  "expected a list of \"address\" or \"address:port\""},
        BadConfig{"bad_domain", "mode = \"tag\"\n[policy]\nforwarder_domains = [\"a..b\"]\n",
                  "w.toml:3", "empty label"},
        BadConfig{"unknown_evidence",
                  "mode = \"tag\"\n[policy]\nignore_evidence = [\"known-list\", "
                  "\"list-identy\"]\n",
                  "w.toml:3",
                  "no evidence item is called \"list-identy\", did you mean "
                  "\"list-identity\"?"},
        BadConfig{"evidence_of_another_world",
                  "mode = \"tag\"\n[policy]\nignore_evidence = [\"moon-phase\"]\n", "w.toml:3",
                  "no evidence item is called \"moon-phase\"; expected"},
        BadConfig{"mixed_list", "mode = \"tag\"\n[dns]\nservers = [\"127.0.0.1\", 53]\n",
                  "w.toml:3", "item 2 is a number"},
        BadConfig{"world_writable", "mode = \"tag\"\n[milter]\nsocket_mode = \"0666\"\n",
                  "w.toml:3", "rights that a socket must not have"},
        BadConfig{"authserv_id", "mode = \"tag\"\n[milter]\nauthserv_id = \"a b;\\r\\nX: y\"\n",
                  "w.toml:3", "not a host name"},
        BadConfig{"empty_section", "mode = \"tag\"\n[foo]\n", "w.toml:2",
                  "unknown section \"foo\""},
        BadConfig{"nested_table", "mode = \"tag\"\n[policy.on_reject]\nx = 1\n", "w.toml:2",
                  "policy.on_reject: is a section; expected"},
        BadConfig{"list_for_a_number", "mode = \"tag\"\n[dns]\ntries = [\n2]\n", "w.toml:3",
                  "dns.tries: is a list; expected a number from 1 to 10"},
        BadConfig{"fraction", "mode = \"tag\"\n[dns]\ntries = 2.5\n", "w.toml:3",
                  "dns.tries: is a number with a fraction; expected a number"},
        BadConfig{"date", "mode = 2026-05-01\n", "w.toml:1", "mode: is a date or time; expected"},
        BadConfig{"negative", "mode = \"tag\"\n[dns]\ntries = -1\n", "w.toml:3",
                  "dns.tries: -1 is out of range"},
        BadConfig{"value_for_a_section", "mode = \"tag\"\npolicy = 1\n", "w.toml:2",
                  "\"policy\" is a number; expected the section [policy]"},
        BadConfig{"list_of_sections", "mode = \"tag\"\n[[policy]]\non_reject = \"reject\"\n",
                  "w.toml:2", "\"policy\" is a list; expected the section [policy]"},
        BadConfig{"control_character", "mode = \"tag\"\n[milter]\nuser = \"a\\nb\"\n", "w.toml:3",
                  "milter.user: holds a control character"},
        BadConfig{"key_outside_its_section", "mode = \"tag\"\non_reject = \"reject\"\n", "w.toml:2",
                  "unknown key \"on_reject\", did you mean \"policy.on_reject\"?"},
        BadConfig{"key_in_another_section", "mode = \"tag\"\n[milter]\non_reject = \"reject\"\n",
                  "w.toml:3",
                  "unknown key \"milter.on_reject\", did you mean \"policy.on_reject\"?"},
        BadConfig{"mistyped_section", "mode = \"tag\"\n[polcy]\non_reject = \"reject\"\n",
                  "w.toml:2", "unknown section \"polcy\", did you mean \"policy\"?"},
        BadConfig{"trusted_everyone",
                  "mode = \"tag\"\n[exempt]\ntrusted_reinjection = [\"0.0.0.0/0\"]\n", "w.toml:3",
                  "anyone could forge our own results"},
        BadConfig{"no_from_evaluate", "mode = \"tag\"\n[policy]\nno_from = \"evaluate\"\n",
                  "w.toml:3", "expected \"reject\", \"quarantine\" or \"accept\""}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(ConfigFile, SuggestsOnlyWhatIsNear) {
  EXPECT_EQ(nearest_key("policy.on_rejekt"), "policy.on_reject");
  EXPECT_EQ(nearest_key("on_rejekt"), "policy.on_reject");
  EXPECT_EQ(nearest_key("milter.max_waiting"), "dns.max_waiting");
  EXPECT_EQ(nearest_key("bogus"), "");
  EXPECT_EQ(nearest_key(std::string(100000, 'm')), "");
  EXPECT_EQ(nearest_section("Milter"), "milter");
  EXPECT_EQ(nearest_section("nonsense"), "");
}

TEST(ConfigFile, ListsAllSemanticErrorsInOrder) {
  const auto errors = errors_of("[policy]\non_reject = 1\nbogus_key_here = 2\n[dns]\ntries = 0\n");
  ASSERT_EQ(errors.size(), 4U);
  EXPECT_EQ(errors[0].where, "w.toml");
  EXPECT_EQ(errors[1].where, "w.toml:2");
  EXPECT_EQ(errors[2].where, "w.toml:3");
  EXPECT_EQ(errors[3].where, "w.toml:5");
}

TEST(ConfigFile, NamesEveryBadItemAtItsLine) {
  EXPECT_THAT(
      said_of("mode = \"tag\"\n"
              "[exempt]\n"
              "networks = [\n"
              "  \"192.0.2.1/24\",\n"
              "  \"192.0.2.0/24\",\n"
              "  7,\n"
              "  \"example.org\",\n"
              "]\n"),
      ElementsAre(AllOf(HasSubstr("w.toml:4: exempt.networks: "), HasSubstr("\"192.0.2.1/24\"")),
                  HasSubstr("w.toml:6: exempt.networks: item 3 is a number; expected a list of"),
                  AllOf(HasSubstr("w.toml:7: exempt.networks: "), HasSubstr("\"example.org\""))));
}

TEST(ConfigFile, ReadsTheKeysOfAMistypedSection) {
  EXPECT_THAT(said_of("mode = \"tag\"\n[polcy]\non_reject = \"never\"\non_rejekt = 1\n"),
              ElementsAre(HasSubstr("w.toml:2: unknown section"),
                          HasSubstr("w.toml:3: policy.on_reject: unknown word \"never\""),
                          HasSubstr("w.toml:4: unknown key \"policy.on_rejekt\"")));
}

TEST(ConfigFile, WarnsAndIsUsable) {
  constexpr std::string_view kText =
      "mode = \"tag\"\n[exempt]\nloopback = true\nnetworks = [\"::/0\"]\n";
  EXPECT_THAT(said_of(kText), ElementsAre(HasSubstr("w.toml:4: warning: exempt.networks: ::/0 is "
                                                    "every address of its family")));
  EXPECT_TRUE(parse_config(kText, "w.toml")) << "a warning is no error";
  EXPECT_THAT(said_of("mode = \"tag\"\n[exempt]\nnetworks = [\"::/1\"]\n"), IsEmpty());
}

TEST(ConfigFile, RemembersWhereEachOptionStood) {
  const auto read = read_configuration("mode = \"tag\"\n[log]\n\naddresses = true\n", "w.toml");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->origin("mode"), "w.toml:1");
  EXPECT_EQ(read->origin("log.addresses"), "w.toml:4");
  EXPECT_EQ(read->origin("log.directory"), "default");
}

/// Files that are no configuration at all: one error with its place, and nothing else happens.
struct NoConfig {
  const char* name;
  std::string text;
  const char* where;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const NoConfig& bad) { return out << bad.name; }

std::string garbage(std::size_t octets) {
  std::string text;
  std::uint32_t state = 1;
  while (text.size() < octets) {
    state = state * 1664525U + 1013904223U;
    text += static_cast<char>(state >> 24U);
  }
  return text;
}

std::string repeated(std::string_view piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

class NoConfigTest : public testing::TestWithParam<NoConfig> {};

TEST_P(NoConfigTest, IsOneErrorAlone) {
  const std::string text = "mode = \"tag\"\n" + GetParam().text + "\n[policy]\non_reject = 7\n";
  const auto errors = errors_of(text);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].where, GetParam().where);
  EXPECT_NE(errors[0].text.find(GetParam().says), std::string::npos) << errors[0].text;
  EXPECT_EQ(printable(errors[0].text), errors[0].text) << "nothing that a terminal would obey";
}

INSTANTIATE_TEST_SUITE_P(
    Q05, NoConfigTest,
    testing::Values(
        NoConfig{"binary_garbage", garbage(4096), "w.toml:2", ""},
        NoConfig{"nul_octets", std::string(64, '\0'), "w.toml:2", ""},
        NoConfig{"escape_sequence", "\x1b[31mx = 1", "w.toml:2", ""},
        NoConfig{"ill_formed_utf8", "x = \"\xff\"", "w.toml:2", ""},
        NoConfig{"two_mebibytes", repeated("# comment\n", 210000), "w.toml", "larger than 1 MiB"},
        NoConfig{"mode_twice", "mode = \"monitor\"", "w.toml:2", "mode"},
        NoConfig{"mode_twice_in_lines_apart", "\n\n'mode' = \"monitor\"", "w.toml:4", "mode"},
        NoConfig{"section_twice", "[log]\n[log]", "w.toml:3", "log"},
        NoConfig{"number_beyond_int64", "x = 9223372036854775808", "w.toml:2", ""},
        NoConfig{"number_without_end", "x = " + std::string(8000, '9'), "w.toml:2", ""},
        NoConfig{"deep_lists", "x = " + std::string(4000, '['), "w.toml:2", ""},
        NoConfig{"deep_lists_over_lines", "x = " + repeated("[\n", 200000), "w.toml:258", ""},
        NoConfig{"deep_tables", "x = " + repeated("{a=", 2500), "w.toml:2", ""},
        NoConfig{"deep_keys", "a" + repeated(".a", 100000) + " = 1", "w.toml:2",
                 "a line of more than 8192 octets"},
        NoConfig{"text_without_end", "x = \"\"\"never", "w.toml:4", ""}),
    [](const auto& param) { return std::string(param.param.name); });

/// What just fits is read, and one key more than a reader wants is counted.
TEST(ConfigFile, ReadsTheLargestFile) {
  std::string text = "mode = \"tag\"\n";
  text += repeated("# comment\n", static_cast<int>((kMaxConfigBytes - text.size()) / 10));
  EXPECT_TRUE(parse_config(text, "w.toml"));
}

TEST(ConfigFile, ReadsADeepKeyAsAnUnknownOne) {
  EXPECT_THAT(said_of("mode = \"tag\"\na" + repeated(".a", 4000) + " = 1\n"),
              ElementsAre(HasSubstr("w.toml:2: unknown section \"a\"")));
}

/// The largest files that are wrong everywhere; the bound is for a hang, they take a second at
/// most.
TEST(ConfigFile, IsDoneWithTheWorstFileInTime) {
  std::string keys = "mode = \"tag\"\n[policy]\n";
  for (int i = 0; keys.size() < kMaxConfigBytes - 100; ++i) {
    keys += "forwarder_networks_and_domains_" + std::to_string(i) + "=1\n";
  }
  const std::string items =
      "mode = \"tag\"\n[policy]\nforwarder_domains = [\n" + repeated("\"..\",\n", 170000) + "]\n";
  const std::string own = "mode = \"tag\"\n[milter]\nauthserv_id = \"a\"\nmore_authserv_ids = [\n" +
                          repeated("\"a\",\n", 200000) + "]\n";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(said_of(keys).size(), kMaxFindings + 1);
  EXPECT_EQ(said_of(items).size(), kMaxFindings + 1);
  EXPECT_EQ(said_of(own).size(), 1U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1));
}

TEST(ConfigFile, CountsWhatItDoesNotList) {
  std::string text = "mode = \"tag\"\n[policy]\n";
  for (int i = 0; i < 1000; ++i) text += "key_" + std::to_string(i) + " = 1\n";
  const auto said = said_of(text);
  ASSERT_EQ(said.size(), kMaxFindings + 1);
  EXPECT_THAT(said.front(), HasSubstr("w.toml:3: unknown key \"policy.key_0\""));
  EXPECT_THAT(said.back(), HasSubstr("900 more faults are not listed"));
}

}  // namespace
}  // namespace waarmerk::policy
