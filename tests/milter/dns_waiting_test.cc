// Messages that wait for the DNS: they end, they delay no other, and only so many of them wait.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "tests/milter/dns_lab.h"
#include "tests/support/process_state.h"
#include "tests/support/wait_for.h"
#include "tests/support/zone_server.h"

namespace waarmerk::milter {
namespace {

using namespace std::chrono_literals;
using support::DnsLab;
using support::MilterWire;
using support::WireMessage;
using test::DnsReplies;
using test::DnsServer;
using test::Honest;
using test::zone_script;
using testing::HasSubstr;

const std::string kHealthy = "healthy.example";
const char* const kPass = "pass pass pass accept";
/// Nothing that waits for a server here ends while the test runs.
constexpr const char* kPatient = "query_timeout_ms = 30000\nmessage_budget_ms = 120000\n";

DnsReplies silence(const Honest&) { return {}; }

std::string silent_domain(int number) { return "s" + std::to_string(number) + ".silent.example"; }

/// Everything up to the end of the message, whose answer is not waited for.
void send_without_waiting(MilterWire& mta, const WireMessage& message) {
  mta.mail(message.mail_from);
  mta.recipient(message.recipients.front());
  mta.data();
  for (const auto& [name, value] : message.fields) mta.header(name, value);
  mta.end_of_headers();
  mta.body(message.body.front());
  mta.send_frame('E', "");
}

/// Sessions whose messages come from a domain each of which the server says nothing.
class StuckSessions {
 public:
  StuckSessions(const DnsLab& lab, int count) {
    for (int i = 0; i < count; ++i) {
      sessions_.push_back(lab.greeted());
      send_without_waiting(*sessions_.back(), support::signed_mail_of(silent_domain(i)));
    }
  }

 private:
  std::vector<std::unique_ptr<MilterWire>> sessions_;
};

bool has_asked(const DnsServer& server, const std::string& name) {
  return std::ranges::any_of(server.queries(), [&name](const test::DnsQuery& query) {
    return query.question.name.text() == name;
  });
}

// M-33: while they wait, the mail of others is judged; the server has answered none of theirs.
TEST(StuckMessages, DelayNoOther) {
  constexpr int kStuck = 32;
  const DnsServer server(zone_script(support::zone_of(kHealthy), "silent.example", silence));
  DnsLab lab({server.address()}, kPatient);
  ASSERT_TRUE(lab.started());
  const StuckSessions stuck(lab, kStuck);
  ASSERT_TRUE(support::wait_for([&] { return has_asked(server, silent_domain(kStuck - 1)); }));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(lab.judged(support::signed_mail_of(kHealthy)).text(), kPass);
  }
  EXPECT_EQ(lab.daemon().log_lines().size(), 10U) << "the others wait still";
}

struct LimitCase {
  std::string name;
  std::string policy;
  std::string action;
};
std::ostream& operator<<(std::ostream& out, const LimitCase& row) { return out << row.name; }

class WaitingLimit : public testing::TestWithParam<LimitCase> {};

// Q-02: beyond dns.max_waiting a message is not held up; on_temperror says what becomes of it.
TEST_P(WaitingLimit, EndsMessagesAtOnce) {
  constexpr std::size_t kPlaces = 8;
  constexpr int kSessions = 64;
  const DnsServer server(zone_script(support::zone_of(kHealthy), "silent.example", silence));
  DnsLab lab({server.address()}, std::string(kPatient) + "max_waiting = 8\n", GetParam().policy);
  ASSERT_TRUE(lab.started());
  ASSERT_EQ(lab.judged(support::signed_mail_of(kHealthy)).text(), kPass);

  const StuckSessions stuck(lab, kSessions);
  const auto ended = [&lab] { return lab.daemon().log_lines().size() - 1; };
  EXPECT_TRUE(support::wait_for([&] { return ended() >= kSessions - kPlaces; })) << ended();
  EXPECT_EQ(lab.judged(support::signed_mail_of(kHealthy)).text(), kPass)
      << "answers that are known need no place";
  std::size_t found = 0;
  for (int i = 0; i < kSessions; ++i) {
    for (const auto& line : lab.lines_of(silent_domain(i))) {
      ++found;
      EXPECT_EQ(line["dmarc"]["result"], "temperror");
      EXPECT_EQ(line["decision"]["action"], GetParam().action);
      EXPECT_EQ(line["dns"][0]["status"], "exhausted");
      EXPECT_EQ(line["dns"][0]["text"], "too many sessions wait");
    }
  }
  EXPECT_EQ(found, kSessions - kPlaces) << "as many as there are places wait still";
}

INSTANTIATE_TEST_SUITE_P(
    Table, WaitingLimit,
    testing::Values(LimitCase{"Accepting", "on_temperror = \"accept\"", "accept"},
                    LimitCase{"Deferring", "on_temperror = \"defer\"", "defer"}),
    [](const auto& row) { return row.param.name; });

// Every name is new, and none is ever answered. The 10,000 questions that may be under way are
// reached before the half.
TEST(WaitingLimit, KeepsMemoryFlat) {
  constexpr int kMessages = 5000;
  constexpr int kHalf = kMessages / 2;
  constexpr std::size_t kMoreKilobytes = 2 * 1024;
  const DnsServer server(zone_script("", "silent.example", silence));
  DnsLab lab({server.address()}, std::string(kPatient) + "max_waiting = 1\n",
             "on_temperror = \"accept\"");
  ASSERT_TRUE(lab.started());
  // One of them has the only place when the other one is sent away.
  const StuckSessions stuck(lab, 2);
  ASSERT_TRUE(support::wait_for([&] { return !lab.daemon().log_lines().empty(); }));

  const auto mta = lab.greeted();
  std::size_t at_half = 0;
  WireMessage message = support::signed_mail_of(silent_domain(0));
  for (int i = 1; i <= kMessages; ++i) {
    const std::string domain = "a.b.c." + silent_domain(i + 10);
    message.mail_from = "<sender@" + domain + ">";
    message.fields[1] = {"From", " <sender@" + domain + ">"};
    ASSERT_EQ(mta->send(message).reply, 'c') << i;
    if (i == kHalf) at_half = support::resident_kilobytes(lab.daemon().pid());
  }
  const std::size_t at_end = support::resident_kilobytes(lab.daemon().pid());
  EXPECT_GT(at_half, 0U);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer keeps what is freed";
#endif
  EXPECT_LT(at_end, at_half + kMoreKilobytes);
  RecordProperty("kilobytes_at_half", static_cast<int>(at_half));
  RecordProperty("kilobytes_at_end", static_cast<int>(at_end));
}

}  // namespace
}  // namespace waarmerk::milter
