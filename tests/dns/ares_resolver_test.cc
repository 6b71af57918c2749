// The resolver against scripted servers on loopback.
#include "dns/ares_resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>

#include "tests/dns/failing_memory.h"
#include "tests/support/dns_message.h"
#include "tests/support/dns_server.h"
#include "tests/support/dns_values.h"

using namespace std::chrono_literals;
using namespace std::string_literals;

namespace waarmerk::dns {
namespace {

using test::ask;
using test::DnsQuery;
using test::DnsServer;
using test::ReplyWriter;
using test::Transport;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr unsigned kTxt = 16;
constexpr unsigned kFormErr = 1;
constexpr unsigned kServFail = 2;
constexpr unsigned kRefused = 5;
constexpr unsigned kAuthenticData = 0x20;
constexpr unsigned kTruncated = 0x200;

/// Far longer than anything here takes: a test that reaches it has lost an answer.
constexpr auto kLost = 60s;

using Replies = test::DnsReplies;

ReplyWriter reply_to(const DnsQuery& query) { return {query.id, query.question}; }

/// A script that gives every query one text.
DnsServer::Script says(std::string_view text, unsigned flags = 0) {
  return [text = std::string(text), flags](const DnsQuery& query) -> Replies {
    return {reply_to(query).flags(flags).answer(kTxt, 60, test::wire_string(text)).opt().octets()};
  };
}

DnsServer::Script says_rcode(unsigned rcode) {
  return [rcode](const DnsQuery& query) -> Replies {
    return {reply_to(query).flags(rcode).opt().octets()};
  };
}

Replies silent(const DnsQuery&) { return {}; }

AresOptions options_for(std::vector<ServerAddress> servers) {
  AresOptions options;
  options.servers = std::move(servers);
  options.timeout = 100ms;
  options.tries = 1;
  return options;
}

std::unique_ptr<AresResolver> started(const AresOptions& options) {
  auto resolver = AresResolver::start(options);
  if (!resolver) throw std::runtime_error(resolver.error().text);
  return std::move(*resolver);
}

/// The answer to a question; a Timeout with the detail "lost" if the resolver forgets it.
Answer resolved(AresResolver& resolver, const Question& question = ask("a.example")) {
  auto promise = std::make_shared<std::promise<Answer>>();
  auto future = promise->get_future();
  resolver.ask(question, [promise](Answer answer) { promise->set_value(std::move(answer)); });
  if (future.wait_for(kLost) == std::future_status::ready) return future.get();
  return empty_answer(Status::Timeout, "lost");
}

Answer resolved_by(std::initializer_list<const DnsServer*> servers) {
  std::vector<ServerAddress> addresses;
  for (const DnsServer* server : servers) addresses.push_back(server->address());
  return resolved(*started(options_for(std::move(addresses))));
}

TEST(AresResolver, GivesTheAnswerOfTheServer) {
  const DnsServer server(says("v=spf1 -all"));
  const Answer answer = resolved_by({&server});
  EXPECT_EQ(answer.status, Status::Found);
  EXPECT_EQ(answer.security, Security::Insecure);
  EXPECT_EQ(answer.ttl, 60s);
  EXPECT_THAT(answer.texts, ElementsAre("v=spf1 -all"));
}

// E-11
TEST(AresResolver, AsksForTheAdBitWithEdnsAndReadsIt) {
  const DnsServer server(says("x", kAuthenticData));
  EXPECT_EQ(resolved_by({&server}).security, Security::Secure);
  ASSERT_EQ(server.queries().size(), 1U);
  const DnsQuery query = server.queries().front();
  EXPECT_EQ(query.flags, 0x0120U) << "RD and AD";
  EXPECT_TRUE(query.has_edns);
  EXPECT_EQ(query.transport, Transport::Udp);
}

TEST(AresResolver, DenialsAreAnswers) {
  const DnsServer nowhere(says_rcode(3));
  EXPECT_EQ(resolved_by({&nowhere}).status, Status::NxDomain);
  const DnsServer empty(says_rcode(0));
  EXPECT_EQ(resolved_by({&empty}).status, Status::NoData);
}

// D-39, S-42
TEST(AresResolver, ATruncatedReplyIsAskedAgainOverTcp) {
  const std::string long_text(255, 'x');
  const DnsServer server([&](const DnsQuery& query) -> Replies {
    if (query.transport == Transport::Udp) return {reply_to(query).flags(kTruncated).octets()};
    auto reply = reply_to(query);
    for (int i = 0; i < 40; ++i) reply.answer(kTxt, 60, test::wire_string(long_text));
    return {reply.octets()};
  });
  const Answer answer = resolved_by({&server});
  EXPECT_EQ(answer.status, Status::Found);
  EXPECT_EQ(answer.texts.size(), 40U);
  EXPECT_EQ(server.queries().size(), 2U);
}

TEST(AresResolver, AReplyOf1232OctetsComesOverUdp) {
  const DnsServer server([](const DnsQuery& query) -> Replies {
    auto reply = reply_to(query);
    const std::size_t rest = 1232 - reply.octets().size() - 11 - 4 * (12 + 256) - 13;
    for (int i = 0; i < 4; ++i) reply.answer(kTxt, 60, test::wire_string(std::string(255, 'x')));
    reply.answer(kTxt, 60, test::wire_string(std::string(rest, 'y'))).opt();
    return {reply.octets()};
  });
  EXPECT_EQ(resolved_by({&server}).texts.size(), 5U);
  EXPECT_EQ(server.queries().size(), 1U);
}

TEST(AresResolver, TruncatedOverTcpTooIsMalformed) {
  const DnsServer server([](const DnsQuery& query) -> Replies {
    return {reply_to(query).flags(kTruncated).answer(kTxt, 60, "\1x").octets()};
  });
  EXPECT_EQ(resolved_by({&server}).status, Status::Malformed);
}

TEST(AresResolver, AfterServFailOrRefusedTheNextServerIsAsked) {
  for (const unsigned rcode : {kServFail, kRefused}) {
    const DnsServer bad(says_rcode(rcode));
    const DnsServer good(says("x"));
    EXPECT_EQ(resolved_by({&bad, &good}).status, Status::Found);
    EXPECT_EQ(bad.queries().size(), 1U);
    EXPECT_EQ(good.queries().size(), 1U);
  }
}

TEST(AresResolver, TheLastFailureStandsAndNoServerIsAskedTwice) {
  const DnsServer first(says_rcode(kServFail));
  const DnsServer last(says_rcode(kRefused));
  AresOptions options = options_for({first.address(), last.address()});
  options.tries = 3;
  EXPECT_EQ(resolved(*started(options)).status, Status::Refused);
  EXPECT_EQ(first.queries().size(), 1U);
  EXPECT_EQ(last.queries().size(), 1U);
}

TEST(AresResolver, AFailureOutweighsSilence) {
  const DnsServer first(says_rcode(kServFail));
  const DnsServer last(silent);
  EXPECT_EQ(resolved_by({&first, &last}).status, Status::ServFail);
}

// E-12: who may be believed that data is bogus must not be overruled by who does not validate.
TEST(AresResolver, BogusIsFinal) {
  const DnsServer validating([](const DnsQuery& query) -> Replies {
    return {reply_to(query)
                .flags(kServFail)
                .opt(test::wire_extended_error(6, "signature is wrong"))
                .octets()};
  });
  const DnsServer credulous(says("forged"));
  const Answer answer = resolved_by({&validating, &credulous});
  EXPECT_EQ(answer.status, Status::ServFail);
  EXPECT_EQ(answer.security, Security::Bogus);
  EXPECT_THAT(answer.detail, HasSubstr("signature is wrong"));
  EXPECT_TRUE(credulous.queries().empty());
}

TEST(AresResolver, ADeadServerIsPassedOver) {
  const DnsServer good(says("x"));
  const auto resolver = started(options_for({test::dead_server(), good.address()}));
  EXPECT_EQ(resolved(*resolver).status, Status::Found);
}

TEST(AresResolver, DeadServersAloneAreATimeout) {
  const auto resolver = started(options_for({test::dead_server(), test::dead_server()}));
  EXPECT_EQ(resolved(*resolver).status, Status::Timeout);
}

TEST(AresResolver, ASilentServerIsTriedAsOftenAsConfigured) {
  const DnsServer server(silent);
  AresOptions options = options_for({server.address()});
  options.tries = 3;
  options.timeout = 20ms;
  EXPECT_EQ(resolved(*started(options)).status, Status::Timeout);
  EXPECT_EQ(server.queries().size(), 3U);
}

TEST(AresResolver, ASecondTryFindsTheServerThatLostOnePacket) {
  int count = 0;
  const DnsServer server([&count](const DnsQuery& query) -> Replies {
    return ++count == 1 ? Replies{} : says("x")(query);
  });
  AresOptions options = options_for({server.address()});
  options.tries = 2;
  EXPECT_EQ(resolved(*started(options)).status, Status::Found);
}

TEST(AresResolver, RepliesToOtherQuestionsOrIdsAreNotTaken) {
  const DnsServer server([](const DnsQuery& query) -> Replies {
    const auto other_id = static_cast<std::uint16_t>(query.id + 1);
    const auto other_name = ask("b.example");
    return {
        ReplyWriter(other_id, query.question).answer(kTxt, 60, "\5wrong").octets(),
        ReplyWriter(query.id, other_name).answer(kTxt, 60, "\5wrong").octets(),
        says("right")(query).front(),
    };
  });
  EXPECT_THAT(resolved_by({&server}).texts, ElementsAre("right"));
  const DnsServer only_wrong([](const DnsQuery& query) -> Replies {
    return {ReplyWriter(query.id, ask("b.example")).answer(kTxt, 60, "\5wrong").octets()};
  });
  EXPECT_EQ(resolved_by({&only_wrong}).status, Status::Timeout);
}

TEST(AresResolver, GarbageIsNoAnswer) {
  const DnsServer noise(
      [](const DnsQuery&) -> Replies { return {""s, "x"s, std::string(600, '\xFF')}; });
  EXPECT_EQ(resolved_by({&noise}).status, Status::Timeout);
  const DnsServer broken([](const DnsQuery& query) -> Replies {
    return {reply_to(query).answer(kTxt, 60, "\5ab").octets()};
  });
  EXPECT_EQ(resolved_by({&broken}).status, Status::Malformed);
  const DnsServer good(says("x"));
  EXPECT_EQ(resolved_by({&broken, &good}).status, Status::Found);
}

TEST(AresResolver, AServerWithoutEdnsIsAskedWithoutIt) {
  const DnsServer server([](const DnsQuery& query) -> Replies {
    if (query.has_edns) return {reply_to(query).flags(kFormErr).octets()};
    return {reply_to(query).flags(kAuthenticData).answer(kTxt, 60, "\1x").octets()};
  });
  const auto resolver = started(options_for({server.address()}));
  for (int i = 0; i < 5; ++i) {
    const Answer answer = resolved(*resolver, ask("n" + std::to_string(i) + ".example"));
    EXPECT_EQ(answer.status, Status::Found);
    EXPECT_EQ(answer.security, Security::Secure);
  }
  EXPECT_EQ(server.queries().size(), 6U) << "EDNS was tried once";
}

TEST(AresResolver, QuestionsUnderWayWhenEdnsIsRejectedAreNotLost) {
  const DnsServer server([](const DnsQuery& query) -> Replies {
    if (query.has_edns) return {reply_to(query).flags(kFormErr).octets()};
    return {reply_to(query).answer(kTxt, 60, "\1x").octets()};
  });
  const auto resolver = started(options_for({server.address()}));
  std::vector<std::future<Answer>> answers;
  for (int i = 0; i < 50; ++i) {
    auto promise = std::make_shared<std::promise<Answer>>();
    answers.push_back(promise->get_future());
    resolver->ask(ask("n" + std::to_string(i) + ".example"),
                  [promise](Answer answer) { promise->set_value(std::move(answer)); });
  }
  for (auto& answer : answers) {
    ASSERT_EQ(answer.wait_for(kLost), std::future_status::ready);
    EXPECT_EQ(answer.get().status, Status::Found);
  }
}

TEST(AresResolver, EdnsIsOfferedAgainAfterAWhile) {
  std::atomic<bool> rejects = true;
  const DnsServer server([&rejects](const DnsQuery& query) -> Replies {
    if (query.has_edns && rejects) return {reply_to(query).flags(kFormErr).octets()};
    auto reply = reply_to(query).answer(kTxt, 60, "\1x");
    return {query.has_edns ? reply.opt().octets() : reply.octets()};
  });
  const auto resolver = started(options_for({server.address()}));
  EXPECT_EQ(resolved(*resolver).status, Status::Found);
  rejects = false;
  for (int i = 0; i < 510; ++i) ASSERT_EQ(resolved(*resolver).status, Status::Found);
  EXPECT_TRUE(server.queries().back().has_edns);
}

TEST(AresResolver, FormErrFromAServerThatKnowsEdnsIsAFailure) {
  const DnsServer server(says_rcode(kFormErr));
  EXPECT_EQ(resolved_by({&server}).status, Status::Refused);
  const DnsServer always(
      [](const DnsQuery& query) -> Replies { return {reply_to(query).flags(kFormErr).octets()}; });
  EXPECT_EQ(resolved_by({&always}).status, Status::Refused);
}

TEST(AresResolver, ManyQuestionsAtOnce) {
  const DnsServer server(
      [](const DnsQuery& query) -> Replies { return says(query.question.name.text())(query); });
  const auto resolver = started(options_for({server.address()}));
  std::vector<std::pair<std::string, std::future<Answer>>> answers;
  for (int i = 0; i < 100; ++i) {
    const std::string owner = "n" + std::to_string(i) + ".example";
    auto promise = std::make_shared<std::promise<Answer>>();
    answers.emplace_back(owner, promise->get_future());
    resolver->ask(ask(owner), [promise](Answer answer) { promise->set_value(std::move(answer)); });
  }
  for (auto& [owner, answer] : answers) {
    ASSERT_EQ(answer.wait_for(kLost), std::future_status::ready);
    EXPECT_THAT(answer.get().texts, ElementsAre(owner));
  }
}

TEST(AresResolver, ItsEndEndsEveryQuestion) {
  const DnsServer server(silent);
  AresOptions options = options_for({server.address()});
  options.timeout = 50s;
  auto resolver = started(options);
  std::atomic<int> timeouts = 0;
  for (int i = 0; i < 20; ++i) {
    resolver->ask(ask("n" + std::to_string(i) + ".example"), [&timeouts](const Answer& answer) {
      if (answer.status == Status::Timeout) ++timeouts;
    });
  }
  resolver.reset();
  EXPECT_EQ(timeouts, 20);
}

TEST(AresResolver, SurvivesACallerThatThrows) {
  const DnsServer server(says("x"));
  const auto resolver = started(options_for({server.address()}));
  const auto against_the_contract = [](const Answer&) { throw std::runtime_error("thrown"); };
  resolver->ask(ask("a.example"), against_the_contract);
  resolver->ask(ask("b.example"), against_the_contract);
  EXPECT_EQ(resolved(*resolver).status, Status::Found);
}

TEST(AresResolver, ItsEndSurvivesACallerThatThrows) {
  const DnsServer server(silent);
  AresOptions options = options_for({server.address()});
  options.timeout = 50s;
  const auto resolver = started(options);
  resolver->ask(ask("a.example"), [](const Answer&) { throw std::runtime_error("thrown"); });
}

// Every allocation of the resolver's thread fails once.
TEST(AresResolver, AnswersWithoutMemoryToo) {
  const DnsServer server(says_rcode(kServFail));
  const DnsServer next(says("a text that is too long to be kept without memory of its own"));
  const auto resolver = started(options_for({server.address(), next.address()}));
  int found = 0;
  for (std::size_t count = 0; count < 100; ++count) {
    std::promise<void> armed;
    resolver->ask(ask("b.example"), [&armed, count](const Answer&) {
      test::fail_after(count);
      armed.set_value();
    });
    ASSERT_EQ(armed.get_future().wait_for(kLost), std::future_status::ready);
    const Answer answer = resolved(*resolver);
    ASSERT_NE(answer.detail, "lost") << count;
    if (answer.status == Status::Found) ++found;
  }
  EXPECT_GT(found, 0);
  EXPECT_LT(found, 100) << "nothing has failed";
}

// E-10: 192.0.2.0/24 is not reached; only the report is looked at.
TEST(AresResolver, SaysWhichServersAreNotOnLoopback) {
  const ServerAddress local = ServerAddress::parse("127.0.0.1:5353").value();
  const ServerAddress local_v6 = ServerAddress::parse("[::1]:5353").value();
  const ServerAddress remote = ServerAddress::parse("192.0.2.53").value();
  const auto resolver = started(options_for({local, remote, local_v6}));
  EXPECT_THAT(resolver->servers(), ElementsAre(local, remote, local_v6));
  EXPECT_THAT(resolver->remote_servers(), ElementsAre(remote));
}

TEST(AresResolver, TooManyServersAreAnError) {
  const std::vector<ServerAddress> servers(17, ServerAddress::parse("127.0.0.1").value());
  const auto resolver = AresResolver::start(options_for(servers));
  ASSERT_FALSE(resolver.has_value());
  EXPECT_THAT(resolver.error().text, HasSubstr("16"));
}

}  // namespace
}  // namespace waarmerk::dns
