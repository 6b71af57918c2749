// `waarmerk report send`, `status` and `expire`: what they print, leave, and refuse.
#include "cli/report_send.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sysexits.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "cli/report_status.h"
#include "reporting/report.h"
#include "tests/cli/report_lab.h"
#include "tests/support/free_port.h"
#include "tests/support/smtp_server.h"

namespace waarmerk::cli {
namespace {

using support::SmtpMail;
using support::SmtpServer;
using support::SmtpStep;
using ::testing::HasSubstr;
using ::testing::Not;

class ReportSend : public testing::Test {
 protected:
  Streams streams() {
    out_.str("");
    err_.str("");
    return {out_, err_};
  }
  SendOptions options(const std::string& zone = {}) const {
    return {.config_file = lab_.config(), .zone_file = lab_.folder().write("zone", zone)};
  }
  int send(Output output = Output::Text) {
    return report_send(options(), output, streams(), [] { return false; });
  }
  int dry_run(Output output = Output::Text, const std::string& zone = {}) {
    return report_dry_run(options(zone), output, streams());
  }
  int status(Output output = Output::Text) {
    return report_status({.config_file = lab_.config(), .width = std::nullopt}, output, streams());
  }
  nlohmann::json json() const { return nlohmann::json::parse(out_.str()); }
  void configure(const std::string& lines = {}) { lab_.configure(server_.port(), lines); }
  /// Settings without [report] email.
  std::string without_email() const {
    return lab_.folder().write("none.toml",
                               "mode = \"monitor\"\n[report]\nstore = \"" + lab_.store() + "\"\n");
  }

  SmtpServer server_;
  ReportLab lab_;
  std::string day_ = reporting::day_text(closed_day());
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ReportSend, NothingIsSentWithoutAnAddressOfOurs) {
  lab_.count({report_about("example.com", "mailto:r@example.com")});
  EXPECT_EQ(
      report_send({.config_file = without_email()}, Output::Text, streams(), [] { return false; }),
      EX_CONFIG);
  EXPECT_THAT(err_.str(), HasSubstr("report.email: "));
  EXPECT_THAT(err_.str(), HasSubstr("email = \""));
  EXPECT_EQ(report_dry_run({.config_file = without_email()}, Output::Text, streams()), EX_CONFIG);
}

TEST_F(ReportSend, AStoreThatIsNotThereIsNotMade) {
  configure();
  EXPECT_EQ(send(), EX_NOINPUT);
  EXPECT_THAT(err_.str(), HasSubstr("waarmerk report collect"));
  EXPECT_EQ(dry_run(), EX_NOINPUT);
  EXPECT_EQ(status(), EX_NOINPUT);
  EXPECT_FALSE(std::filesystem::exists(lab_.store()));
}

TEST_F(ReportSend, SaysWhatBecameOfEachReport) {
  lab_.count({report_about("a.example", "mailto:r@a.example"), report_about("b.example", "")});
  configure();
  EXPECT_EQ(send(), EX_OK) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("a.example " + day_ + ": 1 of 1 mail handed over\n"));
  EXPECT_THAT(out_.str(), HasSubstr("b.example " + day_ + ": not sent: its record asks for no"));
  EXPECT_THAT(out_.str(), HasSubstr("1  mails handed over\n"));
  EXPECT_EQ(server_.taken().size(), 1U);
  EXPECT_EQ(send(Output::Json), EX_OK);
  EXPECT_EQ(json()["mails"], 0);
  EXPECT_TRUE(json()["said"].empty());
}

TEST_F(ReportSend, TheNameOfTheServerIsThatOfTheSettings) {
  lab_.count({report_about("a.example", "mailto:r@a.example")});
  configure("submitter = \"reports.example.net\"\nsender = \"bounces@reports.example.net\"\n");
  EXPECT_EQ(send(), EX_OK);
  ASSERT_EQ(server_.taken().size(), 1U);
  const SmtpMail mail = server_.taken().front();
  EXPECT_EQ(mail.client, "reports.example.net");
  EXPECT_THAT(mail.sender, testing::StartsWith("<bounces@reports.example.net>"));
  EXPECT_THAT(support::header_value(mail.content, "Subject"),
              testing::StartsWith("Report Domain: a.example Submitter: reports.example.net"));
}

// ---- Looking ahead ------------------------------------------------------------------------------

TEST_F(ReportSend, ADryRunStoresNothingAndSendsNothing) {
  lab_.count({report_about("a.example", "mailto:r@a.example,mailto:x@stranger.example", 12),
              report_about("b.example", ""), report_about("c.example", "mailto:r@d.example")});
  configure();
  const std::string zone =
      "_dmarc.d.example TXT v=DMARC1\nc.example._report._dmarc.d.example TXT !SERVFAIL\n";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(dry_run(Output::Text, zone), EX_OK) << err_.str();
    EXPECT_EQ(
        out_.str(),
        "a.example " + day_ +
            ": 12 messages in 1 rows\n"
            "  to r@a.example: at the policy domain itself\n"
            "  not to mailto:x@stranger.example: stranger.example does not take reports "
            "about a.example: no DMARC record at a.example._report._dmarc.stranger.example\n"
            "b.example " +
            day_ +
            ": 1 messages in 1 rows\n"
            "  to nobody: its record asks for no reports\n"
            "c.example " +
            day_ +
            ": 1 messages in 1 rows\n"
            "  perhaps to mailto:r@d.example: no answer for c.example._report._dmarc.d.example"
            " (servfail)\n");
  }
  EXPECT_EQ(server_.sessions(), 0U);
  EXPECT_EQ(lab_.number("SELECT COUNT(*) FROM reports WHERE state = 'collecting'"), 3);
  EXPECT_EQ(lab_.number("SELECT COUNT(*) FROM deliveries"), 0);
  EXPECT_EQ(lab_.number("SELECT COUNT(*) FROM reports WHERE owner IS NOT NULL"), 0);
  // It is sent afterwards, as ever.
  EXPECT_EQ(send(), EX_OK);
  EXPECT_EQ(server_.taken().size(), 1U);
  EXPECT_EQ(dry_run(), EX_OK);
  EXPECT_THAT(out_.str(), Not(HasSubstr("a.example " + day_)));
}

