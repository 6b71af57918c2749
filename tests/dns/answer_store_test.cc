// How long answers are kept, and which go when memory ends.
#include "dns/answer_store.h"

#include <gtest/gtest.h>

#include <new>

#include "tests/dns/failing_memory.h"
#include "tests/support/dns_values.h"

using namespace std::chrono_literals;

namespace waarmerk::dns {
namespace {

using test::text_answer;

constexpr Instant kStart = Instant{} + 1h;
constexpr std::size_t kPlenty = std::size_t{1} << 20U;

AnswerPtr shared(Answer answer) { return std::make_shared<const Answer>(std::move(answer)); }

QuestionKey key(std::string_view owner, Type type = Type::Txt) {
  return QuestionKey(test::ask(owner, type));
}

Answer with_ttl(Status status, std::chrono::seconds ttl) {
  Answer answer = empty_answer(status);
  answer.ttl = ttl;
  return answer;
}

//
TEST(AnswerLifetime, IsTheTtlWithinLimits) {
  EXPECT_EQ(lifetime_of(with_ttl(Status::Found, 300s)), 300s);
  EXPECT_EQ(lifetime_of(with_ttl(Status::Found, 24h)), 24h);
  EXPECT_EQ(lifetime_of(with_ttl(Status::Found, 25h)), 24h);
  EXPECT_EQ(lifetime_of(with_ttl(Status::Found, -1s)), 0s);
  EXPECT_EQ(lifetime_of(with_ttl(Status::NoData, 300s)), 300s);
  EXPECT_EQ(lifetime_of(with_ttl(Status::NxDomain, 2h)), 1h);
  EXPECT_EQ(lifetime_of(with_ttl(Status::NxDomain, 0s)), 0s) << "negative without SOA";
}

TEST(AnswerLifetime, OfFailuresIsShortWhateverTheirTtl) {
  for (const Status status : {Status::ServFail, Status::Refused, Status::Malformed}) {
    EXPECT_EQ(lifetime_of(with_ttl(status, 300s)), 2s) << status;
  }
  EXPECT_EQ(lifetime_of(with_ttl(Status::Timeout, 300s)), 1s);
  EXPECT_EQ(lifetime_of(with_ttl(Status::Exhausted, 300s)), 0s);
}

TEST(AnswerStore, KeepsAnAnswerUntilItsTimeIsOver) {
  AnswerStore store(kPlenty);
  const auto answer = shared(text_answer("x", 300s));
  store.put(key("a.example"), answer, kStart);
  EXPECT_EQ(store.find(key("a.example"), kStart), answer);
  EXPECT_EQ(store.find(key("A.Example."), kStart + 300s - 1us), answer);
  EXPECT_EQ(store.find(key("a.example"), kStart + 300s), nullptr);
  EXPECT_EQ(store.size(), 0U);
  EXPECT_EQ(store.bytes(), 0U);
}

// never one name's answer for another.
TEST(AnswerStore, KnowsOnlyTheQuestionItWasTold) {
  AnswerStore store(kPlenty);
  store.put(key("a.example"), shared(text_answer("x", 300s)), kStart);
  EXPECT_EQ(store.find(key("a.example", Type::A), kStart), nullptr);
  EXPECT_EQ(store.find(key("b.a.example"), kStart), nullptr);
  EXPECT_EQ(store.find(key("example"), kStart), nullptr);
}

TEST(AnswerStore, EqualHashesAreNotEqualQuestions) {
  AnswerStore store(kPlenty);
  QuestionKey other = key("b.example");
  other.hash = key("a.example").hash;
  store.put(key("a.example"), shared(text_answer("a", 300s)), kStart);
  EXPECT_EQ(store.find(other, kStart), nullptr);
  store.put(other, shared(text_answer("b", 300s)), kStart);
  EXPECT_EQ(store.find(key("a.example"), kStart)->texts.at(0), "a");
  EXPECT_EQ(store.find(other, kStart)->texts.at(0), "b");
}

TEST(AnswerStore, ANewAnswerTakesThePlaceOfTheOld) {
  AnswerStore store(kPlenty);
  store.put(key("a.example"), shared(text_answer("old and long, old and long", 300s)), kStart);
  const std::size_t before = store.bytes();
  const auto answer = shared(text_answer("new", 300s));
  store.put(key("a.example"), answer, kStart + 1s);
  EXPECT_EQ(store.find(key("a.example"), kStart + 300s), answer);
  EXPECT_EQ(store.size(), 1U);
  EXPECT_LT(store.bytes(), before);
}

TEST(AnswerStore, AnAnswerOfTtlZeroOnlyRemovesTheOld) {
  AnswerStore store(kPlenty);
  store.put(key("a.example"), shared(text_answer("old", 300s)), kStart);
  store.put(key("a.example"), shared(text_answer("new", 0s)), kStart);
  EXPECT_EQ(store.find(key("a.example"), kStart), nullptr);
  EXPECT_EQ(store.size(), 0U);
}

TEST(AnswerStore, WhenFullTheLeastRecentlyUsedGoes) {
  AnswerStore one(kPlenty);
  one.put(key("a.example"), shared(text_answer("x", 300s)), kStart);
  AnswerStore store(3 * one.bytes());
  for (const char* owner : {"a.example", "b.example", "c.example"}) {
    store.put(key(owner), shared(text_answer("x", 300s)), kStart);
  }
  EXPECT_NE(store.find(key("a.example"), kStart), nullptr);
  store.put(key("d.example"), shared(text_answer("x", 300s)), kStart);
  EXPECT_EQ(store.size(), 3U);
  EXPECT_EQ(store.find(key("b.example"), kStart), nullptr);
  for (const char* owner : {"a.example", "c.example", "d.example"}) {
    EXPECT_NE(store.find(key(owner), kStart), nullptr) << owner;
  }
}

TEST(AnswerStore, NeverHoldsMoreThanItsBound) {
  AnswerStore store(50'000);
  for (std::size_t i = 0; i < 2'000; ++i) {
    const std::string owner = "n" + std::to_string(i) + ".example";
    store.put(key(owner), shared(text_answer(std::string(i % 500, 'x'), 300s)), kStart);
    ASSERT_LE(store.bytes(), 50'000U);
  }
  EXPECT_GT(store.size(), 10U);
}

TEST(AnswerStore, AnAnswerLargerThanTheStoreIsNotKeptAndDrivesNoneOut) {
  AnswerStore store(10'000);
  store.put(key("a.example"), shared(text_answer("x", 300s)), kStart);
  store.put(key("b.example"), shared(text_answer(std::string(10'000, 'x'), 300s)), kStart);
  EXPECT_NE(store.find(key("a.example"), kStart), nullptr);
  EXPECT_EQ(store.find(key("b.example"), kStart), nullptr);
}

TEST(AnswerStore, WithoutMemoryItKeepsNothingAndGoesOn) {
  const auto answer = shared(text_answer("x", 300s));
  const QuestionKey other = key("b.example");
  bool is_kept = false;
  for (std::size_t count = 0; !is_kept; ++count) {
    AnswerStore store(kPlenty);
    store.put(key("a.example"), answer, kStart);
    const std::size_t before = store.bytes();
    test::fail_after(count);
    try {
      store.put(other, answer, kStart);
    } catch (const std::bad_alloc&) {
      EXPECT_EQ(store.bytes(), before);
    }
    is_kept = test::never_failed();
    EXPECT_EQ(store.find(other, kStart) != nullptr, is_kept) << count;
    EXPECT_EQ(store.find(key("a.example"), kStart), answer);
    store.put(other, answer, kStart);
    EXPECT_EQ(store.size(), 2U);
  }
}

TEST(AnswerStore, AnAnswerThatIsHeldOutlivesItsPlace) {
  AnswerStore store(kPlenty);
  store.put(key("a.example"), shared(text_answer("x", 1s)), kStart);
  const AnswerPtr held = store.find(key("a.example"), kStart);
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(store.find(key("a.example"), kStart + 2s), nullptr);
  EXPECT_EQ(held->texts.at(0), "x");
}

}  // namespace
}  // namespace waarmerk::dns
