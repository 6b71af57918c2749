#include "cli/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sysexits.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "policy/options.h"

namespace waarmerk::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// A folder with one configuration in it, as long as the test lives.
class ConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() /
        ("config-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "log");
    file_ = folder_ / "w.toml";
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// A file with which the daemon would start here, and these lines behind it, in [log].
  void write(const std::string& more = {}) {
    write_text(
        "mode = \"tag\"\n[milter]\nsocket = \"inet:127.0.0.1:8891\"\n"
        "[dns]\nservers = [\"127.0.0.1\"]\n[log]\ndirectory = \"" +
        (folder_ / "log").string() + "\"\n" + more);
  }
  void write_text(const std::string& text) { std::ofstream(file_, std::ios::binary) << text; }

  Streams streams() {
    out_.str("");
    err_.str("");
    return {out_, err_};
  }

  fs::path folder_;
  std::string file_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ConfigTest, CheckIsContent) {
  write();
  EXPECT_EQ(config_check(file_, streams()), EX_OK);
  EXPECT_EQ(out_.str(), file_ + ": ok\n");
  EXPECT_THAT(err_.str(), IsEmpty());
  EXPECT_TRUE(fs::is_empty(folder_ / "log")) << "it changes nothing";
}

TEST_F(ConfigTest, CheckRefusesWithEveryPlace) {
  write("adresses = true\nsync_seconds = -1\n[milter.socket]\n");
  EXPECT_EQ(config_check(file_, streams()), EX_CONFIG);
  EXPECT_THAT(err_.str(), StartsWith(file_ + ":10: ")) << "the section stands twice: alone";

  write("adresses = true\nsync_seconds = -1\n");
  EXPECT_EQ(config_check(file_, streams()), EX_CONFIG);
  EXPECT_THAT(out_.str(), IsEmpty());
  EXPECT_EQ(err_.str(),
            file_ + ":8: unknown key \"log.adresses\", did you mean \"log.addresses\"?\n" + file_ +
                ":9: log.sync_seconds: -1 is out of range; expected a number from 0 "
                "to 3600\n");
}

TEST_F(ConfigTest, CheckWarnsAndIsContent) {
  write("[exempt]\nnetworks = [\"::/0\"]\n");
  EXPECT_EQ(config_check(file_, streams()), EX_OK);
  EXPECT_THAT(err_.str(), StartsWith(file_ + ":9: warning: exempt.networks: "));
  EXPECT_EQ(out_.str(), file_ + ": ok\n");
}

TEST_F(ConfigTest, ShowSaysWhereEachValueCameFrom) {
  write("addresses = true\n");
  EXPECT_EQ(config_show(file_, Output::Text, streams()), EX_OK);
  EXPECT_THAT(out_.str(), StartsWith("mode = \"tag\"  # " + file_ + ":1\n"));
  EXPECT_THAT(out_.str(), HasSubstr("\naddresses = true  # " + file_ + ":8\n"));
  EXPECT_THAT(out_.str(), HasSubstr("\nsync_seconds = 0  # default\n"));
  EXPECT_THAT(err_.str(), IsEmpty());
}

/// Who is not on this host does not matter for what the file says.
TEST_F(ConfigTest, ShowDoesNotAskForTheHost) {
  write_text(
      "mode = \"tag\"\n[milter]\nuser = \"no-such-user-here\"\n"
      "[dns]\nservers = [\"192.0.2.53\"]\n");
  EXPECT_EQ(config_show(file_, Output::Text, streams()), EX_OK);
  EXPECT_THAT(out_.str(), HasSubstr("user = \"no-such-user-here\"  # " + file_ + ":3\n"));
  EXPECT_THAT(err_.str(), StartsWith(file_ + ":5: warning: dns.servers: resolver 192.0.2.53"));
}

TEST_F(ConfigTest, ShowHasNoValuesOfAWrongFile) {
  write("addresses = 1\n");
  EXPECT_EQ(config_show(file_, Output::Text, streams()), EX_CONFIG);
  EXPECT_THAT(out_.str(), IsEmpty());
  EXPECT_THAT(err_.str(), StartsWith(file_ + ":8: log.addresses: is a number"));
}

TEST_F(ConfigTest, ShowPrintsJson) {
  write("addresses = true\n");
  EXPECT_EQ(config_show(file_, Output::Json, streams()), EX_OK);
  const auto shown = nlohmann::json::parse(out_.str());
  EXPECT_EQ(shown.at("file"), file_);
  const auto& listed = shown.at("options");
  ASSERT_EQ(listed.size(), policy::options().size());
  EXPECT_EQ(listed.at(0), (nlohmann::json{{"key", "mode"}, {"value", "tag"}, {"line", 1}}));
  for (const auto& option : listed) {
    if (option.at("key") == "dns.servers") {
      EXPECT_EQ(option.at("value"), nlohmann::json::array({"127.0.0.1"}));
    }
    if (option.at("key") == "log.addresses") {
      EXPECT_EQ(option.at("value"), true);
    }
    if (option.at("key") == "dns.tries") {
      EXPECT_EQ(option.at("value"), 2);
      EXPECT_TRUE(option.at("line").is_null());
    }
  }
}