TEST_F(ReportSend, ADryRunForScripts) {
  lab_.count({report_about("a.example", "mailto:r@a.example,mailto:x@stranger.example")});
  configure();
  EXPECT_EQ(dry_run(Output::Json), EX_OK);
  ASSERT_EQ(json().size(), 1U);
  const auto report = json()[0];
  EXPECT_EQ(report["policy_domain"], "a.example");
  EXPECT_EQ(report["day"], day_);
  EXPECT_EQ(report["state"], "collecting");
  EXPECT_EQ(report["destinations"][0]["kind"], "allowed");
  EXPECT_EQ(report["destinations"][0]["address"], "r@a.example");
  EXPECT_EQ(report["destinations"][1]["kind"], "refused");
  EXPECT_TRUE(report["destinations"][1]["address"].is_null());
  EXPECT_TRUE(report["to_nobody"].is_null());
}

TEST_F(ReportSend, FilesInsteadOfMailCountAsHandedOver) {
  lab_.count({report_about("a.example", "mailto:r@a.example,mailto:s@a.example")});
  configure();
  const auto spool = lab_.folder().path() / "spool";
  std::filesystem::create_directory(spool);
  SendOptions to_spool = options();
  to_spool.spool = spool.string();
  EXPECT_EQ(report_send(to_spool, Output::Text, streams(), [] { return false; }), EX_OK);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(spool), {}), 3);
  EXPECT_EQ(send(), EX_OK);
  EXPECT_EQ(server_.sessions(), 0U);
}

TEST_F(ReportSend, AFolderThatIsNotThereIsSaid) {
  lab_.count({report_about("a.example", "mailto:r@a.example")});
  configure();
  SendOptions to_spool = options();
  to_spool.spool = "/no/such/folder";
  EXPECT_EQ(report_send(to_spool, Output::Text, streams(), [] { return false; }), EX_NOINPUT);
  EXPECT_THAT(err_.str(), HasSubstr("/no/such/folder"));
}

