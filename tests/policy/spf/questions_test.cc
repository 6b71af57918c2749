// What a record is going to ask, seen in advance.
#include "policy/spf/questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace waarmerk::policy::spf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> ahead(std::string_view text, std::string_view client = "192.0.2.1",
                               unsigned terms = 10) {
  const IpAddress ip = IpAddress::parse(client).value();
  const MacroContext context{.client = ip,
                             .local_part = "user",
                             .sender_domain = "example.com",
                             .domain = "example.com",
                             .helo = "mx.example.com",
                             .receiver = ""};
  std::vector<std::string> questions;
  for (const auto& question : questions_ahead(parse_record(text).value(), context, terms)) {
    questions.push_back(std::string(to_string(question.type)) + " " + question.name.text());
  }
  return questions;
}

TEST(QuestionsAhead, AreOneForEachTermThatAsks) {
  EXPECT_THAT(
      ahead("v=spf1 ip4:198.51.100.1 a mx:b.example include:c.example exists:%{i}.d.example "
            "redirect=e.example"),
      ElementsAre("A example.com", "MX b.example", "TXT c.example", "A 192.0.2.1.d.example",
                  "TXT e.example"));
}

TEST(QuestionsAhead, AreForAddressesOfTheClientsFamily) {  // S-23
  EXPECT_THAT(ahead("v=spf1 a exists:d.example", "2001:db8::1"),
              ElementsAre("AAAA example.com", "A d.example"));
}

TEST(QuestionsAhead, EndWhereAMatchIsSure) {
  EXPECT_THAT(ahead("v=spf1 a all mx redirect=e.example"), ElementsAre("A example.com"));
  EXPECT_THAT(ahead("v=spf1 ip4:192.0.2.0/24 a"), IsEmpty());
  EXPECT_THAT(ahead("v=spf1 ip6:2001:db8::/32 a", "2001:db8::1"), IsEmpty());
  EXPECT_THAT(ahead("v=spf1 ip6:2001:db8::/32 a"), ElementsAre("A example.com"));
}

TEST(QuestionsAhead, EndWithTheTermsThatAreLeft) {  // S-13
  EXPECT_THAT(
      ahead("v=spf1 a:a.example ptr a:b.example a:c.example redirect=e.example", "192.0.2.1", 3),
      ElementsAre("A a.example", "A b.example"));
  EXPECT_THAT(ahead("v=spf1 a redirect=e.example", "192.0.2.1", 1), ElementsAre("A example.com"));
  EXPECT_THAT(ahead("v=spf1 a", "192.0.2.1", 0), IsEmpty());
}

TEST(QuestionsAhead, LeaveOutWhatNeedsAnAnswerOrCannotExist) {
  EXPECT_THAT(ahead("v=spf1 ptr exists:%{p}.example a:a..example.com redirect=%{p}.example.com"),
              IsEmpty());
}

}  // namespace
}  // namespace waarmerk::policy::spf
