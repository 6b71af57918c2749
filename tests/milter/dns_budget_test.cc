// What a sender can make a message ask is bounded, and what decides about the author is asked
// first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/milter/dns_lab.h"
#include "tests/support/dkim_signer.h"
#include "tests/support/zone_server.h"

namespace waarmerk::milter {
namespace {

using namespace std::chrono_literals;
using support::DnsLab;
using support::WireMessage;
using test::DnsReplies;
using test::DnsServer;
using test::Honest;
using test::Trouble;
using test::zone_script;

/// Long beside the budget, which is far less than all questions of a row together.
constexpr auto kDelay = 400ms;
constexpr const char* kShortBudget = "message_budget_ms = 1500\n";
/// No question ends by itself.
constexpr const char* kOnlyTheBudget = "query_timeout_ms = 30000\nmessage_budget_ms = 1000\n";

DnsReplies slow(const Honest& honest) { return {{honest.octets(), kDelay}}; }
DnsReplies prompt(const Honest& honest) { return {honest.octets()}; }
DnsReplies silence(const Honest&) { return {}; }

const std::string kAuthor = "author.example";

std::string slow_name(int number) { return "n" + std::to_string(number) + ".slow.example"; }

/// Includes of includes, as deep as ten terms allow; the last one authorises the client.
std::string deep_includes() {
  std::string zone = kAuthor + " TXT v=spf1 include:" + slow_name(0) + " -all\n_dmarc." + kAuthor +
                     " TXT v=DMARC1; p=reject\n";
  for (int i = 0; i < 8; ++i) {
    zone += slow_name(i) + " TXT v=spf1 include:" + slow_name(i + 1) + " -all\n";
  }
  return zone + slow_name(8) + " TXT v=spf1 ip4:192.0.2.1 -all\n";
}

/// Redirects, of which each asks for the address of another host first.
std::string redirects_and_addresses() {
  std::string zone = kAuthor + " TXT v=spf1 redirect=" + slow_name(0) + "\n_dmarc." + kAuthor +
                     " TXT v=DMARC1; p=reject\n";
  for (int i = 0; i < 4; ++i) {
    zone += slow_name(i) + " TXT v=spf1 a:a." + slow_name(i) + " redirect=" + slow_name(i + 1) +
            "\na." + slow_name(i) + " A 192.0.2.99\n";
  }
  return zone + slow_name(4) + " TXT v=spf1 ip4:192.0.2.1 -all\n";
}

WireMessage unsigned_mail() {
  WireMessage message;
  message.mail_from = "<sender@" + kAuthor + ">";
  message.fields = {{"From", " <sender@" + kAuthor + ">"}, {"Subject", " Hello"}};
  return message;
}

struct EndlessCase {
  std::string name;
  std::string zone;
};
std::ostream& operator<<(std::ostream& out, const EndlessCase& row) { return out << row.name; }

class EndlessRecord : public testing::TestWithParam<EndlessCase> {};

// Q-02, S-17, S-41
TEST_P(EndlessRecord, EndsWithTheBudgetOfTheMessage) {
  const DnsServer server(zone_script(GetParam().zone, "slow.example", slow));
  const DnsLab lab({server.address()}, kShortBudget);
  ASSERT_TRUE(lab.started());
  const auto judged = lab.judged(unsigned_mail());
  EXPECT_EQ(judged.text(), "temperror - temperror 451");
  EXPECT_EQ(judged.line["dns"][0]["name"], "_dmarc." + kAuthor) << "the author is asked first";
  EXPECT_EQ(judged.line["dns"][0]["status"], "found");
  EXPECT_EQ(judged.line["dmarc"]["policy"], "reject");
}

TEST_P(EndlessRecord, PassesWhereTheServerIsPrompt) {
  const DnsServer server(zone_script(GetParam().zone, "slow.example", prompt));
  const DnsLab lab({server.address()}, kShortBudget);
  ASSERT_TRUE(lab.started());
  EXPECT_EQ(lab.judged(unsigned_mail()).text(), "pass - pass accept");
}

INSTANTIATE_TEST_SUITE_P(Table, EndlessRecord,
                         testing::Values(EndlessCase{"DeepIncludes", deep_includes()},
                                         EndlessCase{"RedirectsAndAddresses",
                                                     redirects_and_addresses()}),
                         [](const auto& row) { return row.param.name; });

/// The author's own signature below `count` of strangers.
WireMessage signed_by_strangers_too(int count) {
  WireMessage message = support::signed_mail_of(kAuthor);
  const std::vector<policy::HeaderField> fields{{"From", " <sender@" + kAuthor + ">"},
                                                {"Subject", " Hello"}};
  for (int i = 0; i < count; ++i) {
    const auto signature = support::sign(
        fields, message.body.front(),
        {.key = support::TestKey::Ed25519, .domain = slow_name(i), .names = {"From", "Subject"}});
    message.fields.insert(message.fields.begin(), {signature.name, signature.value});
  }
  return message;
}

// 0004, K-19: keys of strangers use up the time, and the author's key was asked before.
TEST(EndlessKeys, HideNotTheAuthors) {
  const DnsServer server(zone_script(support::zone_of(kAuthor), "slow.example", silence));
  const DnsLab lab({server.address()}, kOnlyTheBudget);
  ASSERT_TRUE(lab.started());
  const auto judged = lab.judged(signed_by_strangers_too(19));
  EXPECT_EQ(judged.text(), "pass temperror pass accept");
  EXPECT_EQ(judged.line["dkim"].back()["domain"], kAuthor);
  EXPECT_EQ(judged.line["dkim"].back()["result"], "pass");
}

// T-19: the names of a long walk, of which none is answered.
TEST(AnEndlessWalk, EndsWithTheBudgetOfTheMessage) {
  const DnsServer server(zone_script(support::zone_of(kAuthor), "slow.example", silence));
  const DnsLab lab({server.address()}, kOnlyTheBudget);
  ASSERT_TRUE(lab.started());
  WireMessage message = support::signed_mail_of(kAuthor);
  message.fields[1].second = " <sender@a.b.c.d.e.f.g.h.slow.example>";
  const auto judged = lab.judged(message);
  EXPECT_EQ(judged.line["dmarc"]["result"], "temperror");
  EXPECT_EQ(judged.line["decision"]["action"], "defer");
}

}  // namespace
}  // namespace waarmerk::milter
