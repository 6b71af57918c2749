// What libspf2 is known to get wrong by itself, beyond what the OpenSPF suite asks: one row for
// each finding, held against the native evaluator and against the library behind its guard.
// Comments say what the library alone makes of it. RFC 7208
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/policy/spf/check_host_fixture.h"

namespace waarmerk::policy::spf {
namespace {

struct Finding {
  std::string name;
  /// Lines for example.com, whose record stands in the first without "example.com TXT v=spf1 ".
  std::string zone;
  SpfResult want;
  std::string client = "192.0.2.1";
  std::string explanation{};
  /// So many questions to the DNS; 0 leaves it open.
  std::size_t questions = 0;
};
std::ostream& operator<<(std::ostream& out, const Finding& finding) { return out << finding.name; }

class LibraryFinding : public testing::TestWithParam<Finding> {};

TEST_P(LibraryFinding, IsDecidedByTheRfcWithBothEngines) {
  const Finding& finding = GetParam();
  std::vector<std::vector<std::string>> asked;
  for (const Evaluator& engine : kEvaluators) {
    WatchedZone lookup("example.com TXT v=spf1 " + finding.zone);
    const SpfOutcome outcome = engine.check(request(finding.client), {}, lookup, kDeadline);
    EXPECT_EQ(to_string(outcome.result), to_string(finding.want))
        << engine.name << ": " << outcome.reason;
    EXPECT_EQ(outcome.explanation, finding.explanation) << engine.name;
    if (finding.questions != 0) {
      EXPECT_EQ(lookup.asked.size(), finding.questions) << engine.name;
    }
    asked.push_back(lookup.asked);
  }
  EXPECT_EQ(asked[0], asked[1]);
}

// The first character of a value with fewer parts than asked for is lost.
INSTANTIATE_TEST_SUITE_P(
    S_27_Macros, LibraryFinding,
    testing::Values(
        Finding{"five_parts_of_two",
                "exists:%{d5}.x.example -all\nexample.com.x.example A 127.0.0.2", SpfResult::Pass},
        Finding{"five_parts_without_the_first_letter",
                "exists:%{d5}.x.example -all\nxample.com.x.example A 127.0.0.2", SpfResult::Fail},
        Finding{"two_parts_of_two",
                "exists:%{d2}.x.example -all\nexample.com.x.example A 127.0.0.2", SpfResult::Pass},
        Finding{"one_part_of_one", "exists:%{l1}.x.example -all\nuser.x.example A 127.0.0.2",
                SpfResult::Pass},
        Finding{"one_part_without_the_first_letter",
                "exists:%{l1}.x.example -all\nser.x.example A 127.0.0.2", SpfResult::Fail},
        // A signed integer overflows.
        Finding{"more_parts_than_an_integer_counts",
                "exists:%{d99999999999}.x.example -all\nexample.com.x.example A 127.0.0.2",
                SpfResult::Pass},
        Finding{"no_parts", "exists:%{d0}.x.example -all\nx.example A 127.0.0.2",
                SpfResult::PermError},
        // Nibbles come in lower case.
        Finding{"ipv6_nibbles_in_a_text", "-all exp=x.example\nx.example TXT %{i}", SpfResult::Fail,
                "2001:db8::cb01",
                "2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.C.B.0.1"},
        // The first validated name is taken, not the one below the domain.
        Finding{"client_name_below_the_domain",
                "exists:%{p}.x.example -all\nmx.example.com.x.example A 127.0.0.2" +
                    std::string(kTwoNames),
                SpfResult::Pass},
        Finding{"client_name_of_a_stranger",
                "exists:%{p}.x.example -all\nmx.other.example.x.example A 127.0.0.2" +
                    std::string(kTwoNames),
                SpfResult::Fail}),
    kRowName);

// ---- Records ------------------------------------------------------------------------------------

/// `count` networks that do not hold 192.0.2.1 or 2001:db8::1.
std::string networks(std::string_view mechanism, std::string_view prefix, int count) {
  std::string all;
  for (int i = 1; i <= count; ++i) {
    all += std::string(mechanism) + std::string(prefix) + std::to_string(i) + " ";
  }
  return all;
}
std::string v4_networks(int count) { return networks("ip4:", "198.51.100.", count); }
std::string v6_networks(int count) { return networks("ip6:", "2001:db8:1::", count); }

// What does not fit into 511 compiled octets is dropped without a word.
INSTANTIATE_TEST_SUITE_P(
    S_41_LongRecords, LibraryFinding,
    testing::Values(
        Finding{"all_behind_64_networks", v4_networks(64) + "-all", SpfResult::Fail},
        Finding{"all_behind_200_networks", v4_networks(200) + "-all", SpfResult::Fail},
        Finding{"a_pass_behind_64_networks", v4_networks(64) + "ip4:192.0.2.1 -all",
                SpfResult::Pass},
        Finding{"all_behind_26_networks_of_ipv6", v6_networks(26) + "-all", SpfResult::Fail,
                "2001:db8::1"},
        Finding{"a_pass_behind_26_networks_of_ipv6", v6_networks(26) + "ip6:2001:db8::1 -all",
                SpfResult::Pass, "2001:db8::1"},
        Finding{"a_redirect_behind_64_networks",
                v4_networks(64) + "redirect=a.example\na.example TXT v=spf1 -all", SpfResult::Fail},
        Finding{"an_error_behind_64_networks", v4_networks(64) + "moo", SpfResult::PermError}),
    kRowName);

// A mechanism with junk is passed over, and a prefix length wraps around.
INSTANTIATE_TEST_SUITE_P(
    S_12_S_24_Networks, LibraryFinding,
    testing::Values(
        Finding{"junk_of_46_characters", "ip4:" + std::string(46, 'x') + " -all",
                SpfResult::PermError},
        Finding{"junk_of_400_characters", "ip6:" + std::string(400, 'x') + " -all",
                SpfResult::PermError},
        Finding{"junk_behind_an_address", "ip4:192.0.2.1" + std::string(46, ' ') + "x -all",
                SpfResult::PermError},
        Finding{"two_to_the_32_and_1", "ip4:192.0.0.0/4294967297 -all", SpfResult::PermError},
        Finding{"one", "ip4:192.0.0.0/1 -all", SpfResult::Pass},
        Finding{"two_to_the_32_and_1_of_ipv6", "ip6:2001:db8::/4294967297 -all",
                SpfResult::PermError, "2001:db8::1"},
        Finding{"two_to_the_64_and_1", "ip4:192.0.0.0/18446744073709551617 -all",
                SpfResult::PermError},
        Finding{"two_to_the_32_and_1_of_a", "a/4294967297 -all\nexample.com A 192.0.2.9",
                SpfResult::PermError},
        Finding{"two_to_the_31", "mx//2147483648 -all", SpfResult::PermError}),
    kRowName);

// Whoever comes from the loopback network passes, whatever the record says.
INSTANTIATE_TEST_SUITE_P(
    S_05_Loopback, LibraryFinding,
    testing::Values(Finding{"v4", "-all", SpfResult::Fail, "127.0.0.1"},
                    Finding{"v4_at_the_end", "-all", SpfResult::Fail, "127.255.255.254"},
                    Finding{"v6", "-all", SpfResult::Fail, "::1"},
                    Finding{"mapped", "-all", SpfResult::Fail, "::ffff:127.0.0.1"},
                    Finding{"listed", "ip4:127.0.0.0/8 -all", SpfResult::Pass, "127.0.0.1"},
                    Finding{"v6_listed", "ip6:::1 -all", SpfResult::Pass, "::1"}),
    kRowName);

// ---- DNS ----------------------------------------------------------------------------------------

// Of the errors only a timeout counts, and that of a PTR record does although it must not.
INSTANTIATE_TEST_SUITE_P(
    S_07_S_26_DnsErrors, LibraryFinding,
    testing::Values(
        Finding{"a_servfail", "a +all\nexample.com A !SERVFAIL", SpfResult::TempError},
        Finding{"a_bogus", "a +all\nexample.com A !BOGUS", SpfResult::TempError},
        Finding{"a_nodata", "a -all\nexample.com A !NODATA", SpfResult::Fail},
        Finding{"mx_servfail", "mx +all\nexample.com MX !SERVFAIL", SpfResult::TempError},
        Finding{"mx_host_servfail", "mx +all\nexample.com MX 1 a.example\na.example A !SERVFAIL",
                SpfResult::TempError},
        Finding{"exists_servfail", "exists:x.example +all\nx.example A !SERVFAIL",
                SpfResult::TempError},
        Finding{"include_servfail", "include:x.example +all\nx.example TXT !SERVFAIL",
                SpfResult::TempError},
        Finding{"redirect_servfail", "redirect=x.example\nx.example TXT !SERVFAIL",
                SpfResult::TempError},
        Finding{"ptr_servfail", "ptr -all\n1.2.0.192.in-addr.arpa PTR !SERVFAIL", SpfResult::Fail},
        Finding{"ptr_timeout", "ptr -all\n1.2.0.192.in-addr.arpa PTR !TIMEOUT", SpfResult::Fail},
        Finding{"ptr_name_timeout",
                "ptr -all\n1.2.0.192.in-addr.arpa PTR a.example.com\na.example.com A !TIMEOUT",
                SpfResult::Fail},
        Finding{"ptr_name_behind_a_timeout",
                "ptr -all\n1.2.0.192.in-addr.arpa PTR a.example.com\n"
                "1.2.0.192.in-addr.arpa PTR b.example.com\na.example.com A !TIMEOUT\n"
                "b.example.com A 192.0.2.1",
                SpfResult::Pass},
        Finding{"client_name_timeout",
                "exists:%{p}.x.example -all\n1.2.0.192.in-addr.arpa PTR !TIMEOUT\n"
                "unknown.x.example A 127.0.0.2",
                SpfResult::Pass}),
    kRowName);

/// Nine includes, each with nine more, each with nine address terms.
std::string include_tree() {
  std::string zone = "?all";
  for (char i = '9'; i >= '1'; --i) zone.insert(0, std::string("include:i") + i + ".example ");
  for (char i = '1'; i <= '9'; ++i) {
    zone += std::string("\ni") + i + ".example TXT v=spf1" + repeated(" include:leaf.example", 9);
  }
  return zone + "\nleaf.example TXT v=spf1" + repeated(" a", 9) + "\nleaf.example A 192.0.2.9";
}

/// Each record includes the next; the last one passes.
std::string include_chain(int count) {
  std::string zone = "include:i1.example -all";
  for (int i = 1; i < count; ++i) {
    zone += "\ni" + std::to_string(i) + ".example TXT v=spf1 include:i" + std::to_string(i + 1) +
            ".example";
  }
  return zone + "\ni" + std::to_string(count) + ".example TXT v=spf1 +all";
}

std::string mail_hosts(std::string_view address) {
  return "mx a:t9.x -all\nexample.com MX 1 t1.x\nexample.com MX 2 h1.x\nt9.x A 192.0.2.9\n"
         "t1.x A 192.0.2.9\nh1.x A " +
         std::string(address);
}

std::string long_name(char first) {
  std::string name;
  for (char c = first; c < first + 3; ++c) name += std::string(60, c) + ".";
  return name + "example";
}

std::string long_names(std::string_view term) {
  std::string record;
  for (const char c : {'a', 'd', 'g', 'j'}) record += std::string(term) + long_name(c) + " ";
  return record + "-all\n1.2.0.192.in-addr.arpa PTR ";
}

// Every include has ten terms of its own, twenty deep: the tree below is 820 questions.
INSTANTIATE_TEST_SUITE_P(
    S_13_S_41_Amplification, LibraryFinding,
    testing::Values(
        Finding{.name = "tree_of_includes",
                .zone = include_tree(),
                .want = SpfResult::PermError,
                .questions = 11},
        Finding{.name = "chain_of_10", .zone = include_chain(10), .want = SpfResult::Pass},
        Finding{.name = "chain_of_11", .zone = include_chain(11), .want = SpfResult::PermError},
        Finding{.name = "chain_of_30", .zone = include_chain(30), .want = SpfResult::PermError},
        Finding{.name = "loop_of_redirects",
                .zone = "redirect=a.example\na.example TXT v=spf1 redirect=example.com",
                .want = SpfResult::PermError,
                .questions = 11},
        // No guess is made and nobody else is asked for a domain without a record.
        Finding{.name = "an_included_domain_without_a_record",
                .zone = "include:a.example +all",
                .want = SpfResult::PermError,
                .questions = 2}),
    kRowName);

// Names that could pass for the guard's own, and names that would not fit into what the library
// compiles.
INSTANTIATE_TEST_SUITE_P(
    Names, LibraryFinding,
    testing::Values(
        Finding{"mail_host_named_as_a_term", mail_hosts("192.0.2.1"), SpfResult::Pass},
        Finding{"mail_host_named_as_a_term_elsewhere", mail_hosts("192.0.2.9"), SpfResult::Fail},
        Finding{"domain_named_as_another_term",
                "exists:t2.x a:t1.x -all\nt1.x A 192.0.2.1\nt2.x TXT nothing", SpfResult::Pass},
        Finding{"domain_named_as_term_0", "include:t0.x -all\nt0.x TXT v=spf1 -all",
                SpfResult::Fail},
        Finding{
            "long_names_of_ptr",
            long_names("ptr:") + "mx." + long_name('j') + "\nmx." + long_name('j') + " A 192.0.2.1",
            SpfResult::Pass},
        Finding{
            "long_names_of_ptr_that_are_not_ours",
            long_names("ptr:") + "mx." + long_name('m') + "\nmx." + long_name('m') + " A 192.0.2.1",
            SpfResult::Fail},
        Finding{"long_names_of_a",
                "?a:" + long_name('a') + " a:" + long_name('d') + " a:" + long_name('g') +
                    " -all\n" + long_name('g') + " A 192.0.2.1",
                SpfResult::Pass}),
    kRowName);

// ---- Explanations -------------------------------------------------------------------------------

// Three includes that do not match cost four questions for the text; neutral and softfail cost one.
constexpr std::string_view kThreeIncludes =
    " exp=x.example\nx.example TXT No.\na.example TXT v=spf1 -all exp=x.example\n"
    "b.example TXT v=spf1 ~all exp=x.example\nc.example TXT v=spf1 ?all exp=x.example";
std::string three_includes(std::string_view all) {
  return "include:a.example include:b.example include:c.example " + std::string(all) +
         std::string(kThreeIncludes);
}
INSTANTIATE_TEST_SUITE_P(S_32_ExplanationIsFetchedOnce, LibraryFinding,
                         testing::Values(Finding{"for_fail", three_includes("-all"),
                                                 SpfResult::Fail, "192.0.2.1", "No.", 5},
                                         Finding{"not_for_softfail", three_includes("~all"),
                                                 SpfResult::SoftFail, "192.0.2.1", "", 4},
                                         Finding{"not_for_neutral", three_includes("?all"),
                                                 SpfResult::Neutral, "192.0.2.1", "", 4},
                                         Finding{"not_for_pass", three_includes("+all"),
                                                 SpfResult::Pass, "192.0.2.1", "", 4}),
                         kRowName);

INSTANTIATE_TEST_SUITE_P(
    S_33_Explanation, LibraryFinding,
    testing::Values(
        // The text that came with the library names a site of old.
        Finding{"none_of_its_own", "-all", SpfResult::Fail, "192.0.2.1", "", 1},
        // Taken for an explanation, although it is an unknown modifier.
        Finding{"exp_text", "exp-text=No -all", SpfResult::Fail, "192.0.2.1", "", 1},
        Finding{"exp_text_and_exp", "exp-text=No -all exp=x.example\nx.example TXT Yes.",
                SpfResult::Fail, "192.0.2.1", "Yes."},
        // A space is taken for a '%'.
        Finding{"spaces", "-all exp=x.example\nx.example TXT See me, or %{c}.", SpfResult::Fail,
                "192.0.2.1", "See me, or 192.0.2.1."},
        Finding{"spaces_before_a_macro", "-all exp=x.example\nx.example TXT a  %{d} b",
                SpfResult::Fail, "192.0.2.1", "a  example.com b"},
        Finding{"bare_percent", "-all exp=x.example\nx.example TXT 100 % sure", SpfResult::Fail},
        // The first of several is taken.
        Finding{"two_texts", "-all exp=x.example\nx.example TXT a\nx.example TXT b",
                SpfResult::Fail},
        Finding{"octets_beyond_ascii", "-all exp=x.example\nx.example TXT \\195\\169",
                SpfResult::Fail},
        // A name that gets too long is not cut.
        Finding{"name_of_more_than_253_octets",
                "-all exp=" + repeated("%{d}.", 30) + "x.example\ncom." +
                    repeated("example.com.", 20) + "x.example TXT No.",
                SpfResult::Fail, "192.0.2.1", "No."}),
    kRowName);

TEST(LibraryFindings, S_33_HaveNoLineBreaksOfTheSender) {
  // Sender and HELO are copied as they come.
  Request asked = request();
  asked.local_part = "a\r\nX-Injected: yes";
  asked.helo = "mx\r\n.example";
  for (const Evaluator& engine : kEvaluators) {
    WatchedZone lookup("example.com TXT v=spf1 -all exp=x.example\nx.example TXT %{s} at %{h}");
    const SpfOutcome outcome = engine.check(asked, {}, lookup, kDeadline);
    EXPECT_EQ(outcome.result, SpfResult::Fail) << engine.name;
    EXPECT_EQ(outcome.explanation, "a??X-Injected: yes@example.com at mx??.example") << engine.name;
    EXPECT_EQ(outcome.reason.find_first_of("\r\n"), std::string::npos) << engine.name;
  }
}

TEST(LibraryFindings, S_31_MatchNoTermThatNeedsALocalPartInAscii) {
  // Octets of the local part go into the name as they are.
  const std::string zone = "*.x.example A 127.0.0.2\n*.x.example TXT v=spf1 +all\nexample.com TXT ";
  Request asked = request();
  for (const std::string_view term :
       {"exists:%{l}.x.example", "include:%{l}.x.example", "redirect=%{l}.x.example"}) {
    for (const Evaluator& engine : kEvaluators) {
      WatchedZone lookup(zone + "v=spf1 " + std::string(term));
      asked.local_part = "jose";
      EXPECT_EQ(engine.check(asked, {}, lookup, kDeadline).result, SpfResult::Pass) << term;
      asked.local_part = "jos\xc3\xa9";
      EXPECT_EQ(engine.check(asked, {}, lookup, kDeadline).result, SpfResult::Neutral) << term;
    }
  }
}

}  // namespace
}  // namespace waarmerk::policy::spf
