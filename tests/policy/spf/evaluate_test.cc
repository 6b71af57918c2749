// check_host() on records, mechanisms, includes, redirects and DNS errors. RFC 7208 4, 5, 6
#include "policy/spf/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>

#include "tests/policy/spf/check_host_fixture.h"

namespace waarmerk::policy::spf {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Row {
  std::string name;
  std::string zone;
  SpfResult want;
  std::string reason;  ///< part of it
  std::string client = "192.0.2.1";
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.zone; }

class CheckHost : public testing::TestWithParam<Row> {};

TEST_P(CheckHost, HasResultAndReason) {
  const Row& row = GetParam();
  const SpfOutcome outcome = check(row.zone, request(row.client));
  EXPECT_EQ(to_string(outcome.result), to_string(row.want)) << outcome.reason;
  EXPECT_THAT(outcome.reason, HasSubstr(row.reason));
  EXPECT_EQ(outcome.domain, DomainName::parse("example.com").value());
}

INSTANTIATE_TEST_SUITE_P(
    S_06_S_07_S_10_Record, CheckHost,
    testing::Values(
        Row{"nxdomain", "", SpfResult::None, "no SPF record at example.com"},
        Row{"nodata", "example.com A 192.0.2.1", SpfResult::None, "no SPF record at example.com"},
        Row{"other_texts", "example.com TXT v=spf10 +all", SpfResult::None, "no SPF record"},
        Row{"servfail", "example.com TXT !SERVFAIL", SpfResult::TempError,
            "the DNS gave no answer for the record of example.com (servfail)"},
        Row{"timeout", "example.com TXT !TIMEOUT", SpfResult::TempError, "(timeout)"},
        Row{"bogus", "example.com TXT !BOGUS", SpfResult::TempError, "the DNS gave no answer"},
        Row{"two_records", "example.com TXT v=spf1 +all\nexample.com TXT V=SPF1 -all",
            SpfResult::PermError, "2 SPF records at example.com"},
        Row{"one_of_two_texts", "example.com TXT v=spf1 +all\nexample.com TXT hello",
            SpfResult::Pass, "matched +all of example.com"},
        Row{"syntax_error", "example.com TXT v=spf1 ip4:192.0.2.1 -all moo", SpfResult::PermError,
            "syntax error in the record of example.com at offset 26: \"moo\" is neither"},
        Row{"empty_record", "example.com TXT v=spf1", SpfResult::Neutral,
            "no mechanism of example.com matched"}),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    S_24_S_25_Networks, CheckHost,
    testing::Values(Row{"ip4", "example.com TXT v=spf1 ip4:192.0.2.0/24 -all", SpfResult::Pass,
                        "matched ip4:192.0.2.0/24 of example.com"},
                    Row{"not_ip4", "example.com TXT v=spf1 ip4:198.51.100.0/24 -all",
                        SpfResult::Fail, "matched -all of example.com"},
                    Row{"softfail", "example.com TXT v=spf1 ~all", SpfResult::SoftFail,
                        "matched ~all"},
                    Row{"neutral", "example.com TXT v=spf1 ?ip4:192.0.2.1 -all", SpfResult::Neutral,
                        "matched ?ip4:192.0.2.1 of"},
                    Row{"mapped_client", "example.com TXT v=spf1 ip4:192.0.2.1 -all",
                        SpfResult::Pass, "matched ip4:192.0.2.1 of", "::ffff:192.0.2.1"},
                    Row{"mapped_network", "example.com TXT v=spf1 ip6:::ffff:192.0.2.1 ?all",
                        SpfResult::Neutral, "matched ?all"},
                    Row{"all_of_ip6_is_not_ip4", "example.com TXT v=spf1 ip6:::/0 ?all",
                        SpfResult::Neutral, "matched ?all"},
                    Row{"all_of_ip4_is_not_ip6", "example.com TXT v=spf1 ip4:0.0.0.0/0 ?all",
                        SpfResult::Neutral, "matched ?all", "2001:db8::1"},
                    Row{"ip6", "example.com TXT v=spf1 ip6:2001:db8::/32 -all", SpfResult::Pass,
                        "matched ip6:2001:db8::/32", "2001:db8::1"},
                    Row{"loopback_is_like_any", "example.com TXT v=spf1 -all", SpfResult::Fail,
                        "matched -all", "127.0.0.1"},
                    Row{"loopback_v6_is_like_any", "example.com TXT v=spf1 -all", SpfResult::Fail,
                        "matched -all", "::1"}),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    S_23_A, CheckHost,
    testing::Values(
        Row{"a", "example.com TXT v=spf1 a -all\nexample.com A 192.0.2.1", SpfResult::Pass,
            "matched a of example.com"},
        Row{"not_a", "example.com TXT v=spf1 a -all\nexample.com A 192.0.2.2", SpfResult::Fail,
            "matched -all"},
        Row{"a_length", "example.com TXT v=spf1 a/24 -all\nexample.com A 192.0.2.2",
            SpfResult::Pass, "matched a/24"},
        Row{"a_needs_an_address", "example.com TXT v=spf1 a/0 -all", SpfResult::Fail,
            "matched -all"},
        Row{"aaaa", "example.com TXT v=spf1 a -all\nexample.com AAAA 2001:db8::1", SpfResult::Pass,
            "matched a", "2001:db8::1"},
        Row{"a_for_an_ip6_client", "example.com TXT v=spf1 a//0 -all\nexample.com A 192.0.2.1",
            SpfResult::Fail, "matched -all", "2001:db8::1"},
        Row{"a_servfail", "example.com TXT v=spf1 a:x.example +all\nx.example A !SERVFAIL",
            SpfResult::TempError,
            "the DNS gave no answer for A of x.example (servfail), needed by \"a:x.example\" of "
            "example.com"},
        Row{"a_timeout", "example.com TXT v=spf1 a:x.example +all\nx.example A !TIMEOUT",
            SpfResult::TempError, "(timeout)"},
        Row{"a_name_that_cannot_exist", "example.com TXT v=spf1 a:mail.example...com -all",
            SpfResult::Fail, "matched -all"},
        Row{"exists",
            "example.com TXT v=spf1 exists:%{ir}.x.example -all\n"
            "1.2.0.192.x.example A 127.0.0.2",
            SpfResult::Pass, "matched exists:%{ir}.x.example"},
        Row{"exists_asks_a_for_ip6",
            "example.com TXT v=spf1 exists:x.example -all\n"
            "x.example A 127.0.0.2",
            SpfResult::Pass, "matched exists", "2001:db8::1"},
        Row{"exists_is_not_aaaa",
            "example.com TXT v=spf1 exists:x.example -all\n"
            "x.example AAAA 2001:db8::1",
            SpfResult::Fail, "matched -all", "2001:db8::1"},
        Row{"exists_servfail",
            "example.com TXT v=spf1 exists:x.example +all\nx.example * !SERVFAIL",
            SpfResult::TempError, "(servfail), needed by \"exists:x.example\""},
        // A value whose parts are fewer than asked for is taken whole.
        Row{"exists_two_parts_of_two",
            "example.com TXT v=spf1 exists:%{d2}.x.example -all\nexample.com.x.example A 127.0.0.2",
            SpfResult::Pass, "matched exists"},
        Row{"exists_five_parts_of_two",
            "example.com TXT v=spf1 exists:%{d5}.x.example -all\nexample.com.x.example A 127.0.0.2",
            SpfResult::Pass, "matched exists"}),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    S_22_Mx, CheckHost,
    testing::Values(Row{"mx",
                        "example.com TXT v=spf1 mx -all\nexample.com MX 10 a.example\n"
                        "example.com MX 20 b.example\na.example A 192.0.2.9\nb.example A 192.0.2.1",
                        SpfResult::Pass, "matched mx of example.com"},
                    Row{"no_implicit_mx", "example.com TXT v=spf1 mx -all\nexample.com A 192.0.2.1",
                        SpfResult::Fail, "matched -all"},
                    Row{"null_mx", "example.com TXT v=spf1 mx/0 -all\nexample.com MX 0 .",
                        SpfResult::Fail, "matched -all"},
                    Row{"mx_servfail", "example.com TXT v=spf1 mx +all\nexample.com MX !SERVFAIL",
                        SpfResult::TempError, "for MX of example.com (servfail)"},
                    Row{"mx_host_servfail",
                        "example.com TXT v=spf1 mx +all\nexample.com MX 10 a.example\n"
                        "a.example A !SERVFAIL",
                        SpfResult::TempError, "for A of a.example (servfail), needed by \"mx\""}),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    S_26_Ptr, CheckHost,
    testing::Values(
        Row{"ptr",
            "example.com TXT v=spf1 ptr -all\n1.2.0.192.in-addr.arpa PTR mx.example.com\n"
            "mx.example.com A 192.0.2.1",
            SpfResult::Pass, "matched ptr of example.com"},
        Row{"ptr_of_itself",
            "example.com TXT v=spf1 ptr -all\n"
            "1.2.0.192.in-addr.arpa PTR example.com\nexample.com A 192.0.2.1",
            SpfResult::Pass, "matched ptr"},
        Row{"ptr_by_whole_labels",
            "example.com TXT v=spf1 ptr -all\n"
            "1.2.0.192.in-addr.arpa PTR mx.badexample.com\n"
            "mx.badexample.com A 192.0.2.1",
            SpfResult::Fail, "matched -all"},
        Row{"ptr_not_validated",
            "example.com TXT v=spf1 ptr -all\n"
            "1.2.0.192.in-addr.arpa PTR mx.example.com\n"
            "mx.example.com A 192.0.2.2",
            SpfResult::Fail, "matched -all"},
        Row{"ptr_timeout", "example.com TXT v=spf1 ptr -all\n1.2.0.192.in-addr.arpa PTR !TIMEOUT",
            SpfResult::Fail, "matched -all"},
        Row{"ptr_name_timeout_is_skipped",
            "example.com TXT v=spf1 ptr -all\n1.2.0.192.in-addr.arpa PTR a.example.com\n"
            "1.2.0.192.in-addr.arpa PTR b.example.com\na.example.com A !TIMEOUT\n"
            "b.example.com A 192.0.2.1",
            SpfResult::Pass, "matched ptr"},
        Row{"ptr_v6",
            "example.com TXT v=spf1 ptr -all\n"
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa "
            "PTR mx.example.com\nmx.example.com AAAA 2001:db8::1",
            SpfResult::Pass, "matched ptr", "2001:db8::1"}),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    S_18_Include, CheckHost,
    testing::Values(
        Row{"pass", "example.com TXT v=spf1 ?include:a.example -all\na.example TXT v=spf1 +all",
            SpfResult::Neutral, "matched +all of a.example, by ?include:a.example of example.com"},
        Row{"pass_of_the_second",
            "example.com TXT v=spf1 include:a.example -all\n"
            "a.example TXT v=spf1 include:b.example include:c.example -all\n"
            "b.example TXT v=spf1 -all\nc.example TXT v=spf1 ip4:192.0.2.1",
            SpfResult::Pass,
            "matched ip4:192.0.2.1 of c.example, by include:c.example of a.example, by "
            "include:a.example of example.com"},
        Row{"fail", "example.com TXT v=spf1 include:a.example ~all\na.example TXT v=spf1 -all",
            SpfResult::SoftFail, "matched ~all of example.com"},
        Row{"softfail", "example.com TXT v=spf1 include:a.example -all\na.example TXT v=spf1 ~all",
            SpfResult::Fail, "matched -all of example.com"},
        Row{"neutral", "example.com TXT v=spf1 include:a.example -all\na.example TXT v=spf1",
            SpfResult::Fail, "matched -all of example.com"},
        Row{"temperror", "example.com TXT v=spf1 include:a.example +all\na.example TXT !TIMEOUT",
            SpfResult::TempError, "the record of a.example (timeout)"},
        Row{"permerror", "example.com TXT v=spf1 include:a.example +all\na.example TXT v=spf1 moo",
            SpfResult::PermError, "syntax error in the record of a.example at offset 7"},
        Row{"none", "example.com TXT v=spf1 include:a.example +all", SpfResult::PermError,
            "no SPF record at a.example, needed by \"include:a.example\" of example.com"},
        Row{"single_label", "example.com TXT v=spf1 include:%{d1} +all\ncom TXT v=spf1 +all",
            SpfResult::PermError, "com is a single label"},
        Row{"name_that_cannot_exist", "example.com TXT v=spf1 include:a..example.com +all",
            SpfResult::PermError, "\"include:a..example.com\" of example.com gives no domain name"},
        Row{"redirect_inside",
            "example.com TXT v=spf1 include:a.example -all\na.example TXT v=spf1 "
            "redirect=b.example\n"
            "b.example TXT v=spf1 ip4:192.0.2.1",
            SpfResult::Pass,
            "matched ip4:192.0.2.1 of b.example, by include:a.example of example.com"}),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    S_19_S_20_S_21_Redirect, CheckHost,
    testing::Values(
        Row{"redirect",
            "example.com TXT v=spf1 redirect=a.example\na.example TXT v=spf1 a -all\n"
            "a.example A 192.0.2.1",
            SpfResult::Pass, "matched a of a.example"},
        Row{"only_without_a_match",
            "example.com TXT v=spf1 redirect=a.example ~all\n"
            "a.example TXT v=spf1 +all",
            SpfResult::SoftFail, "matched ~all of example.com"},
        Row{"none", "example.com TXT v=spf1 redirect=a.example", SpfResult::PermError,
            "no SPF record at a.example, the target of \"redirect=a.example\" of example.com"},
        Row{"name_that_cannot_exist", "example.com TXT v=spf1 redirect=a..example.com",
            SpfResult::PermError, "gives no domain name"},
        Row{"temperror", "example.com TXT v=spf1 redirect=a.example\na.example TXT !SERVFAIL",
            SpfResult::TempError, "the record of a.example (servfail)"},
        Row{"unknown_modifiers_are_ignored",
            "example.com TXT v=spf1 exp-text=no default=pass moo=%{d} ?all", SpfResult::Neutral,
            "matched ?all"}),
    kRowName);

// ---- DNS errors ---------------------------------------------------------------------------------

/// A zone in which every question of one type ends in an error.
class FailingZone final : public dns::Lookup {
 public:
  FailingZone(std::string_view text, dns::Type type, dns::Status status)
      : zone_(dns::Zone::parse(text).value()), type_(type), status_(status) {}

