// A session and mail of example.com for it.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <utility>

#include "milter/session.h"
#include "tests/milter/session_fixture.h"

namespace waarmerk::milter {

/// example.com authorises kGoodClient; the DNS of broken.example fails.
inline constexpr std::string_view kZone =
    "example.com TXT v=spf1 ip4:192.0.2.1 -all\n"
    "_dmarc.example.com TXT v=DMARC1; p=reject\n"
    "broken.example TXT !SERVFAIL\n"
    "_dmarc.broken.example TXT v=DMARC1; p=reject\n";

inline const IpAddress kGoodClient = *IpAddress::parse("192.0.2.1");
inline const IpAddress kStranger = *IpAddress::parse("198.51.100.7");

/// MAIL to end of headers of a message by example.com.
inline void begin_message(Session& session, const support::RecordingMta& mta,
                          std::string_view sender = "<a@example.com>") {
  session.mail(mta, sender);
  session.recipient("<user@example.org>");
  session.header("From", " a@example.com");
  session.end_of_headers();
}

/// The same to its end; the answer.
inline Response send(Session& session, support::RecordingMta& mta,
                     std::string_view sender = "<a@example.com>") {
  begin_message(session, mta, sender);
  static_cast<void>(session.body("Hello.\r\n"));
  return session.end_of_message(mta);
}

class SessionTest : public testing::Test {
 protected:
  explicit SessionTest(policy::Settings settings = {}) : world(kZone, std::move(settings)) {}

  void connect(std::optional<IpAddress> client) {
    session.connect(mta, "mail.example.net", client);
    session.helo("mail.example.net");
  }

  support::World world;
  support::RecordingMta mta;
  Session session{world.service, Rights()};
};

}  // namespace waarmerk::milter
