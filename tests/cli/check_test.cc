#include "cli/check.h"

#include <gtest/gtest.h>
#include <sysexits.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace waarmerk::cli {
namespace {

namespace fs = std::filesystem;

/// A folder of files that live as long as the test.
class CheckTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() /
        ("check-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    options_ = {};
    options_.message_file =
        file("message.eml", "From: a@bank.example\r\nSubject: x\r\n\r\nhello\r\n");
    options_.zone_file = file("zone",
                              "_dmarc.bank.example TXT v=DMARC1; p=reject\n"
                              "bank.example TXT v=spf1 ip4:192.0.2.1 -all\n");
    options_.ip = "192.0.2.1";
    options_.helo = "mail.bank.example";
    options_.mail_from = "<a@bank.example>";
    options_.time = 1795000000;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& octets) {
    const fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << octets;
    return path.string();
  }

  int run(Output output = Output::Json) {
    out_.str("");
    err_.str("");
    return check(options_, output, {out_, err_});
  }
  nlohmann::json json() { return nlohmann::json::parse(out_.str()); }

  fs::path folder_;
  CheckOptions options_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(CheckTest, PrintsTheLogObjectWithActions) {
  ASSERT_EQ(run(), EX_OK) << err_.str();
  const auto object = json();
  EXPECT_EQ(object.at("/spf/mailfrom/result"_json_pointer), "pass");
  EXPECT_EQ(object.at("/dmarc/result"_json_pointer), "pass");
  EXPECT_EQ(object.at("/dmarc/policy_domain"_json_pointer), "bank.example");
  EXPECT_EQ(object.at("/dmarc/org_domain"_json_pointer), "bank.example");
  EXPECT_EQ(object.at("/dmarc/policy"_json_pointer), "reject");
  EXPECT_EQ(object.at("/author_domains/0"_json_pointer), "bank.example");
  EXPECT_EQ(object.at("/decision/action"_json_pointer), "accept");
  EXPECT_EQ(object.at("/decision/applied"_json_pointer), "none");
  EXPECT_EQ(object.at("/decision/would"_json_pointer), "accept");
  EXPECT_EQ(object.at("/actions/add/0/name"_json_pointer), "Authentication-Results");
  EXPECT_TRUE(object.at("/actions/reply"_json_pointer).is_null());
  EXPECT_TRUE(object.at("/dkim"_json_pointer).empty());
}

TEST_F(CheckTest, RejectsItsTwinFromAnotherClient) {
  options_.ip = "198.51.100.9";
  ASSERT_EQ(run(), EX_OK) << err_.str();
  const auto object = json();
  EXPECT_EQ(object.at("/dmarc/result"_json_pointer), "fail");
  EXPECT_EQ(object.at("/decision/action"_json_pointer), "reject");
  EXPECT_EQ(object.at("/actions/reply/code"_json_pointer), "550");
  EXPECT_EQ(object.at("/actions/reply/enhanced"_json_pointer), "5.7.1");
  EXPECT_NE(object.at("/actions/reply/text"_json_pointer).get<std::string>().find("DMARC"),
            std::string::npos);
}

TEST_F(CheckTest, WithoutAddressSpfIsNone) {
  options_.ip.clear();
  ASSERT_EQ(run(), EX_OK);
  EXPECT_EQ(json().at("/spf/mailfrom/result"_json_pointer), "none");
}

TEST_F(CheckTest, WithoutRecordThePolicyIsNull) {
  options_.zone_file = file("empty", "# nothing\n");
  ASSERT_EQ(run(), EX_OK);
  EXPECT_TRUE(json().at("/dmarc/policy"_json_pointer).is_null());
  EXPECT_EQ(json().at("/dmarc/result"_json_pointer), "none");
}

TEST_F(CheckTest, LineEndsOfAFileWithoutAnyCrlfAreConverted) {
  options_.message_file = file("lf.eml", "From: a@bank.example\nSubject: x\n\nhello\n");
  ASSERT_EQ(run(), EX_OK);
  EXPECT_NE(err_.str().find("LF"), std::string::npos) << "a note says so";
  EXPECT_EQ(json().at("/author_domains/0"_json_pointer), "bank.example");
  // With one CRLF in it the file is taken octet for octet: the bare LF is data.
  options_.message_file = file("mixed.eml", "From: a@bank.example\nSubject: x\r\n\r\nhello\r\n");
  ASSERT_EQ(run(), EX_OK);
  EXPECT_NE(err_.str().find("both CRLF and LF"), std::string::npos);
  EXPECT_EQ(json().at("/from"_json_pointer), "unusable") << "the line break in it is none";
  options_.message_file = file("crlf.eml", "From: a@bank.example\r\n\r\nhello\r\n");
  ASSERT_EQ(run(), EX_OK);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(CheckTest, ForgedFieldsAreListedForDeletion) {
  options_.config_file =
      file("c.toml", "mode = \"enforce\"\n[milter]\nauthserv_id = \"mx.example\"\n");
  options_.message_file = file("f.eml",
                               "Authentication-Results: mx.example; dmarc=pass\r\n"
                               "Authentication-Results: other.example; dmarc=pass\r\n"
                               "From: a@bank.example\r\n\r\nx\r\n");
  ASSERT_EQ(run(), EX_OK) << err_.str();
  const auto removed = json().at("/actions/delete"_json_pointer);
  ASSERT_EQ(removed.size(), 1U);
  EXPECT_EQ(removed.at(0).at("index"), 1);
}

TEST_F(CheckTest, TextTellsTheStory) {
  ASSERT_EQ(run(Output::Text), EX_OK);
  for (const char* part : {"SPF", "DKIM", "DMARC", "Decision", "v=DMARC1; p=reject", "accept"}) {
    EXPECT_NE(out_.str().find(part), std::string::npos) << part;
  }
}

TEST_F(CheckTest, SaysThatTheMilterWouldExempt) {
  options_.ip = "127.0.0.1";
  ASSERT_EQ(run(), EX_OK);
  EXPECT_NE(err_.str().find("exempt"), std::string::npos);
}

TEST_F(CheckTest, SaysThatTestsOfTheSettingsFail) {
  const std::string test =
      "mode = \"enforce\"\n[[test]]\nname = \"t\"\nauthor_domain = \"a.example\"\naction = ";
  options_.config_file = file("c.toml", test + "\"reject\"\n");
  EXPECT_EQ(run(), EX_OK) << err_.str();
  EXPECT_NE(err_.str().find("c.toml:2: warning: test \"t\": action is"), std::string::npos);
  EXPECT_NE(err_.str().find("c.toml: warning: the daemon would not"), std::string::npos);
  options_.config_file = file("c.toml", test + "\"accept\"\n");
  EXPECT_EQ(run(), EX_OK) << err_.str();
  EXPECT_EQ(err_.str().find("warning"), std::string::npos) << err_.str();
}

TEST_F(CheckTest, ErrorsHaveAPlaceAndAStatus) {
  options_.zone_file = file("bad", "bank.example TXT v=spf1 -all\nbank.example NONSENSE x\n");
  EXPECT_EQ(run(), EX_DATAERR);
  EXPECT_NE(err_.str().find("bad:2:"), std::string::npos) << err_.str();

  SetUp();
  options_.config_file = file("c.toml", "mode = \"wrong\"\n");
  EXPECT_EQ(run(), EX_CONFIG);
  EXPECT_NE(err_.str().find("c.toml:1:"), std::string::npos) << err_.str();

  SetUp();
  options_.message_file = (folder_ / "absent").string();
  EXPECT_EQ(run(), EX_NOINPUT);

  SetUp();
  options_.ip = "not-an-address";
  EXPECT_EQ(run(), EX_USAGE);

  SetUp();
  options_.engine = "magic";
  EXPECT_EQ(run(), EX_USAGE);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(CheckTest, NothingBreaksOnOddMessages) {
  for (const std::string& octets :
       {std::string(), std::string("\r\n"), std::string("no header at all"), std::string(1, '\0'),
        std::string(100000, ':'), std::string("From: \xff\xfe\r\n\r\n")}) {
    options_.message_file = file("odd.eml", octets);
    EXPECT_EQ(run(), EX_OK);
    EXPECT_EQ(json().at("/decision/action"_json_pointer), "reject") << "no usable From";
  }
}

}  // namespace
}  // namespace waarmerk::cli
