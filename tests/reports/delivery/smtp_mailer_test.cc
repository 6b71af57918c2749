// Mail handed over to a server that takes it, refuses it, or falls silent, at each step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "reporting/delivery/mailer.h"
#include "tests/support/free_port.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/smtp_server.h"

namespace waarmerk::reporting {
namespace {

using namespace std::chrono_literals;
using support::SmtpMail;
using support::SmtpServer;
using support::SmtpStep;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Kind = Handover::Kind;

ReportMail example() {
  std::string document;
  for (int i = 0; i < 100'000; ++i) document += static_cast<char>(i * i % 251);
  return {.sender = MailAddress::parse("bounces@mx.example.net").value(),
          .from = MailAddress::parse("dmarc@example.net").value(),
          .to = MailAddress::parse("rua+x@example.com").value(),
          .subject = "Report Domain: example.com Submitter: mx.example.net Report-ID: 0123abcd",
          .message_id = "<0123abcd@mx.example.net>",
          .date = std::chrono::sys_days(2026y / 5 / 2),
          .note = "A report.\n.\n..with dots\n",
          .file_name = "mx.example.net!example.com!1!2!0123abcd.xml.gz",
          .attachment = std::move(document)};
}

policy::Settings::Report settings_for(const std::string& smtp) {
  policy::Settings::Report settings;
  settings.smtp = smtp;
  return settings;
}

Handover hand_over(const policy::Settings::Report& settings, std::string password = {}) {
  auto mailer =
      SmtpMailer::open(settings, DomainName::parse("mx.example.net").value(), std::move(password));
  if (!mailer) return {Kind::Refused, "not opened: " + mailer.error().text};
  return (*mailer)->hand_over(example());
}

Handover hand_over(const SmtpServer& server) { return hand_over(settings_for(server.address())); }

/// Answers one step so, and the others as usual.
SmtpServer::Script at(SmtpStep step, std::string reply) {
  return [step, reply](SmtpStep now, const SmtpMail&) {
    return now == step ? std::optional(reply) : std::nullopt;
  };
}

TEST(SmtpMailer, HandsOverWhatARecipientReads) {
  const SmtpServer server;
  const ReportMail mail = example();
  const Handover handover = hand_over(server);
  EXPECT_EQ(handover.kind, Kind::Taken);
  EXPECT_EQ(handover.reply, "250 2.0.0 Ok: queued as 4bXyz12T3w");
  ASSERT_EQ(server.taken().size(), 1U);
  const SmtpMail taken = server.taken().front();
  EXPECT_EQ(taken.client, "mx.example.net");
  EXPECT_THAT(taken.sender, StartsWith("<bounces@mx.example.net>"));
  EXPECT_THAT(taken.recipients, testing::ElementsAre("<rua+x@example.com>"));
  for (const auto line : split(taken.content, '\n')) EXPECT_LE(line.size(), 998U);

  const auto parts = support::mime_parts(taken.content);
  ASSERT_EQ(parts.size(), 3U);
  const std::string& head = parts[0].header;
  EXPECT_EQ(support::header_value(head, "Subject"), mail.subject);
  EXPECT_EQ(support::header_value(head, "Message-ID"), mail.message_id);
  EXPECT_EQ(support::header_value(head, "From"), "dmarc@example.net");
  EXPECT_EQ(support::header_value(head, "To"), "rua+x@example.com");
  EXPECT_EQ(support::header_value(head, "Date"), "Sat, 02 May 2026 00:00:00 +0000");
  EXPECT_EQ(support::header_value(head, "Auto-Submitted"), "auto-generated");
  EXPECT_EQ(support::header_value(head, "MIME-Version"), "1.0");
  EXPECT_THAT(support::header_value(parts[1].header, "Content-Type"), StartsWith("text/plain"));
  EXPECT_EQ(parts[1].body, "A report.\r\n.\r\n..with dots\r\n\r\n");
}

TEST(SmtpMailer, A_31_A_36_TheDocumentIsAnAttachmentAsItWas) {
  const SmtpServer server;
  ASSERT_EQ(hand_over(server).kind, Kind::Taken);
  const auto parts = support::mime_parts(server.taken().front().content);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(support::header_value(parts[2].header, "Content-Type"), "application/gzip");
  EXPECT_THAT(support::header_value(parts[2].header, "Content-Disposition"),
              HasSubstr("attachment; filename=\"mx.example.net!example.com!1!2!0123abcd.xml.gz\""));
  EXPECT_EQ(parts[2].body, example().attachment);
}

struct Row {
  const char* name;
  SmtpStep step;
  std::string reply;
  Kind kind;
  /// A piece of what is said of it.
  std::string said;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class SmtpReplies : public testing::TestWithParam<Row> {};

TEST_P(SmtpReplies, DecideWhatBecomesOfAMail) {
  const Row& row = GetParam();
  const SmtpServer server(at(row.step, row.reply));
  const Handover handover = hand_over(server);
  EXPECT_EQ(handover.kind, row.kind) << handover.reply;
  EXPECT_THAT(handover.reply, HasSubstr(row.said));
  EXPECT_EQ(server.taken().size(), row.kind == Kind::Taken ? 1U : 0U);
}

const std::string kHangUp(SmtpServer::kHangUp);
const Row kRows[] = {
    {"Taken", SmtpStep::Quit, "221 bye", Kind::Taken, "queued as"},
    {"TakenAndThenSilence", SmtpStep::Quit, kHangUp, Kind::Taken, "queued as"},
    {"TakenByALongReply", SmtpStep::End, "250-2.0.0 Ok\r\n250 2.0.0 queued", Kind::Taken, "queued"},
    {"TakenByAnother2xx", SmtpStep::End, "252 2.0.0 well", Kind::Taken, "252"},
    {"NotTakenBy3xx", SmtpStep::End, "354 go on", Kind::NotNow, ""},
    {"RecipientRefused", SmtpStep::Rcpt, "550 5.1.1 no such user", Kind::Refused, "5.1.1"},
    {"RecipientPutOff", SmtpStep::Rcpt, "450 4.2.0 greylisted", Kind::NotNow, "4.2.0"},
    {"DataRefused", SmtpStep::Data, "554 5.7.1 no", Kind::Refused, "5.7.1"},
    {"DataPutOff", SmtpStep::Data, "451 4.3.0 later", Kind::NotNow, "4.3.0"},
    {"ContentRefused", SmtpStep::End, "554 5.7.1 a virus", Kind::Refused, "a virus"},
    {"ContentPutOff", SmtpStep::End, "452 4.3.1 disk full", Kind::NotNow, "disk full"},
    // What is wrong with us is no fault of the address, and can be mended.
    {"WeAreRefused", SmtpStep::Connect, "554 5.7.1 go away", Kind::NotNow, "554"},
    {"GreetingRefused", SmtpStep::Ehlo, "550 5.7.1 bad name", Kind::NotNow, ""},
    {"SenderRefused", SmtpStep::Mail, "550 5.7.1 not your address", Kind::NotNow, "5.7.1"},
    {"HangsUpAtConnect", SmtpStep::Connect, kHangUp, Kind::NotNow, ""},
    {"HangsUpAtSender", SmtpStep::Mail, kHangUp, Kind::NotNow, ""},
    {"HangsUpAtRecipient", SmtpStep::Rcpt, kHangUp, Kind::NotNow, ""},
    {"HangsUpAtData", SmtpStep::Data, kHangUp, Kind::NotNow, ""},
    {"HangsUpInTheContent", SmtpStep::Body, kHangUp, Kind::NotNow, ""},
    {"HangsUpAfterTheContent", SmtpStep::End, kHangUp, Kind::NotNow, ""},
    {"ShutsDown", SmtpStep::Rcpt, "421 4.3.2 shutting down", Kind::NotNow, "421"},
    {"AReplyWithControls", SmtpStep::Rcpt, "550 5.1.1 \x1b[31mred\x07", Kind::Refused, "?[31mred?"},
};
INSTANTIATE_TEST_SUITE_P(Rows, SmtpReplies, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(SmtpMailer, NobodyIsThere) {
  const auto settings = settings_for("127.0.0.1:" + std::to_string(support::free_port()));
  const Handover handover = hand_over(settings);
  EXPECT_EQ(handover.kind, Kind::NotNow);
  EXPECT_THAT(handover.reply, HasSubstr("127.0.0.1"));
}

TEST(SmtpMailer, ManyMailsByOneMailer) {
  const SmtpServer server;
  auto mailer = SmtpMailer::open(settings_for(server.address()),
                                 DomainName::parse("mx.example.net").value(), {});
  ASSERT_TRUE(mailer);
  for (int i = 0; i < 3; ++i) EXPECT_EQ((*mailer)->hand_over(example()).kind, Kind::Taken);
  EXPECT_EQ(server.taken().size(), 3U);
}

TEST(SmtpMailer, ASettingThatIsNoServer) {
  EXPECT_FALSE(
      SmtpMailer::open(settings_for("http://x/"), DomainName::parse("a.example").value(), {}));
}

// ---- TLS and logins -----------------------------------------------------------------------------

struct TlsRow {
  const char* name;
  policy::SmtpTls tls;
  bool offered;
  /// Whether the settings name the server's certificate.
  bool known;
  const char* host;
  bool taken;
  bool encrypted;
};

void PrintTo(const TlsRow& row, std::ostream* out) { *out << row.name; }

class SmtpEncryption : public testing::TestWithParam<TlsRow> {};

TEST_P(SmtpEncryption, A_41_IsAsThePostmasterWants) {
  const TlsRow& row = GetParam();
  const SmtpServer server({}, {.starttls = row.offered});
  const support::ScratchFolder folder;
  auto settings = settings_for(std::string(row.host) + ":" + std::to_string(server.port()));
  settings.smtp_tls = row.tls;
  if (row.known) settings.smtp_ca_file = folder.write("ca.pem", server.certificate());
  const Handover handover = hand_over(settings);
  EXPECT_EQ(handover.kind, row.taken ? Kind::Taken : Kind::NotNow) << handover.reply;
  ASSERT_EQ(server.taken().size(), row.taken ? 1U : 0U);
  if (row.taken) {
    EXPECT_EQ(server.taken().front().encrypted, row.encrypted);
  }
}

using policy::SmtpTls;
const TlsRow kTlsRows[] = {
    {"NoneThoughOffered", SmtpTls::None, true, false, "127.0.0.1", true, false},
    {"OpportunisticNotOffered", SmtpTls::Opportunistic, false, false, "127.0.0.1", true, false},
    {"OpportunisticOffered", SmtpTls::Opportunistic, true, false, "127.0.0.1", true, true},
    {"RequiredAndKnown", SmtpTls::Required, true, true, "localhost", true, true},
    {"RequiredNotOffered", SmtpTls::Required, false, true, "localhost", false, false},
    {"RequiredButUnknown", SmtpTls::Required, true, false, "localhost", false, false},
    {"RequiredOfAnotherName", SmtpTls::Required, true, true, "127.0.0.1", false, false},
};
INSTANTIATE_TEST_SUITE_P(Rows, SmtpEncryption, testing::ValuesIn(kTlsRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(SmtpMailer, LogsInWithItsPassword) {
  const SmtpServer server({}, {.starttls = true, .auth = true});
  auto settings = settings_for(server.address());
  settings.smtp_user = "reports";
  EXPECT_EQ(hand_over(settings, "secret").kind, Kind::Taken);
  ASSERT_EQ(server.taken().size(), 1U);
  EXPECT_TRUE(server.taken().front().encrypted);
  EXPECT_EQ(server.taken().front().login, std::string("\0reports\0secret", 15));
}

TEST(SmtpMailer, AWrongPasswordIsSaidWithoutIt) {
  const SmtpServer server(at(SmtpStep::Auth, "535 5.7.8 wrong"), {.auth = true});
  auto settings = settings_for(server.address());
  settings.smtp_user = "reports";
  const Handover handover = hand_over(settings, "hush-hush");
  EXPECT_EQ(handover.kind, Kind::NotNow);
  EXPECT_THAT(handover.reply, HasSubstr("535"));
  EXPECT_EQ(handover.reply.find("hush"), std::string::npos);
  EXPECT_TRUE(server.taken().empty());
}

}  // namespace
}  // namespace waarmerk::reporting