  void prefetch(const dns::Question&) override {}
  dns::AnswerPtr get(const dns::Question& question, Instant deadline) override {
    if (question.type != type_) return zone_.get(question, deadline);
    return std::make_shared<dns::Answer>(dns::Answer{.status = status_});
  }

 private:
  dns::Zone zone_;
  dns::Type type_;
  dns::Status status_;
};

class CheckHostDnsError : public testing::TestWithParam<dns::Status> {};

TEST_P(CheckHostDnsError, IsTempErrorOnlyWhereItCounts) {  // S-07, S-26
  constexpr std::string_view kZone =
      "example.com TXT v=spf1 ptr ip4:198.51.100.1 exists:x.example "
      "mx +all\nx.example A 192.0.2.9";
  const auto result = [](std::string_view client, dns::Type type) {
    FailingZone lookup(kZone, type, GetParam());
    return check_host(request(client), {}, lookup, kDeadline).result;
  };
  EXPECT_EQ(result("192.0.2.1", dns::Type::Txt), SpfResult::TempError);
  EXPECT_EQ(result("192.0.2.1", dns::Type::A), SpfResult::TempError);
  EXPECT_EQ(result("192.0.2.1", dns::Type::Mx), SpfResult::Pass) << "exists matches before it";
  EXPECT_EQ(result("2001:db8::1", dns::Type::Aaaa), SpfResult::Pass) << "nothing needs it";
  EXPECT_EQ(result("192.0.2.1", dns::Type::Ptr), SpfResult::Pass)
      << "ptr does not match, that is all";
  EXPECT_EQ(result("198.51.100.1", dns::Type::A), SpfResult::Pass) << "ip4 matches before it";
}

INSTANTIATE_TEST_SUITE_P(S_07, CheckHostDnsError,
                         testing::Values(dns::Status::ServFail, dns::Status::Refused,
                                         dns::Status::Malformed, dns::Status::Timeout,
                                         dns::Status::Exhausted),
                         [](const auto& row) { return std::string(to_string(row.param)); });

// ---- Identity -----------------------------------------------------------------------------------

TEST(CheckHostIdentity, OfASingleLabelIsNone) {  // S-06
  WatchedZone lookup("localhost TXT v=spf1 +all");
  const auto outcome = check_host(request("192.0.2.1", "localhost"), {}, lookup, kDeadline);
  EXPECT_EQ(outcome.result, SpfResult::None);
  EXPECT_THAT(lookup.asked, IsEmpty());
}

TEST(CheckHostIdentity, IsLookedUpAsTxtOnly) {  // S-08
  WatchedZone lookup(
      "example.com TXT v=spf1 include:a.example ?include:b.example redirect=c.example\n"
      "a.example TXT v=spf1 -all\nb.example TXT v=spf1 -all\nc.example TXT v=spf1 +all");
  EXPECT_EQ(check_host(request(), {}, lookup, kDeadline).result, SpfResult::Pass);
  EXPECT_THAT(lookup.asked,
              ElementsAre("TXT example.com", "TXT a.example", "TXT b.example", "TXT c.example"));
}

TEST(CheckHostIdentity, OfOneSenderSaysNothingOfAnother) {  // S-40
  WatchedZone lookup(
      "example.com TXT v=spf1 exists:%{l}.%{h}.x.example -all\n"
      "user.mx.sender.example.x.example A 127.0.0.2");
  Request asked = request();
  EXPECT_EQ(check_host(asked, {}, lookup, kDeadline).result, SpfResult::Pass);
  asked.local_part = "other";
  EXPECT_EQ(check_host(asked, {}, lookup, kDeadline).result, SpfResult::Fail);
  asked.local_part = "user";
  EXPECT_EQ(check_host(asked, {}, lookup, kDeadline).result, SpfResult::Pass);
  asked.helo = "mx.other.example";
  EXPECT_EQ(check_host(asked, {}, lookup, kDeadline).result, SpfResult::Fail);
}

TEST(CheckHostIdentity, KeepsTheSenderThroughIncludes) {  // S-27
  EXPECT_EQ(check("example.com TXT v=spf1 include:a.example -all\n"
                  "a.example TXT v=spf1 exists:%{l}.%{o}.%{d}\n"
                  "user.example.com.a.example A 127.0.0.2")
                .result,
            SpfResult::Pass);
}

TEST(CheckHostIdentity, WithANonAsciiLocalPartMatchesNoTermThatNeedsIt) {  // S-31
  const std::string zone =
      "example.com TXT v=spf1 exists:%{l}.x.example include:%{s}.x.example a:%{L}.x.example ~all\n"
      "*.x.example A 192.0.2.1\n*.x.example TXT v=spf1 +all";
  Request asked = request();
  EXPECT_EQ(check(zone, asked).result, SpfResult::Pass);
  asked.local_part = "jos\xc3\xa9";
  const auto outcome = check(zone, asked);
  EXPECT_EQ(outcome.result, SpfResult::SoftFail);
  EXPECT_EQ(outcome.void_lookups, 0U);
}

TEST(CheckHostIdentity, WithANonAsciiLocalPartFollowsNoRedirectThatNeedsIt) {  // S-31
  const std::string zone =
      "example.com TXT v=spf1 redirect=%{l}.x.example\nuser.x.example TXT v=spf1 +all";
  Request asked = request();
  EXPECT_EQ(check(zone, asked).result, SpfResult::Pass);
  asked.local_part = "jos\xc3\xa9";
  EXPECT_EQ(check(zone, asked).result, SpfResult::Neutral);
}

// ---- Asking early -------------------------------------------------------------------------------

TEST(Prefetch, AsksForTheRecord) {
  WatchedZone lookup("");
  prefetch(DomainName::parse("example.com").value(), lookup);
  prefetch(DomainName::parse("localhost").value(), lookup);
  EXPECT_THAT(lookup.hinted, ElementsAre("TXT example.com"));
  EXPECT_THAT(lookup.asked, IsEmpty());
}

TEST(Prefetch, RunsAheadOfTheTerms) {
  WatchedZone lookup(
      "example.com TXT v=spf1 a mx include:a.example exists:%{l}.x.example redirect=b.example\n"
      "example.com MX 10 mx1.example\nexample.com MX 20 mx2.example\nexample.com A 192.0.2.9\n"
      "mx1.example A 192.0.2.9\nmx2.example A 192.0.2.9\na.example TXT v=spf1 -all\n"
      "b.example TXT v=spf1 +all");
  EXPECT_EQ(check_host(request(), {}, lookup, kDeadline).result, SpfResult::Pass);
  EXPECT_THAT(lookup.hinted,
              ElementsAre("A example.com", "MX example.com", "TXT a.example", "A user.x.example",
                          "TXT b.example", "A mx1.example", "A mx2.example"));
  for (const auto& question : lookup.hinted) EXPECT_THAT(lookup.asked, Contains(question));
}

}  // namespace
}  // namespace waarmerk::policy::spf
