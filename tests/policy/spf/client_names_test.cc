// Which of the client's names %{p} stands for, and what it costs. RFC 7208 7.3
#include "policy/spf/client_names.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/policy/spf/check_host_fixture.h"

namespace waarmerk::policy::spf {
namespace {

TEST(CheckHostClientName, PrefersOneBelowTheDomain) {  // S-27
  EXPECT_EQ(check("example.com TXT v=spf1 exists:%{p}.x.example -all\n"
                  "mx.example.com.x.example A 127.0.0.2" +
                  std::string(kTwoNames))
                .result,
            SpfResult::Pass);
}

TEST(CheckHostClientName, PrefersTheDomainItself) {  // S-27
  EXPECT_EQ(check("example.com TXT v=spf1 exists:%{p}.x.example -all\nexample.com A 192.0.2.1\n"
                  "1.2.0.192.in-addr.arpa PTR mx.example.com\nmx.example.com A 192.0.2.1\n"
                  "1.2.0.192.in-addr.arpa PTR example.com\nexample.com.x.example A 127.0.0.2")
                .result,
            SpfResult::Pass);
}

TEST(CheckHostClientName, IsAnyValidatedNameOtherwise) {  // S-27
  EXPECT_EQ(check("example.com TXT v=spf1 exists:%{p}.x.example -all\n"
                  "1.2.0.192.in-addr.arpa PTR fake.example.com\nfake.example.com A 192.0.2.2\n"
                  "1.2.0.192.in-addr.arpa PTR mx.other.example\nmx.other.example A 192.0.2.1\n"
                  "mx.other.example.x.example A 127.0.0.2")
                .result,
            SpfResult::Pass);
}

TEST(CheckHostClientName, IsUnknownOnErrorsOrWithoutAny) {  // S-26, S-27
  const std::string record =
      "example.com TXT v=spf1 exists:%{p}.x.example -all\nunknown.x.example A 127.0.0.2";
  EXPECT_EQ(check(record).result, SpfResult::Pass);
  EXPECT_EQ(check(record + "\n1.2.0.192.in-addr.arpa PTR !SERVFAIL").result, SpfResult::Pass);
  EXPECT_EQ(check(record + std::string(kTwoNames)).result, SpfResult::Fail);
}

TEST(CheckHostClientName, CostsOneTermOnce) {  // S-13
  const std::string name = " exists:%{p}.x.example";
  const auto twice =
      check("example.com TXT v=spf1" + name + name + " ?all", request(), {.voids = 9});
  EXPECT_EQ(twice.lookups, 3U);
  const auto after_ptr =
      check("example.com TXT v=spf1 ptr" + name + " ?all", request(), {.voids = 9});
  EXPECT_EQ(after_ptr.lookups, 2U);
  const auto over =
      check("example.com TXT v=spf1" + repeated(name, 10) + " +all", request(), {.voids = 99});
  EXPECT_EQ(over.result, SpfResult::PermError);
}

}  // namespace
}  // namespace waarmerk::policy::spf
