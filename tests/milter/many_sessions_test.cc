// Sixty-four connections at once through the whole daemon, resolver, cache, log and reloads: what
// the sanitizers watch.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cstddef>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "tests/milter/daemon_program.h"
#include "tests/milter/good_mail.h"
#include "tests/support/dns_message.h"
#include "tests/support/dns_server.h"
#include "tests/support/wait_for.h"

namespace waarmerk::milter {
namespace {

using support::DaemonProgram;
using support::expect_accepted;
using support::good_message;
using support::greet;
using support::MilterWire;
using support::Personality;
using support::WireMessage;

constexpr std::size_t kConnections = 64;
constexpr std::size_t kRounds = 5;
constexpr std::size_t kReloads = 5;

/// example.com as in kGoodZone; nothing else exists.
test::DnsReplies example_com(const test::DnsQuery& query) {
  constexpr unsigned kTxt = 16;
  constexpr unsigned kNxDomain = 3;
  test::ReplyWriter reply(query.id, query.question);
  const std::string name = query.question.name.text();
  if (query.question.type == dns::Type::Txt && name == "example.com") {
    reply.answer(kTxt, 60, test::wire_string("v=spf1 ip4:192.0.2.1 -all"));
  } else if (query.question.type == dns::Type::Txt && name == "_dmarc.example.com") {
    reply.answer(kTxt, 60, test::wire_string("v=DMARC1; p=reject"));
  } else {
    reply.flags(kNxDomain);
  }
  return {reply.opt().octets()};
}

/// Nobody has asked for the name of this sender before.
WireMessage forged_message(std::size_t number) {
  WireMessage message = good_message();
  message.mail_from = "<a@" + std::to_string(number) + ".stranger.example>";
  return message;
}

/// One mail server's life: good and forged messages, some given up, some cut off.
void live(const std::string& socket, std::size_t number, std::atomic<std::size_t>& messages) {
  const Personality personality = number % 2 == 0 ? Personality::Postfix : Personality::Sendmail;
  for (std::size_t round = 0; round < kRounds; ++round) {
    MilterWire mta(socket, personality);
    greet(mta);
    expect_accepted(mta.send(good_message()));
    EXPECT_EQ(mta.send(forged_message(number)).reply, 'y');
    messages += 2;
    mta.mail("<sender@example.com>");
    mta.recipient("<user@example.org>");
    mta.data();
    mta.header("From", " Sender <sender@example.com>");
    if ((number + round) % 3 == 0) continue;
    mta.abort();
    expect_accepted(mta.send(good_message()));
    ++messages;
    mta.quit();
  }
}

std::size_t count_of(std::string_view word, std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

TEST(ManySessions, AreJudgedRightWhileTheSettingsChange) {
  const test::DnsServer dns(example_com);
  DaemonProgram daemon;
  const std::string socket = daemon.file("w.sock");
  const std::string config =
      daemon.config("unix:" + socket, {}, "servers = [\"" + dns.address().text() + "\"]");
  daemon.configure(config);
  ASSERT_TRUE(daemon.start()) << daemon.said();

  std::atomic<std::size_t> messages = 0;
  std::latch start(kConnections + 1);
  std::vector<std::thread> servers;
  for (std::size_t i = 0; i < kConnections; ++i) {
    servers.emplace_back([&, i] {
      start.arrive_and_wait();
      live(socket, i, messages);
    });
  }
  start.arrive_and_wait();
  for (std::size_t i = 1; i <= kReloads; ++i) {
    daemon.signal(SIGUSR1);
    EXPECT_TRUE(support::wait_for([&] { return count_of("are in force", daemon.said()) >= i; }));
  }
  for (std::thread& server : servers) server.join();
  EXPECT_EQ(daemon.log_lines().size(), messages);
  EXPECT_FALSE(daemon.has_ended()) << daemon.said();
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait_for_end(), 0) << daemon.said();
}

}  // namespace
}  // namespace waarmerk::milter
