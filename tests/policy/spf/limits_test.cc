// check_host() on records that want more than they may have. RFC 7208 4.6.4, 11.1

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/policy/spf/check_host_fixture.h"

namespace waarmerk::policy::spf {
namespace {

using testing::HasSubstr;

TEST(CheckHostLimits, AllowTenTerms) {  // S-13, S-14
  const std::string a = "\nexample.com A 192.0.2.9";
  const auto ten =
      check("example.com TXT v=spf1" + repeated(" a ip4:198.51.100.1", 10) + " +all" + a);
  EXPECT_EQ(ten.result, SpfResult::Pass) << ten.reason;
  EXPECT_EQ(ten.lookups, 10U);
  const auto eleven = check("example.com TXT v=spf1" + repeated(" a", 11) + " +all" + a);
  EXPECT_EQ(eleven.result, SpfResult::PermError);
  EXPECT_EQ(eleven.lookups, 10U);
  EXPECT_EQ(eleven.reason, "more than 10 terms that ask the DNS, at \"a\" of example.com");
}

TEST(CheckHostLimits, CountOnlyWhatIsReached) {  // S-13
  EXPECT_EQ(check("example.com TXT v=spf1 ip4:192.0.2.1" + repeated(" a", 50)).result,
            SpfResult::Pass);
}

TEST(CheckHostLimits, HoldForAllIncludesTogether) {  // S-13, S-41
  std::string zone = "example.com TXT v=spf1";
  for (char outer = '1'; outer <= '9'; ++outer) {
    const std::string name = std::string("i") + outer + ".example";
    zone += " include:" + name;
  }
  for (char outer = '1'; outer <= '9'; ++outer) {
    zone +=
        std::string("\ni") + outer + ".example TXT v=spf1" + repeated(" include:leaf.example", 9);
  }
  zone += "\nleaf.example TXT v=spf1" + repeated(" a", 9) + "\nleaf.example A 192.0.2.9";
  WatchedZone lookup(zone);
  const auto outcome = check_host(request(), {}, lookup, kDeadline);
  EXPECT_EQ(outcome.result, SpfResult::PermError);
  EXPECT_EQ(lookup.asked.size(), 11U) << "the record, and ten terms";
  EXPECT_LE(lookup.hinted.size(), 20U);
}

TEST(CheckHostLimits, EndLoops) {  // S-13, S-41
  EXPECT_EQ(check("example.com TXT v=spf1 include:example.com").result, SpfResult::PermError);
  EXPECT_EQ(check("example.com TXT v=spf1 redirect=example.com").result, SpfResult::PermError);
}

TEST(CheckHostLimits, AllowTwoVoids) {  // S-16
  const auto two = check(
      "example.com TXT v=spf1 a:a.example a exists:b.example ?all\n"
      "example.com A 192.0.2.9");
  EXPECT_EQ(two.result, SpfResult::Neutral) << two.reason;
  EXPECT_EQ(two.void_lookups, 2U);
  const auto three = check("example.com TXT v=spf1 a:a.example mx exists:b.example +all");
  EXPECT_EQ(three.result, SpfResult::PermError);
  EXPECT_EQ(three.void_lookups, 3U);
  EXPECT_THAT(three.reason, HasSubstr("more than 2 DNS lookups that found nothing"));
}

TEST(CheckHostLimits, CountVoidsAsTheSettingsSay) {  // S-16
  const std::string zone = "example.com TXT v=spf1 a:a.example a:b.example a:c.example ?all";
  EXPECT_EQ(check(zone, request(), {.voids = 3}).result, SpfResult::Neutral);
  EXPECT_EQ(check(zone, request(), {.voids = 0}).reason,
            "more than 0 DNS lookups that found nothing, at \"a:a.example\" of example.com");
}

TEST(CheckHostLimits, CountANameThatCannotExistAsVoid) {  // S-16
  EXPECT_EQ(check("example.com TXT v=spf1 a:a..example.com a:b..example.com ?all").void_lookups,
            2U);
  EXPECT_EQ(
      check("example.com TXT v=spf1" + repeated(" exists:a..example.com", 3) + " ?all").result,
      SpfResult::PermError);
}

TEST(CheckHostLimits, CountATermAsVoidOnce) {  // S-16
  // Three mail hosts without AAAA are one void term for an IPv6 client, not three.
  const std::string zone =
      "example.com TXT v=spf1 mx ?all\nexample.com MX 1 a.example\nexample.com MX 2 b.example\n"
      "example.com MX 3 c.example\na.example A 192.0.2.1\nb.example A 192.0.2.2\n"
      "c.example A 192.0.2.3";
  const auto outcome = check(zone, request("2001:db8::1"));
  EXPECT_EQ(outcome.result, SpfResult::Neutral) << outcome.reason;
  EXPECT_EQ(outcome.void_lookups, 1U);
}

std::string with_mail_hosts(int count) {
  std::string zone = "example.com TXT v=spf1 mx ?all";
  for (int i = 1; i <= count; ++i) {
    const std::string host = "mx" + std::to_string(i) + ".example";
    zone += "\nexample.com MX " + std::to_string(i) + " " + host;
    zone += "\n" + host + " A 192.0.2." + std::to_string(i);
  }
  return zone;
}

TEST(CheckHostLimits, AllowTenMailHosts) {  // S-15
  EXPECT_EQ(check(with_mail_hosts(10), request("192.0.2.10")).result, SpfResult::Pass);
  EXPECT_EQ(check(with_mail_hosts(10), request("192.0.2.11")).result, SpfResult::Neutral);
  const auto eleven = check(with_mail_hosts(11), request("192.0.2.11"));
  EXPECT_EQ(eleven.result, SpfResult::PermError);
  EXPECT_EQ(eleven.reason, "more than 10 mail hosts for \"mx\" of example.com");
  EXPECT_EQ(check(with_mail_hosts(11), request("192.0.2.10")).result, SpfResult::Pass)
      << "the eleventh is not reached";
}

std::string with_names(int count) {
  std::string zone = "example.com TXT v=spf1 ptr ?all";
  for (int i = 1; i <= count; ++i) {
    const std::string name = "n" + std::to_string(i) + ".example.com";
    zone += "\n1.2.0.192.in-addr.arpa PTR " + name;
    zone += "\n" + name + (i == count ? " A 192.0.2.1" : " A 198.51.100.1");
  }
  return zone;
}

TEST(CheckHostLimits, LookAtTheFirstTenNames) {  // S-15
  EXPECT_EQ(check(with_names(10)).result, SpfResult::Pass);
  EXPECT_EQ(check(with_names(11)).result, SpfResult::Neutral);
}

TEST(CheckHostLimits, HandOnTheDeadline) {  // S-17
  WatchedZone lookup(
      "example.com TXT v=spf1 a mx ptr -all exp=x.example\n"
      "example.com MX 1 a.example\na.example A 192.0.2.9");
  const Instant deadline{std::chrono::seconds{77}};
  EXPECT_EQ(check_host(request(), {}, lookup, deadline).result, SpfResult::Fail);
  EXPECT_THAT(lookup.deadlines, testing::Each(deadline));
}

TEST(CheckHostLimits, LetEveryTermOfALongRecordCount) {  // S-41
  std::string many_v4 = "example.com TXT v=spf1";
  std::string many_v6 = many_v4;
  for (int i = 0; i < 200; ++i) {
    many_v4 += " ip4:198.51.100." + std::to_string(i);
    many_v6 += " ip6:2001:db8:1:" + std::to_string(i) + "::/64";
  }
  EXPECT_EQ(check(many_v4 + " ip4:192.0.2.1 -all").result, SpfResult::Pass);
  EXPECT_EQ(check(many_v4 + " -all").result, SpfResult::Fail);
  EXPECT_EQ(check(many_v6 + " -all").result, SpfResult::Fail);
  EXPECT_EQ(check(many_v6 + " -all", request("2001:db8:1:199::1")).result, SpfResult::Pass);
}

TEST(CheckHostLimits, HoldForManyMacrosAndLongText) {  // S-28, S-41
  const std::string macros = repeated("%{d}.%{l}.%{i}.", 2000);
  const std::string text = repeated("abcdefghi.", 3000) + "example.com";
  const std::string zone = "example.com TXT v=spf1 ?exists:" + macros + text +
                           " unknown=" + macros + text + " exp=" + macros + text + " -all";
  WatchedZone lookup(zone);
  EXPECT_EQ(check_host(request(), {}, lookup, kDeadline).result, SpfResult::Fail);
  ASSERT_EQ(lookup.asked.size(), 3U);
  EXPECT_EQ(lookup.asked[1].size(), std::string("A ").size() + 24 * 10 + 11);
  EXPECT_TRUE(lookup.asked[2].starts_with("TXT abcdefghi.abcdefghi."));
}

TEST(CheckHostLimits, KeepReasonsShortAndPrintable) {  // S-41
  const auto outcome =
      check("example.com TXT v=spf1 -a:" + std::string(5000, 'x') + ".example?all");
  EXPECT_LT(outcome.reason.size(), 400U);
  const auto control = check("example.com TXT v=spf1 \\013\\010\\255");
  EXPECT_THAT(control.reason, HasSubstr("\"???\""));
}

}  // namespace
}  // namespace waarmerk::policy::spf
