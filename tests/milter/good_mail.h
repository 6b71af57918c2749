// Mail that passes, as a mail server hands it over, and what must come of it.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string_view>

#include "tests/support/milter_wire.h"

namespace waarmerk::support {

inline std::ostream& operator<<(std::ostream& out, Personality personality) {
  return out << (personality == Personality::Postfix ? "Postfix" : "Sendmail");
}

inline constexpr std::string_view kGoodZone =
    "example.com TXT v=spf1 ip4:192.0.2.1 -all\n"
    "_dmarc.example.com TXT v=DMARC1; p=reject\n";

/// SPF passes for it, and is aligned.
inline WireMessage good_message() {
  WireMessage message;
  message.fields = {{"From", " Sender <sender@example.com>"}, {"Subject", " Hello"}};
  return message;
}

/// Says HELO on a fresh connection.
inline void greet(MilterWire& mta, const WireOffer& offer = {}, const WireClient& client = {}) {
  mta.negotiate(offer);
  mta.connect(client);
  mta.helo("mail.example.net");
}

inline void expect_accepted(const WireOutcome& outcome) {
  EXPECT_EQ(outcome.reply, 'c') << outcome.reply_text;
  const auto field = outcome.field("Authentication-Results");
  ASSERT_TRUE(field);
  EXPECT_NE(field->find("dmarc=pass"), std::string::npos) << *field;
}

}  // namespace waarmerk::support
