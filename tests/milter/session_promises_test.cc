// What a session promises whatever the message: nothing is changed, answered or waited for before
// the end, no step belongs to a thread, and the address and sender are those that were given to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <concepts>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "milter/session.h"
#include "tests/milter/session_fixture.h"
#include "tests/support/whole_file.h"

namespace waarmerk::milter {
namespace {

using support::RecordingMta;
using support::World;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kZone =
    "example.com TXT v=spf1 ip4:192.0.2.1 -all\n"
    "_dmarc.example.com TXT v=DMARC1; p=reject\n";

const IpAddress kGoodClient = *IpAddress::parse("192.0.2.1");
const IpAddress kStranger = *IpAddress::parse("198.51.100.7");

using Step = std::function<void(Session&, RecordingMta&)>;

/// Everything before the end of a message that claims to be of example.com and of ours.
std::vector<Step> steps_of_a_message(const IpAddress& client) {
  return {[client](Session& s, RecordingMta& mta) { s.connect(mta, "mail.example.net", client); },
          [](Session& s, RecordingMta&) { s.helo("mail.example.net"); },
          [](Session& s, RecordingMta& mta) { s.mail(mta, "<a@example.com>"); },
          [](Session& s, RecordingMta&) { s.recipient("<user@example.org>"); },
          [](Session& s, RecordingMta&) {
            s.header("Authentication-Results", " mx.example.org; dmarc=pass");
          },
          [](Session& s, RecordingMta&) { s.header("From", " a@example.com"); },
          [](Session& s, RecordingMta&) { s.end_of_headers(); },
          [](Session& s, RecordingMta&) { EXPECT_NE(s.body("Hello.\r\n"), Response::Reject); }};
}

/// A zone that counts the answers that somebody waited for.
class WatchedLookup final : public dns::Lookup {
 public:
  void prefetch(const dns::Question&) override {}
  [[nodiscard]] dns::AnswerPtr get(const dns::Question& question, Instant deadline) override {
    ++waited;
    return zone_.get(question, deadline);
  }
  int waited = 0;

 private:
  dns::Zone zone_ = *dns::Zone::parse(kZone);
};

/// The world of the other tests, with another door to the DNS.
class SessionPromises : public testing::Test {
 protected:
  World world{kZone};
  WatchedLookup lookup;
  Service service{policy::Settings(),
                  {lookup, world.keys, world.log, world.clock, world.daemon_log, "mx.example.org"}};
  RecordingMta mta;
  Session session{service, Rights()};

  void begin_message(const IpAddress& client) {
    for (const Step& step : steps_of_a_message(client)) step(session, mta);
  }
};

TEST_F(SessionPromises, M_24_X_04_NothingIsChangedOrAnsweredBeforeTheEnd) {
  for (const Step& step : steps_of_a_message(kStranger)) {
    step(session, mta);
    EXPECT_THAT(mta.deleted, IsEmpty());
    EXPECT_THAT(mta.inserted, IsEmpty());
    EXPECT_FALSE(mta.reply);
    EXPECT_FALSE(mta.quarantined);
  }
  EXPECT_EQ(session.end_of_message(mta), Response::Reject);
  EXPECT_TRUE(mta.reply);
}

/// The earlier steps get a handle that cannot be told anything.
template <typename Handle>
concept TakesReplies = requires(Handle& handle, const Reply& reply) { handle.set_reply(reply); };
static_assert(TakesReplies<MtaHandle> && !TakesReplies<const MtaHandle>, "X-04");
static_assert(std::invocable<decltype(&Session::connect), Session&, const MtaHandle&,
                             std::string_view, std::optional<IpAddress>>);

TEST_F(SessionPromises, M_33_NothingWaitsForTheDnsBeforeTheEnd) {
  begin_message(kGoodClient);
  EXPECT_EQ(lookup.waited, 0);
  EXPECT_EQ(session.end_of_message(mta), Response::Continue);
  EXPECT_GT(lookup.waited, 0);
}

/// Mail servers give a filter 30 seconds for the commands, and 300 for the end of the message.
TEST(MessageBudget, M_33_S_17_IsTwentySeconds) {
  EXPECT_EQ(policy::Settings().dns.message_budget, std::chrono::seconds{20});
}

TEST_F(SessionPromises, M_36_EachStepMayComeInAnotherThread) {
  for (const Step& step : steps_of_a_message(kGoodClient)) {
    std::thread([&] { step(session, mta); }).join();
  }
  Response response = Response::Defer;
  std::thread([&] { response = session.end_of_message(mta); }).join();
  EXPECT_EQ(response, Response::Continue);
  EXPECT_THAT(mta.deleted, SizeIs(1));
  EXPECT_THAT(mta.field("Authentication-Results"), HasSubstr("dmarc=pass"));
}

/// Postfix rewrites the sender in its macros; what the client said is what SPF is about.
TEST_F(SessionPromises, M_19_TheSenderIsTheArgumentOfMail) {
  mta.macros["{mail_addr}"] = "a@stranger.example";
  mta.macros["{mail_host}"] = "stranger.example";
  begin_message(kGoodClient);
  EXPECT_EQ(session.end_of_message(mta), Response::Continue);
  EXPECT_THAT(mta.field("Authentication-Results"), HasSubstr("smtp.mailfrom=example.com"));
}

/// The twin: the macros speak for the sender, and the argument does not.
TEST_F(SessionPromises, M_19_TheRewrittenSenderIsNot) {
  mta.macros["{mail_addr}"] = "a@example.com";
  session.connect(mta, "mail.example.net", kGoodClient);
  session.mail(mta, "<a@stranger.example>");
  session.header("From", " a@example.com");
  EXPECT_EQ(session.end_of_message(mta), Response::Reject);
}

/// XCLIENT and proxies: the mail server begins a session for the new client.
TEST_F(SessionPromises, M_49_ANewClientIsJudgedByItsOwnAddress) {
  begin_message(kGoodClient);
  EXPECT_EQ(session.end_of_message(mta), Response::Continue);
  begin_message(kStranger);
  EXPECT_EQ(session.end_of_message(mta), Response::Reject);
  Session another{service, Rights()};
  RecordingMta fresh;
  for (const Step& step : steps_of_a_message(kGoodClient)) step(another, fresh);
  EXPECT_EQ(another.end_of_message(fresh), Response::Continue);
}

// ---- What the manual says -----------------------------------------------------------------------

std::string contents(std::string_view file) {
  return support::read_whole(std::filesystem::path(WAARMERK_SOURCE_DIR) / file);
}

TEST(Manual, M_43_RecommendsToDeferWithoutTheDaemon) {
  const std::string manual = contents("README.md");
  EXPECT_THAT(manual, HasSubstr("milter_default_action = tempfail"));
  EXPECT_THAT(manual, HasSubstr("F=T"));
}

TEST(Manual, P_05_SaysThatRejectingAlwaysGoesAgainstTheRfc) {
  EXPECT_THAT(contents("etc/waarmerk.toml"), HasSubstr("this goes against RFC 9989 7.4"));
}

}  // namespace
}  // namespace waarmerk::milter
