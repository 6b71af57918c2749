#include "policy/config_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "policy/options.h"

namespace waarmerk::policy {
namespace {

std::string shipped_file() {
  std::ifstream in(std::string(WAARMERK_SOURCE_DIR) + "/etc/waarmerk.toml");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<Error> errors_of(std::string_view text) {
  const auto settings = parse_config(text, "w.toml");
  return settings ? std::vector<Error>{} : settings.error();
}

TEST(ConfigFile, ReadsTheShippedFile) {
  const auto settings = parse_config(shipped_file(), "waarmerk.toml");
  ASSERT_TRUE(settings) << settings.error().front().text;
  EXPECT_EQ(settings->mode, Mode::Monitor);
  EXPECT_EQ(settings->on_reject, OnReject::Evidence);
}

/// The commented lines of the shipped file, once uncommented, are the defaults in the code.
TEST(ConfigFile, ShippedDefaultsAreTheDefaultsInTheCode) {
  const std::string uncommented =
      std::regex_replace(shipped_file(), std::regex(R"(\n# ([a-z_]+ = ))"), "\n$1");
  const auto settings = parse_config(uncommented, "waarmerk.toml");
  ASSERT_TRUE(settings) << settings.error().front().where << ": " << settings.error().front().text;
  // What an installation needs to say itself differs from the built-in default.
  const std::set<std::string> said = {"mode", "milter.socket", "milter.socket_group",
                                      "milter.user"};
  for (const Option& option : options()) {
    if (said.contains(option.key)) continue;
    EXPECT_EQ(option.show(*settings), option.show(Settings{})) << option.key;
  }
}

TEST(ConfigFile, ShippedFileNamesEveryOption) {
  const std::string text = shipped_file();
  for (const Option& option : options()) {
    const auto dot = option.key.find('.');
    const std::string name = dot == std::string::npos ? option.key : option.key.substr(dot + 1);
    EXPECT_TRUE(std::regex_search(text, std::regex("\n(# )?" + name + " = "))) << option.key;
  }
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
        BadConfig{"mixed_list", "mode = \"tag\"\n[dns]\nservers = [\"127.0.0.1\", 53]\n",
                  "w.toml:3", "wrong type"},
        BadConfig{"world_writable", "mode = \"tag\"\n[milter]\nsocket_mode = \"0666\"\n",
                  "w.toml:3", "rights that a socket must not have"},
        BadConfig{"authserv_id", "mode = \"tag\"\n[milter]\nauthserv_id = \"a b;\\r\\nX: y\"\n",
                  "w.toml:3", "not a host name"},
        BadConfig{"empty_section", "mode = \"tag\"\n[foo]\n", "w.toml:2",
                  "unknown section \"foo\""},
        BadConfig{"nested_table", "mode = \"tag\"\n[policy.on_reject]\nx = 1\n", "w.toml:2",
                  "wrong type"},
        BadConfig{"no_from_evaluate", "mode = \"tag\"\n[policy]\nno_from = \"evaluate\"\n",
                  "w.toml:3", "expected \"reject\", \"quarantine\" or \"accept\""}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(ConfigFile, SuggestsOnlyWhatIsNear) {
  EXPECT_EQ(nearest_key("policy.on_rejekt"), "policy.on_reject");
  EXPECT_EQ(nearest_key("bogus"), "");
}

TEST(ConfigFile, SurvivesDeepNesting) {
  std::string deep = "a";
  for (int i = 0; i < 100000; ++i) deep += ".a";
  const auto errors = errors_of("mode = \"tag\"\n" + deep + " = 1\n");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].where, "w.toml:2");
}

TEST(ConfigFile, ListsAllSemanticErrorsInOrder) {
  const auto errors = errors_of("[policy]\non_reject = 1\nbogus_key_here = 2\n[dns]\ntries = 0\n");
  ASSERT_EQ(errors.size(), 4U);
  EXPECT_EQ(errors[0].where, "w.toml");
  EXPECT_EQ(errors[1].where, "w.toml:2");
  EXPECT_EQ(errors[2].where, "w.toml:3");
  EXPECT_EQ(errors[3].where, "w.toml:5");
}

}  // namespace
}  // namespace waarmerk::policy