constexpr const char* kRuleAndTests =
    "[[rule]]\nname = \"clear\"\ntls = \"none\"\nhelo = \"@names\"\naction = \"reject\"\n"
    "[[test]]\nname = \"in clear\"\nauthor_domain = \"a.example\"\nhelo = \"b.example\"\n"
    "action = \"reject\"\nrule = \"clear\"\n";

TEST_F(ConfigTest, ShowHasTheRulesWithTheirLines) {
  std::ofstream(folder_ / "names") << "b.example\n";
  write(kRuleAndTests);
  EXPECT_EQ(config_show(file_, Output::Text, streams()), EX_OK) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("\n[[rule]]  # " + file_ +
                                    ":8\nname = \"clear\"\nhelo = \"@names\"\ntls = \"none\"\n"
                                    "action = \"reject\"\noverride = \"local_policy\"\n"));
  EXPECT_EQ(config_show(file_, Output::Json, streams()), EX_OK);
  EXPECT_EQ(nlohmann::json::parse(out_.str()).at("rules"),
            (nlohmann::json::array({{{"line", 8},
                                     {"name", "clear"},
                                     {"helo", "@names"},
                                     {"tls", "none"},
                                     {"action", "reject"},
                                     {"override", "local_policy"}}})));
}

TEST_F(ConfigTest, TestRunsTheTestsOfTheFile) {
  std::ofstream(folder_ / "names") << "b.example\n";
  write(kRuleAndTests);
  EXPECT_EQ(config_test(file_, Output::Text, streams()), EX_OK) << err_.str();
  EXPECT_EQ(out_.str(), "ok      in clear\n1 test, 0 failed\n");
  EXPECT_EQ(config_check(file_, streams()), EX_OK) << err_.str();
}

TEST_F(ConfigTest, TestTellsTheStoryOfOneThatFails) {
  std::ofstream(folder_ / "names") << "c.example\n";
  write(kRuleAndTests);
  EXPECT_EQ(config_test(file_, Output::Text, streams()), EX_DATAERR);
  EXPECT_THAT(out_.str(), StartsWith("FAILED  in clear  (" + file_ +
                                     ":13)\n  action is \"accept\", expected \"reject\"\n"
                                     "  rule is \"default\", expected \"clear\"\n  Connection\n"));
  EXPECT_THAT(out_.str(), HasSubstr("\n    The message was accepted.\n"));
  EXPECT_THAT(out_.str(), HasSubstr("\n1 test, 1 failed\n"));
  EXPECT_EQ(config_test(file_, Output::Json, streams()), EX_DATAERR);
  const auto test = nlohmann::json::parse(out_.str()).at("tests").at(0);
  EXPECT_EQ(test.at("ok"), false);
  EXPECT_EQ(test.at("line"), 13);
  EXPECT_EQ(test.at("differences").size(), 2U);
  EXPECT_EQ(test.at("decision").at("rule"), "default");
  EXPECT_EQ(config_check(file_, streams()), EX_CONFIG) << "no start with it";
  EXPECT_THAT(err_.str(), StartsWith(file_ + ":13: test \"in clear\": action is \"accept\""));
}

TEST_F(ConfigTest, TestRunsNothingOfAWrongFile) {
  write(kRuleAndTests);
  EXPECT_EQ(config_test(file_, Output::Text, streams()), EX_CONFIG);
  EXPECT_THAT(out_.str(), IsEmpty());
  EXPECT_THAT(err_.str(), HasSubstr("names: rule \"clear\": helo: cannot be opened"));
}

/// The template is a file that can be checked.
TEST_F(ConfigTest, TemplateIsAConfiguration) {
  EXPECT_EQ(config_template(streams()), EX_OK);
  write_text(out_.str());
  EXPECT_EQ(config_show(file_, Output::Text, streams()), EX_OK) << err_.str();
}

/// What is no configuration at all.
TEST_F(ConfigTest, RefusesWhatIsNoFile) {
  struct Row {
    std::string path;
    const char* says;
  };
  write_text(std::string(std::size_t{2} << 20U, '#'));
  for (const Row& row : {Row{"/no/such/file", "cannot be opened"}, Row{folder_, "is a directory"},
                         Row{"/dev/zero", "is no regular file"}, Row{file_, "larger than 1 MiB"}}) {
    EXPECT_EQ(config_check(row.path, streams()), EX_NOINPUT) << row.path;
    EXPECT_THAT(err_.str(), StartsWith(row.path + ": " + row.says));
    EXPECT_EQ(config_show(row.path, Output::Text, streams()), EX_NOINPUT) << row.path;
    EXPECT_EQ(config_test(row.path, Output::Text, streams()), EX_NOINPUT) << row.path;
    EXPECT_THAT(out_.str(), IsEmpty());
  }
}

TEST_F(ConfigTest, SaysWhenItsOutputIsLost) {
  write();
  std::ostringstream broken;
  broken.setstate(std::ios::badbit);
  EXPECT_EQ(config_show(file_, Output::Text, {broken, err_}), EX_IOERR);
  EXPECT_EQ(config_check(file_, {broken, err_}), EX_IOERR);
  EXPECT_EQ(config_template({broken, err_}), EX_IOERR);
}

}  // namespace
}  // namespace waarmerk::cli
