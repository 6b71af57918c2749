// The resolver when sockets fail: packets refused, connections closed or held up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "dns/ares_resolver.h"
#include "tests/support/dns_message.h"
#include "tests/support/dns_server.h"
#include "tests/support/dns_values.h"

using namespace std::chrono_literals;

namespace waarmerk::dns {
namespace {

using test::ask;
using test::DnsQuery;
using test::DnsReplies;
using test::DnsReply;
using test::DnsServer;
using test::ReplyWriter;
using testing::HasSubstr;

constexpr unsigned kTxt = 16;
constexpr unsigned kTruncated = 0x200;
/// Far longer than anything here takes: a test that reaches it has lost an answer.
constexpr auto kLost = 60s;

const Question kHealthy = ask("healthy.example");
const Question kTroubled = ask("troubled.example");

std::unique_ptr<AresResolver> started(const ServerAddress& server,
                                      std::chrono::milliseconds timeout, unsigned tries) {
  auto resolver = AresResolver::start({.servers = {server}, .timeout = timeout, .tries = tries});
  if (!resolver) throw std::runtime_error(resolver.error().text);
  return std::move(*resolver);
}

std::future<Answer> asked(AresResolver& resolver, const Question& question) {
  auto promise = std::make_shared<std::promise<Answer>>();
  resolver.ask(question, [promise](Answer answer) { promise->set_value(std::move(answer)); });
  return promise->get_future();
}

Answer arrived(std::future<Answer> answer) {
  if (answer.wait_for(kLost) == std::future_status::ready) return answer.get();
  return empty_answer(Status::Timeout, "lost");
}

std::string good_reply(const DnsQuery& query) {
  return ReplyWriter(query.id, query.question).answer(kTxt, 60, "\1x").opt().octets();
}

std::string truncated_reply(const DnsQuery& query) {
  return ReplyWriter(query.id, query.question).flags(kTruncated).opt().octets();
}

TEST(RefusedPackets, AreSentAgainUntilTheServerIsBack) {
  const ServerAddress address = test::dead_server();
  const auto resolver = started(address, 5s, 2);
  auto answer = asked(*resolver, kHealthy);
  EXPECT_EQ(answer.wait_for(50ms), std::future_status::timeout) << "its tries are not used up";
  const DnsServer server([](const DnsQuery& query) -> DnsReplies { return {good_reply(query)}; },
                         address.port);
  EXPECT_EQ(arrived(std::move(answer)).status, Status::Found);
}

TEST(RefusedPackets, EndWithTheResolver) {
  auto resolver = started(test::dead_server(), 50s, 2);
  auto answer = asked(*resolver, kHealthy);
  EXPECT_EQ(answer.wait_for(50ms), std::future_status::timeout);
  resolver.reset();
  EXPECT_EQ(arrived(std::move(answer)).status, Status::Timeout);
}

// Else a domain with long answers could end the questions of all others.
TEST(AClosedConnection, EndsNoQuestionThatWentByUdp) {
  const DnsServer server([](const DnsQuery& query) -> DnsReplies {
    if (query.question == kHealthy) return {{good_reply(query), 300ms}};
    if (query.transport == test::Transport::Udp) return {truncated_reply(query)};
    return {{"", DnsReply::Form::Close}};
  });
  const auto resolver = started(server.address(), 20s, 1);
  auto healthy = asked(*resolver, kHealthy);
  const Answer troubled = arrived(asked(*resolver, kTroubled));
  EXPECT_EQ(troubled.status, Status::Timeout);
  EXPECT_THAT(troubled.detail, HasSubstr("truncated"));
  EXPECT_EQ(arrived(std::move(healthy)).status, Status::Found);
  EXPECT_EQ(server.queries().size(), 3U) << "each once, and one more over TCP";
}

TEST(AClosedConnection, OutweighsNoFailure) {
  const DnsServer failing([](const DnsQuery& query) -> DnsReplies {
    return {ReplyWriter(query.id, query.question).flags(2).opt().octets()};
  });
  const DnsServer closing([](const DnsQuery& query) -> DnsReplies {
    if (query.transport == test::Transport::Udp) return {truncated_reply(query)};
    return {{"", DnsReply::Form::Close}};
  });
  const auto resolver =
      AresResolver::start({.servers = {failing.address(), closing.address()}, .tries = 1}).value();
  EXPECT_EQ(arrived(asked(*resolver, kTroubled)).status, Status::ServFail);
}

// A query without EDNS is shorter; nothing may be cut off it.
TEST(AServerWithoutEdns, IsAskedWithoutItOverTcpToo) {
  const DnsServer server([](const DnsQuery& query) -> DnsReplies {
    if (query.has_edns) return {ReplyWriter(query.id, query.question).flags(1).octets()};
    const bool is_udp = query.transport == test::Transport::Udp;
    return {ReplyWriter(query.id, query.question).flags(is_udp ? kTruncated : 1).octets()};
  });
  const auto resolver = started(server.address(), 20s, 2);
  EXPECT_EQ(arrived(asked(*resolver, kTroubled)).status, Status::Refused);
  EXPECT_EQ(server.queries().size(), 3U);
}

TEST(AClosedConnection, IsOpenedAgain) {
  int connections = 0;
  const DnsServer server([&connections](const DnsQuery& query) -> DnsReplies {
    if (query.transport == test::Transport::Udp) return {truncated_reply(query)};
    if (++connections == 1) return {{good_reply(query), DnsReply::Form::Half}};
    return {good_reply(query)};
  });
  const auto resolver = started(server.address(), 20s, 2);
  EXPECT_EQ(arrived(asked(*resolver, kTroubled)).status, Status::Found);
}

// A server may answer the questions of one connection in their order only.
TEST(AConnectionThatIsHeldUp, HoldsUpNoOtherQuestion) {
  const DnsServer server([](const DnsQuery& query) -> DnsReplies {
    if (query.transport == test::Transport::Udp) return {truncated_reply(query)};
    if (query.question != kHealthy) return {};
    return {good_reply(query)};
  });
  auto resolver = started(server.address(), 50s, 1);
  auto troubled = asked(*resolver, kTroubled);
  while (server.queries().size() < 2) std::this_thread::yield();
  EXPECT_EQ(arrived(asked(*resolver, kHealthy)).status, Status::Found);
  EXPECT_NE(server.queries().front().connection, server.queries().back().connection);
  resolver.reset();
  EXPECT_EQ(arrived(std::move(troubled)).status, Status::Timeout);
}

TEST(ManyConnections, AreSharedBeyondEight) {
  constexpr std::size_t kQuestions = 40;
  const DnsServer server([](const DnsQuery& query) -> DnsReplies {
    if (query.transport == test::Transport::Udp) return {truncated_reply(query)};
    return {};
  });
  auto resolver = started(server.address(), 50s, 1);
  for (std::size_t i = 0; i < kQuestions; ++i) {
    std::ignore = asked(*resolver, ask("n" + std::to_string(i) + ".example"));
  }
  while (server.queries().size() < 2 * kQuestions) std::this_thread::yield();
  std::set<int> connections;
  for (const DnsQuery& query : server.queries()) connections.insert(query.connection);
  connections.erase(-1);
  EXPECT_EQ(connections.size(), 8U);
}

}  // namespace
}  // namespace waarmerk::dns
