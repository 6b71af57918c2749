// Inquiries on their way from list to list.
#include "dns/inquiry.h"

#include <gtest/gtest.h>

#include <stdexcept>

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

}  // namespace
}  // namespace waarmerk::dns
