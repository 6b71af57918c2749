// Hostile messages on the wire of the real daemon: the answer, and the memory that it takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>

#include "milter/message_context.h"
#include "reporting/record.h"
#include "tests/milter/milter_process.h"
#include "tests/support/hostile_messages.h"
#include "tests/support/milter_wire.h"

namespace waarmerk::milter {
namespace {

using support::HostileCase;
using support::HostileMessage;
using support::MilterProcess;
using support::MilterWire;
using support::Personality;
using support::repeated;
using support::WireMessage;
using support::WireOutcome;

/// The bound of docs/architecture.md: what is kept of the header and of the recipients, and thirty
/// times the largest field for taking it apart.
constexpr std::size_t kMaxGrowth =
    2 * policy::kMaxHeaderBytes + kMaxRecipientBytes + 30 * (std::size_t{1} << 20U);

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMeasuresMemory = false;  // what is freed is kept for a while
#else
constexpr bool kMeasuresMemory = true;
#endif

WireMessage on_the_wire(const HostileMessage& message) {
  WireMessage sent{.mail_from = message.mail_from, .recipients = message.recipients};
  for (const auto& field : message.fields) sent.fields.emplace_back(field.name, field.value);
  sent.body.clear();
  for (std::string_view rest = message.body; !rest.empty();) {
    sent.body.emplace_back(rest.substr(0, 65'535));
    rest.remove_prefix(sent.body.back().size());
  }
  return sent;
}

/// A mail server that has sent one harmless message, so that everything is warm.
void warm_up(MilterWire& mta, const std::string& helo) {
  mta.negotiate();
  mta.connect();
  mta.helo(helo);
  mta.send(on_the_wire(HostileMessage{}));
}

/// 'c' and 'y' are what 'accept' and 'reject' look like.
char reply_to(std::string_view action) { return action == "reject" ? 'y' : 'c'; }

class HostileWire : public testing::TestWithParam<HostileCase> {};

// M-08, M-13, M-42, Q-01
TEST_P(HostileWire, IsAnsweredInBoundedMemory) {
  MilterProcess milter(support::hostile_zone());
  ASSERT_TRUE(milter.started());
  const HostileMessage message = GetParam().make();
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  warm_up(mta, message.helo);
  const std::size_t before = milter.memory();
  milter.forget_peak();
  const WireOutcome outcome = mta.send(on_the_wire(message));
  EXPECT_EQ(outcome.reply, reply_to(GetParam().action)) << outcome.reply_text;
  EXPECT_EQ(outcome.deleted.size(), GetParam().removed);
  const std::size_t peak = milter.peak_memory();
  if (kMeasuresMemory) {
    EXPECT_LE(peak - std::min(peak, before), kMaxGrowth);
  }
  RecordProperty("kilobytes", static_cast<int>((peak - std::min(peak, before)) / 1024));
  const auto lines = milter.log_lines();
  ASSERT_EQ(lines.size(), 2U);
  const auto record = reporting::parse_record(lines[1]);
  ASSERT_TRUE(record) << record.error().text;
  EXPECT_EQ(to_string(record->verdict.decision.action), GetParam().action);
  EXPECT_EQ(to_string(record->verdict.decision.cause), GetParam().cause);
  // The next message of the connection is none the worse for it.
  EXPECT_EQ(mta.send(on_the_wire(HostileMessage{})).reply, 'c');
}

INSTANTIATE_TEST_SUITE_P(Table, HostileWire, testing::ValuesIn(support::hostile_cases()),
                         [](const auto& row) { return std::string(row.param.name); });

/// The texts of the protocol end with NUL: what stands behind one in a header or an address is not
/// seen, so that its signature cannot be right. In a body it is data. M-13
TEST(HostileWireNul, CutsTextsAndHarmsNobody) {
  MilterProcess milter(support::hostile_zone());
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  const std::string cut("\0x", 2);
  const auto message = support::signed_with_body("a" + cut, "relaxed/relaxed");
  warm_up(mta, "mail.example.com" + cut);
  EXPECT_THAT(mta.send(on_the_wire(message)).field("Authentication-Results").value_or(""),
              testing::HasSubstr("dkim=pass"));
  WireMessage sent = on_the_wire(message);
  sent.mail_from = "<a" + cut + "@example.com>";
  sent.recipients = {"<user" + cut + "@example.org>"};
  sent.fields.emplace_back("X-Name" + cut, " value");
  sent.fields.back().second += cut;
  sent.fields[1].second = " a" + cut + "@example.com";
  EXPECT_EQ(mta.send(sent).reply, 'y');
  EXPECT_EQ(mta.send(on_the_wire(message)).reply, 'c');
}

/// Nothing of a body is kept: a long one takes no more memory than a short one. Q-01
TEST(HostileWireBody, OfTwentyMegabytesIsNotKept) {
  MilterProcess milter(support::hostile_zone());
  auto message = support::signed_with_body("", "relaxed/relaxed");
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  warm_up(mta, message.helo);
  // The first signature brings the code of the cryptography into memory, some 2 MB.
  ASSERT_EQ(mta.send(on_the_wire(message)).reply, 'c');
  for (const std::string_view piece : {" ", "\r\n", " \r\n"}) {
    message.body = repeated(piece, 20'000'000);
    const WireMessage sent = on_the_wire(message);
    const std::size_t before = milter.memory();
    milter.forget_peak();
    const WireOutcome outcome = mta.send(sent);
    EXPECT_EQ(outcome.reply, 'c');
    EXPECT_THAT(outcome.field("Authentication-Results").value_or(""),
                testing::HasSubstr("dkim=pass"));
    const std::size_t peak = milter.peak_memory();
    if (kMeasuresMemory) {
      EXPECT_LE(peak - std::min(peak, before), std::size_t{2} << 20U);
    }
  }
}

// M-12
TEST(HostileWireBody, MayComeOctetByOctet) {
  MilterProcess milter(support::hostile_zone());
  MilterWire mta(milter.socket_path(), Personality::Sendmail);
  mta.negotiate();
  mta.connect();
  mta.helo("mail.example.com");
  const std::string body = repeated("\r\n\0 \r\t\n\x80 x", 10'000);
  WireMessage sent = on_the_wire(support::signed_with_body(body, "relaxed/relaxed"));
  sent.body.clear();
  for (const char octet : body) sent.body.emplace_back(1, octet);
  const WireOutcome outcome = mta.send(sent);
  EXPECT_THAT(outcome.field("Authentication-Results").value_or(""),
              testing::HasSubstr("dkim=pass"));
  EXPECT_EQ(mta.body_frames(), body.size());
}

}  // namespace
}  // namespace waarmerk::milter
