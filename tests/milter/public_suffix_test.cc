// The daemon and the public suffix list: what is counted and what the log says, of messages of
// lab.example.com, which says of itself that it is an organization of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "reporting/record.h"
#include "tests/milter/session_mail.h"

namespace waarmerk::milter {
namespace {

using support::RecordingMta;
using support::World;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr std::string_view kLabZone =
    "example.com TXT v=spf1 ip4:192.0.2.1 -all\n"
    "_dmarc.example.com TXT v=DMARC1; p=reject\n"
    "_dmarc.lab.example.com TXT v=DMARC1; p=quarantine; psd=n\n";

/// A daemon with these settings, and what it did with one message of each author.
struct Day {
  explicit Day(const policy::Settings& settings) : world(kLabZone, settings) {
    for (const char* author : {" a@lab.example.com", " a@example.com"}) {
      RecordingMta mta;
      Session session(world.service, Rights());
      session.connect(mta, "mail.example.com", kGoodClient);
      session.helo("mail.example.com");
      session.mail(mta, "<a@example.com>");
      session.recipient("<user@example.org>");
      session.header("From", author);
      session.end_of_headers();
      static_cast<void>(session.body("Hello.\r\n"));
      EXPECT_EQ(session.end_of_message(mta), Response::Continue);
    }
    EXPECT_THAT(world.lines(), SizeIs(2));
  }

  [[nodiscard]] std::uint64_t counted() { return world.service.counters().psl_differences; }

  World world;
};

TEST(PublicSuffixInTheDaemon, T_20_CountsMessagesOfWhichTheListSaysOtherwise) {
  policy::Settings settings;
  settings.dmarc.compare_psl = true;
  Day day(settings);
  EXPECT_EQ(day.counted(), 1U);
  EXPECT_THAT(day.world.lines()[0],
              HasSubstr(R"("psl_differences":[{"domain":"lab.example.com",)"
                        R"("treewalk_org_domain":"lab.example.com","psl_org_domain":"example.com",)"
                        R"("treewalk_policy_domain":"lab.example.com",)"
                        R"("psl_policy_domain":"lab.example.com"}])"));
  EXPECT_THAT(day.world.lines()[1], Not(HasSubstr("psl_differences")));
  EXPECT_THAT(day.world.lines()[0], HasSubstr(R"("discovery":"treewalk")"));
  EXPECT_THAT(day.world.lines()[0], HasSubstr(R"("dmarc":{"result":"fail")"));
}

TEST(PublicSuffixInTheDaemon, CountsNothingUnlessAsked) {
  Day day({});
  EXPECT_EQ(day.counted(), 0U);
  EXPECT_THAT(day.world.lines()[0], Not(HasSubstr("psl")));
}

TEST(PublicSuffixInTheDaemon, T_20_DecidesWhereItIsToldTo) {
  policy::Settings settings;
  settings.dmarc.org_domain = policy::DiscoveryMethod::Psl;
  Day day(settings);
  EXPECT_EQ(day.counted(), 0U);
  EXPECT_THAT(day.world.lines()[0], HasSubstr(R"("discovery":"psl")"));
  EXPECT_THAT(day.world.lines()[0], HasSubstr(R"("dmarc":{"result":"pass")"));
  const auto record = reporting::parse_record(day.world.lines()[0]);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->verdict.dmarc.at(0).organizational_domain, DomainName::parse("example.com"));
}

}  // namespace
}  // namespace waarmerk::milter
