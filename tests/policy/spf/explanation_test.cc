// The text that a domain owner gives for a fail, as check_host() takes it over. RFC 7208 6.2

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/policy/spf/check_host_fixture.h"

namespace waarmerk::policy::spf {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

std::string explanation(std::string_view zone, const Request& asked = request()) {
  const auto outcome = check(zone, asked);
  EXPECT_EQ(outcome.result, SpfResult::Fail) << outcome.reason;
  return outcome.explanation;
}

TEST(Explanation, IsTheTextOfTheDomainOwner) {  // S-33
  EXPECT_EQ(
      explanation("example.com TXT v=spf1 -all exp=x.%{d2}\n"
                  "x.example.com TXT %{i} may not send for %{s}; see http://%{d}/?r=%{r}&t=%{t}"),
      "192.0.2.1 may not send for user@example.com; see "
      "http://example.com/?r=mx.receiver.example&t=1700000000");
}

TEST(Explanation, IsOnlyForAFail) {  // S-32
  WatchedZone lookup("example.com TXT v=spf1 ~all exp=x.example\nx.example TXT text");
  EXPECT_EQ(check_host(request(), {}, lookup, kDeadline).explanation, "");
  EXPECT_THAT(lookup.asked, ElementsAre("TXT example.com"));
}

TEST(Explanation, IsNeverThatOfAnInclude) {  // S-32
  const std::string included =
      "\na.example TXT v=spf1 -all exp=a.x.example\na.x.example TXT not this\n";
  EXPECT_EQ(explanation("example.com TXT v=spf1 include:a.example -all exp=b.x.example" + included +
                        "b.x.example TXT this"),
            "this");
  WatchedZone lookup("example.com TXT v=spf1 -include:b.example -all" + included +
                     "b.example TXT v=spf1 +all exp=a.x.example");
  EXPECT_EQ(check_host(request(), {}, lookup, kDeadline).explanation, "");
  EXPECT_THAT(lookup.asked, Not(Contains("TXT a.x.example")));
}

TEST(Explanation, IsThatOfTheTargetOfARedirect) {  // S-32
  EXPECT_EQ(explanation("example.com TXT v=spf1 redirect=a.example exp=b.x.example\n"
                        "a.example TXT v=spf1 -all exp=a.x.example\n"
                        "a.x.example TXT %{d} for %{o}\nb.x.example TXT not this"),
            "a.example for example.com");
  EXPECT_EQ(explanation("example.com TXT v=spf1 redirect=a.example exp=b.x.example\n"
                        "a.example TXT v=spf1 -all\nb.x.example TXT not this"),
            "");
}

struct ExplanationRow {
  std::string name;
  std::string zone;  ///< of x.example
  std::string want;
};
std::ostream& operator<<(std::ostream& out, const ExplanationRow& row) { return out << row.zone; }

class ExplanationText : public testing::TestWithParam<ExplanationRow> {};

TEST_P(ExplanationText, IsTakenOrLeft) {
  EXPECT_EQ(explanation("example.com TXT v=spf1 -all exp=x.example\n" + GetParam().zone),
            GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    S_33, ExplanationText,
    testing::Values(
        ExplanationRow{"text", "x.example TXT No.", "No."},
        ExplanationRow{"empty", "x.example TXT \\032", " "}, ExplanationRow{"nxdomain", "", ""},
        ExplanationRow{"nodata", "x.example A 192.0.2.1", ""},
        ExplanationRow{"servfail", "x.example TXT !SERVFAIL", ""},
        ExplanationRow{"timeout", "x.example TXT !TIMEOUT", ""},
        ExplanationRow{"two_texts", "x.example TXT one\nx.example TXT two", ""},
        ExplanationRow{"unknown_macro", "x.example TXT The %{x}-files.", ""},
        ExplanationRow{"bare_percent", "x.example TXT 100 % sure", ""},
        ExplanationRow{"percent", "x.example TXT 100 %% sure", "100 % sure"},
        ExplanationRow{"non_ascii", "x.example TXT \\195\\169", ""},
        ExplanationRow{"line_break", "x.example TXT one\\013\\010two", ""},
        ExplanationRow{"longest", "x.example TXT " + std::string(500, 'x'), std::string(500, 'x')},
        ExplanationRow{"too_long", "x.example TXT " + std::string(9000, 'x'),
                       std::string(500, 'x')},
        ExplanationRow{"validated_name", "x.example TXT from %{p}" + std::string(kTwoNames),
                       "from mx.example.com"},
        ExplanationRow{"no_validated_name", "x.example TXT from %{p}", "from unknown"}),
    kRowName);

TEST(Explanation, HasNoControlCharactersOfTheSender) {  // S-33
  Request asked = request();
  asked.local_part = "a\r\nX-Injected: yes";
  asked.helo = "b\x7f.example";
  EXPECT_EQ(
      explanation("example.com TXT v=spf1 -all exp=x.example\nx.example TXT %{l} %{h}", asked),
      "a??X-Injected: yes b?.example");
}

TEST(Explanation, IsLeftOutForANonAsciiSender) {  // S-31, S-33
  Request asked = request();
  asked.local_part = "jos\xc3\xa9";
  EXPECT_EQ(explanation("example.com TXT v=spf1 -all exp=x.example\nx.example TXT %{l}", asked),
            "");
  EXPECT_EQ(explanation("example.com TXT v=spf1 -all exp=x.example\nx.example TXT No.", asked),
            "No.");
}

TEST(Explanation, CountsForNoLimit) {  // S-14, S-16
  const auto outcome =
      check("example.com TXT v=spf1 a:a.example a:b.example -all exp=%{p}.nothing.example");
  EXPECT_EQ(outcome.result, SpfResult::Fail);
  EXPECT_EQ(outcome.lookups, 2U);
  EXPECT_EQ(outcome.void_lookups, 2U);
}

}  // namespace
}  // namespace waarmerk::policy::spf
