#include "reporting/delivery/smtp_server.h"

#include <gtest/gtest.h>

#include <string>

namespace waarmerk::reporting {
namespace {

using policy::SmtpTls;

TEST(SmtpServer, IsReadWithAndWithoutAPort) {
  struct Row {
    const char* text;
    SmtpServer server;
  };
  const Row rows[] = {{"mail.example.com", {"mail.example.com", 25}},
                      {"mail.example.com:587", {"mail.example.com", 587}},
                      {"192.0.2.1", {"192.0.2.1", 25}},
                      {"192.0.2.1:2525", {"192.0.2.1", 2525}},
                      {"2001:db8::1", {"[2001:db8::1]", 25}},
                      {"[2001:db8::1]", {"[2001:db8::1]", 25}},
                      {"[2001:db8::1]:465", {"[2001:db8::1]", 465}}};
  for (const Row& row : rows) {
    const auto server = SmtpServer::parse(row.text);
    ASSERT_TRUE(server) << row.text;
    EXPECT_EQ(*server, row.server) << row.text << " as " << server->host;
  }
}

TEST(SmtpServer, IsNothingElse) {
  for (const char* text :
       {"", ":25", "mail.example.com:", "mail.example.com:0", "mail.example.com:65536",
        "mail.example.com:smtp", "smtp://mail.example.com", "user@mail.example.com",
        "mail example.com", "[2001:db8::1", "[2001:db8::1]25", "[192.0.2.1]:25", "mail/../x"}) {
    EXPECT_FALSE(SmtpServer::parse(text)) << text;
  }
}

TEST(SmtpServer, IsOnThisHostOrNot) {
  for (const char* text : {"127.0.0.1:25", "localhost", "::1", "[::1]:25"}) {
    EXPECT_TRUE(SmtpServer::parse(text)->is_loopback()) << text;
  }
  for (const char* text : {"192.0.2.1", "localhost.example.com", "2001:db8::1"}) {
    EXPECT_FALSE(SmtpServer::parse(text)->is_loopback()) << text;
  }
}

TEST(SmtpServer, BeginsWithTlsOnItsOwnPort) {
  const DomainName client = DomainName::parse("mx.example.net").value();
  const auto url = [&client](const char* text, SmtpTls tls) {
    return SmtpServer::parse(text)->url(client, tls);
  };
  EXPECT_EQ(url("127.0.0.1", SmtpTls::Opportunistic), "smtp://127.0.0.1:25/mx.example.net");
  EXPECT_EQ(url("::1", SmtpTls::None), "smtp://[::1]:25/mx.example.net");
  EXPECT_EQ(url("a.example:465", SmtpTls::Required), "smtps://a.example:465/mx.example.net");
  EXPECT_EQ(url("a.example:465", SmtpTls::None), "smtp://a.example:465/mx.example.net");
}

}  // namespace
}  // namespace waarmerk::reporting