// ---- Passwords ----------------------------------------------------------------------------------

TEST_F(ReportSend, APasswordIsReadFromItsFileAndNeverSaid) {
  lab_.count({report_about("a.example", "mailto:r@a.example")});
  const SmtpServer server(
      [](SmtpStep step, const SmtpMail&) {
        return step == SmtpStep::Auth ? std::optional<std::string>("535 5.7.8 wrong")
                                      : std::nullopt;
      },
      {.auth = true});
  const std::string login = "smtp_user = \"reports\"\nsmtp_password_file = ";
  lab_.configure(server.port(), login + "\"/no/such/file\"\n");
  EXPECT_EQ(send(), EX_CONFIG);
  EXPECT_THAT(err_.str(), HasSubstr("/no/such/file"));
  lab_.configure(server.port(), login + "\"" + lab_.folder().write("empty", "\nx") + "\"\n");
  EXPECT_EQ(send(), EX_CONFIG);
  EXPECT_THAT(err_.str(), HasSubstr("first line is empty"));
  lab_.configure(server.port(), login + "\"\"\n");
  EXPECT_EQ(send(), EX_CONFIG);
  lab_.configure(server.port(),
                 login + "\"" + lab_.folder().write("password", "hush-hush\nmore") + "\"\n");
  EXPECT_EQ(send(), EX_OK);
  EXPECT_THAT(out_.str(), HasSubstr("535"));
  EXPECT_THAT(out_.str() + err_.str(), Not(HasSubstr("hush")));
}

TEST_F(ReportSend, NoPasswordGoesOverANetworkInClear) {
  lab_.count({report_about("a.example", "mailto:r@a.example")});
  const std::string config =
      lab_.folder().write("clear.toml", "mode = \"monitor\"\n[report]\nstore = \"" + lab_.store() +
                                            "\"\nemail = \"a@example.net\"\nsmtp = \"192.0.2.1\"\n"
                                            "smtp_user = \"reports\"\nsmtp_password_file = \"" +
                                            lab_.folder().write("password", "secret") + "\"\n");
  EXPECT_EQ(report_send({.config_file = config, .zone_file = lab_.folder().write("zone", "")},
                        Output::Text, streams(), [] { return false; }),
            EX_CONFIG);
  EXPECT_THAT(err_.str(), HasSubstr("smtp_tls = \"required\""));
}

// ---- What waits ---------------------------------------------------------------------------------

TEST_F(ReportSend, StatusSaysWhatWaitsAndWhy) {
  lab_.count({report_about("a.example", "mailto:r@a.example"), report_about("b.example", "")});
  lab_.configure(support::free_port());
  EXPECT_EQ(status(), EX_OK);
  EXPECT_THAT(out_.str(), Not(HasSubstr("WAITS")));
  EXPECT_EQ(send(), EX_OK);
  EXPECT_EQ(status(), EX_OK);
  EXPECT_THAT(out_.str(), HasSubstr("WAITS"));
  EXPECT_THAT(out_.str(), HasSubstr("0 of 1 mails handed over; r@a.example: "));
  EXPECT_THAT(out_.str(), HasSubstr("mx1"));
  EXPECT_EQ(status(Output::Json), EX_OK);
  EXPECT_EQ(json()["days"][0]["rendered"], 1);
  EXPECT_EQ(json()["days"][0]["done"], 1);
  EXPECT_EQ(json()["waiting"][0]["policy_domain"], "a.example");
  EXPECT_EQ(json()["nodes"][0]["node"], "mx1");
}

TEST_F(ReportSend, ExpireLeavesWhatIsNotOld) {
  lab_.count({report_about("a.example", "mailto:r@a.example")});
  configure("retention_days = 2\n");
  EXPECT_EQ(report_expire(lab_.config(), Output::Json, streams()), EX_OK);
  EXPECT_EQ(json()["reports"], 0);
  EXPECT_EQ(send(), EX_OK);
  EXPECT_EQ(server_.taken().size(), 1U);
}

}  // namespace
}  // namespace waarmerk::cli
