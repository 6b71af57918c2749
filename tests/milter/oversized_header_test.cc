// A header beyond the bounds: what the mail server is told, and what is removed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "milter/session.h"
#include "tests/milter/session_fixture.h"

namespace waarmerk::milter {
namespace {

using policy::kMaxFields;
using policy::OnOversized;
using support::RecordingMta;
using support::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr std::string_view kZone =
    "example.com TXT v=spf1 ip4:192.0.2.1 -all\n"
    "_dmarc.example.com TXT v=DMARC1; p=none\n";

/// A session with one message of a client that may send it.
class OversizedHeader : public testing::Test {
 protected:
  void begin(policy::Settings settings = {}) {
    world.emplace(kZone, std::move(settings));
    session.emplace(world->service, Rights());
    session->connect(mta, "mail.example.com", IpAddress::parse("192.0.2.1").value());
    session->mail(mta, "<a@example.com>");
    session->header("From", " a@example.com");
  }
  void add(std::size_t count, const std::string& name, const std::string& value) {
    for (std::size_t i = 0; i < count; ++i) session->header(name, value);
  }

  std::optional<World> world;
  std::optional<Session> session;
  RecordingMta mta;
};

TEST_F(OversizedHeader, IsNoneWithinTheBounds) {
  begin();
  add(kMaxFields - 1, "X", " y");
  EXPECT_EQ(session->end_of_message(mta), Response::Continue);
  EXPECT_THAT(mta.field("Authentication-Results"), HasSubstr("dmarc=pass"));
  EXPECT_THAT(world->lines(), ElementsAre(Not(HasSubstr("oversized_header"))));
}

/// A deferral would make the sender try for days what cannot succeed.
TEST_F(OversizedHeader, IsRefusedForGood) {
  begin();
  add(kMaxFields, "X", " y");
  EXPECT_EQ(session->body("Hello.\r\n"), Response::SkipBody);
  EXPECT_EQ(session->end_of_message(mta), Response::Reject);
  ASSERT_TRUE(mta.reply);
  EXPECT_EQ(mta.reply->code() + " " + mta.reply->enhanced(), "552 5.3.4");
  EXPECT_EQ(world->service.counters().internal_errors, 0U);
  EXPECT_THAT(world->lines(), ElementsAre(HasSubstr("\"oversized_header\":true")));
}

TEST_F(OversizedHeader, IsAcceptedUnverifiedAndWithoutClaims) {
  begin({.oversized_header = OnOversized::Accept});
  add(2 * kMaxFields - 1, "From", " a@example.com");
  session->header("Authentication-Results", " mx.example.org; dmarc=pass");
  session->header("Authentication-Results", " another.example; dmarc=pass");
  EXPECT_EQ(session->end_of_message(mta), Response::Continue);
  ASSERT_THAT(mta.deleted, SizeIs(2));
  EXPECT_EQ(mta.deleted[0].index, 2U);
  EXPECT_THAT(mta.field("Authentication-Results"), HasSubstr("not checked: the header is"));
  EXPECT_THAT(mta.field("Authentication-Results"), Not(HasSubstr("pass")));
}

TEST_F(OversizedHeader, IsMarkedWhereThatIsConfigured) {
  begin({.oversized_header = OnOversized::Quarantine});
  add(kMaxFields, "X", " y");
  EXPECT_EQ(session->end_of_message(mta), Response::Continue);
  EXPECT_EQ(mta.field("X-Waarmerk-Action"), "quarantine");
}

/// Hides from the index what a filter behind us would read.
TEST_F(OversizedHeader, WithMoreClaimsThanCanBeRemovedIsNotAccepted) {
  begin({.oversized_header = OnOversized::Accept});
  add(3 * kMaxFields, "X-Waarmerk-Action", " none");
  EXPECT_EQ(session->end_of_message(mta), Response::Defer);
  EXPECT_EQ(world->service.counters().internal_errors, 1U);
}

TEST_F(OversizedHeader, WithMoreClaimsThanCanBeRemovedIsRefusedAllTheSame) {
  begin();
  add(3 * kMaxFields, "X-Waarmerk-Action", " none");
  EXPECT_EQ(session->end_of_message(mta), Response::Reject);
  EXPECT_EQ(mta.reply->code(), "552");
}

}  // namespace
}  // namespace waarmerk::milter
