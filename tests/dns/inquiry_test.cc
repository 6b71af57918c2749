// Inquiries on their way from list to list.
#include "dns/inquiry.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/dns/failing_memory.h"
#include "tests/support/dns_values.h"

namespace waarmerk::dns {
namespace {

TEST(Inquiry, GoesFromListToListWithoutMemory) {
  Inquiries arrived;
  Inquiries ready;
  Inquiries ended;
  for (const char* owner : {"a.example", "b.example"}) {
    arrived.emplace_back(test::ask(owner), [](const Answer&) {});
  }
  test::fail_after(0);
  enter(ready, arrived);
  move_to(ended, ready.front());
  move_to(ready, ready.front());
  EXPECT_TRUE(test::never_failed());
  EXPECT_TRUE(arrived.empty());
  ASSERT_EQ(ready.size(), 1U);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended.front().question, test::ask("a.example"));
  EXPECT_EQ(ready.front().question, test::ask("b.example"));
}

TEST(Inquiry, IsGoneWhenItIsFinished) {
  Inquiries arrived;
  Inquiries ready;
  Answer seen;
  arrived.emplace_back(test::ask("a.example"), [&](Answer answer) {
    EXPECT_TRUE(ready.empty());
    seen = std::move(answer);
  });
  enter(ready, arrived);
  finish(ready.front(), empty_answer(Status::Refused));
  EXPECT_EQ(seen.status, Status::Refused);
}

TEST(Inquiry, IsGoneAlsoWhenItsCallerThrows) {
  Inquiries arrived;
  Inquiries ready;
  arrived.emplace_back(test::ask("a.example"),
                       [](const Answer&) { throw std::runtime_error("against the contract"); });
  enter(ready, arrived);
  finish(ready.front(), empty_answer(Status::Timeout));
  EXPECT_TRUE(ready.empty());
}

// ---- Whose turn it is

/// Asks until there is a pause or an end, every packet refused or lost; returns the servers.
std::string round_of(Inquiry& inquiry, const Patience& patience, std::string_view refusing) {
  std::string asked;
  while (next_step(inquiry, patience) == Step::Ask) {
    const auto server = inquiry.attempt++ % patience.servers;
    const char name = static_cast<char>('a' + server);
    asked += name;
    if (refusing.find(name) != std::string_view::npos) ++inquiry.refusals;
  }
  return asked;
}

Inquiry inquiry() {
  return {test::ask("a.example"), [](const Answer&) {}};
}

TEST(NextStep, GoesRoundThroughTheServers) {
  Inquiry one = inquiry();
  EXPECT_EQ(round_of(one, {.servers = 2, .tries = 3, .pauses = 5}, ""), "ababab");
  EXPECT_EQ(next_step(one, {.servers = 2, .tries = 3, .pauses = 5}), Step::GiveUp);
}

TEST(NextStep, PassesOverWhoHasReplied) {
  Inquiry one = inquiry();
  one.replied.set(0);
  EXPECT_EQ(round_of(one, {.servers = 2, .tries = 2}, ""), "bb");
}

TEST(NextStep, ARoundThatAllRefusedIsRepeatedAfterAPause) {
  const Patience patience{.servers = 2, .tries = 2, .pauses = 2};
  Inquiry one = inquiry();
  EXPECT_EQ(round_of(one, patience, "ab"), "ab");
  EXPECT_EQ(one.pauses, 1U);
  EXPECT_EQ(round_of(one, patience, "ab"), "ab");
  EXPECT_EQ(one.pauses, 2U);
  EXPECT_EQ(round_of(one, patience, "ab"), "abab") << "then the tries are used up";
  EXPECT_EQ(next_step(one, patience), Step::GiveUp);
}

TEST(NextStep, ARoundThatOneRefusedTookItsTime) {
  Inquiry one = inquiry();
  EXPECT_EQ(round_of(one, {.servers = 2, .tries = 2, .pauses = 2}, "a"), "abab");
  EXPECT_EQ(one.pauses, 0U);
}

}  // namespace
}  // namespace waarmerk::dns
