// The cache with a clock and a resolver that stand still until they are told.
#include "dns/cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <thread>
#include <tuple>
#include <vector>

#include "tests/dns/failing_memory.h"
#include "tests/support/dns_values.h"
#include "tests/support/fake_dns.h"

using namespace std::chrono_literals;

namespace waarmerk::dns {
namespace {

using test::ask;
using test::FakeClock;
using test::ScriptedResolver;
using test::text_answer;

const Question kQuestion = ask("a.example");

class CachedLookupTest : public testing::Test {
 protected:
  /// A deadline that has come: whoever waits until then goes at once.
  [[nodiscard]] Instant past() const { return clock_.instant(); }
  [[nodiscard]] Instant later() const { return clock_.instant() + 20s; }

  FakeClock clock_;
  ScriptedResolver resolver_;
};

TEST_F(CachedLookupTest, AMissAsksAndAHitDoesNot) {
  CachedLookup cache(clock_, resolver_);
  resolver_.answer_at_once(text_answer("x", 300s));
  const AnswerPtr first = cache.get(kQuestion, later());
  EXPECT_EQ(first->texts.at(0), "x");
  EXPECT_EQ(cache.get(kQuestion, past()), first) << "the same object";
  EXPECT_EQ(cache.get(ask("A.EXAMPLE."), past()), first);
  EXPECT_EQ(resolver_.asked().size(), 1U);
  EXPECT_EQ(cache.counts().hits, 2U);
  EXPECT_EQ(cache.counts().misses, 1U);
  EXPECT_EQ(cache.counts().entries, 1U);
}

TEST_F(CachedLookupTest, AnAnswerEndsWithItsTtl) {
  CachedLookup cache(clock_, resolver_);
  resolver_.answer_at_once(text_answer("old", 300s));
  std::ignore = cache.get(kQuestion, later());
  resolver_.answer_at_once(text_answer("new", 300s));
  clock_.advance(299s);
  EXPECT_EQ(cache.get(kQuestion, later())->texts.at(0), "old");
  clock_.advance(1s);
  EXPECT_EQ(cache.get(kQuestion, later())->texts.at(0), "new");
}

TEST_F(CachedLookupTest, NegativeAnswersAreKeptToo) {
  CachedLookup cache(clock_, resolver_);
  Answer denial = empty_answer(Status::NxDomain);
  denial.ttl = 60s;
  resolver_.answer_at_once(denial);
  EXPECT_EQ(cache.get(kQuestion, later())->status, Status::NxDomain);
  clock_.advance(59s);
  EXPECT_EQ(cache.get(kQuestion, later())->status, Status::NxDomain);
  EXPECT_EQ(resolver_.asked().size(), 1U);
}

TEST_F(CachedLookupTest, AFailureIsKeptForTwoSeconds) {
  CachedLookup cache(clock_, resolver_);
  resolver_.answer_at_once(empty_answer(Status::ServFail));
  EXPECT_EQ(cache.get(kQuestion, later())->status, Status::ServFail);
  resolver_.answer_at_once(text_answer("x", 300s));
  EXPECT_EQ(cache.get(kQuestion, later())->status, Status::ServFail);
  clock_.advance(2s);
  EXPECT_EQ(cache.get(kQuestion, later())->status, Status::Found);
}

TEST_F(CachedLookupTest, AWaiterWhoGoesLeavesTheQuestionAndItsAnswerStays) {
  CachedLookup cache(clock_, resolver_);
  EXPECT_EQ(cache.get(kQuestion, past())->status, Status::Timeout);
  EXPECT_EQ(cache.counts().in_flight, 1U);
  ASSERT_TRUE(resolver_.complete(text_answer("x", 300s)));
  EXPECT_EQ(cache.counts().in_flight, 0U);
  EXPECT_EQ(cache.get(kQuestion, past())->status, Status::Found);
  EXPECT_EQ(resolver_.asked().size(), 1U);
}

TEST_F(CachedLookupTest, EqualQuestionsUnderWayAreOne) {
  CachedLookup cache(clock_, resolver_);
  cache.prefetch(kQuestion);
  cache.prefetch(ask("A.example"));
  EXPECT_EQ(cache.get(kQuestion, past())->status, Status::Timeout);
  cache.prefetch(ask("b.example"));
  EXPECT_EQ(resolver_.asked().size(), 2U);
  EXPECT_EQ(cache.counts().joins, 2U);
}

TEST_F(CachedLookupTest, APrefetchedAnswerIsThereWithoutWaiting) {
  CachedLookup cache(clock_, resolver_);
  cache.prefetch(kQuestion);
  ASSERT_TRUE(resolver_.complete(text_answer("x", 300s)));
  EXPECT_EQ(cache.get(kQuestion, past())->texts.at(0), "x");
}

TEST_F(CachedLookupTest, EveryWaiterGetsTheAnswerOfTtlZeroAndNobodyAfterThem) {
  CachedLookup cache(clock_, resolver_);
  const auto first = cache.begin(kQuestion);
  const auto second = cache.begin(kQuestion);
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  ASSERT_TRUE(resolver_.complete(text_answer("x", 0s)));
  EXPECT_EQ(first->get(past())->texts.at(0), "x");
  clock_.advance(1h);
  EXPECT_EQ(second->get(past()), first->get(past()));
  EXPECT_EQ(cache.get(kQuestion, past())->status, Status::Timeout) << "asked anew";
  EXPECT_EQ(resolver_.asked().size(), 2U);
}

TEST_F(CachedLookupTest, BeginHoldsWhatTheCacheHas) {
  CachedLookup cache(clock_, resolver_);
  resolver_.answer_at_once(text_answer("x", 1s));
  std::ignore = cache.get(kQuestion, later());
  const auto held = cache.begin(kQuestion);
  ASSERT_NE(held, nullptr);
  clock_.advance(2s);
  EXPECT_EQ(held->get(past())->texts.at(0), "x");
}

TEST_F(CachedLookupTest, AWaiterSleepsUntilTheAnswerComes) {
  CachedLookup cache(clock_, resolver_);
  std::vector<std::thread> waiters;
  std::atomic<int> found = 0;
  for (int i = 0; i < 8; ++i) {
    waiters.emplace_back([&] {
      if (cache.get(kQuestion, later())->status == Status::Found) ++found;
    });
  }
  while (cache.counts().waiting < 8) std::this_thread::yield();
  EXPECT_EQ(resolver_.asked().size(), 1U);
  EXPECT_TRUE(resolver_.complete(text_answer("x", 0s)));
  for (auto& waiter : waiters) waiter.join();
  EXPECT_EQ(found, 8);
  EXPECT_EQ(cache.counts().waiting, 0U);
}

TEST_F(CachedLookupTest, TooManyWaitersAreSentAway) {
  CachedLookup cache(clock_, resolver_, {.waiting = 1});
  AnswerPtr first;
  std::thread waiter([&] { first = cache.get(kQuestion, later()); });
  while (cache.counts().waiting < 1) std::this_thread::yield();
  EXPECT_EQ(cache.get(kQuestion, later())->status, Status::Exhausted);
  EXPECT_EQ(cache.get(ask("b.example"), later())->status, Status::Exhausted);
  EXPECT_EQ(cache.get(kQuestion, past())->status, Status::Timeout) << "this one does not wait";
  EXPECT_TRUE(resolver_.complete(text_answer("x", 300s)));
  waiter.join();
  EXPECT_EQ(first->status, Status::Found);
  EXPECT_EQ(cache.get(kQuestion, later())->status, Status::Found) << "a hit needs no place";
}

TEST_F(CachedLookupTest, TooManyQuestionsUnderWayAreNotAsked) {
  CachedLookup cache(clock_, resolver_, {.in_flight = 2});
  cache.prefetch(ask("a.example"));
  cache.prefetch(ask("b.example"));
  cache.prefetch(ask("c.example"));
  EXPECT_EQ(cache.begin(ask("c.example")), nullptr);
  EXPECT_EQ(cache.get(ask("c.example"), later())->status, Status::Exhausted);
  EXPECT_EQ(resolver_.asked().size(), 2U);
  EXPECT_TRUE(resolver_.complete(text_answer("x", 300s)));
  EXPECT_EQ(cache.get(ask("c.example"), past())->status, Status::Timeout) << "now there is a place";
  EXPECT_EQ(resolver_.asked().size(), 3U);
  EXPECT_EQ(cache.counts().exhausted, 3U);
}

// Mail that is still coming in must not keep out what is being judged.
TEST_F(CachedLookupTest, HintsLeaveAQuarterOfThePlaces) {
  CachedLookup cache(clock_, resolver_, {.in_flight = 8});
  for (int i = 0; i < 10; ++i) cache.prefetch(ask("hint" + std::to_string(i) + ".example"));
  EXPECT_EQ(resolver_.asked().size(), 6U);
  EXPECT_EQ(cache.begin(ask("c.example")), nullptr);
  for (int i = 0; i < 10; ++i) {
    const auto needed = cache.get(ask("needed" + std::to_string(i) + ".example"), past());
    EXPECT_EQ(needed->status, i < 2 ? Status::Timeout : Status::Exhausted) << i;
  }
  EXPECT_EQ(cache.counts().in_flight, 8U);
}

TEST_F(CachedLookupTest, IsBoundedInBytes) {
  CachedLookup cache(clock_, resolver_, {.bytes = 100'000});
  resolver_.answer_at_once(text_answer(std::string(1'000, 'x'), 300s));
  for (int i = 0; i < 1'000; ++i) cache.prefetch(ask("n" + std::to_string(i) + ".example"));
  EXPECT_LE(cache.counts().bytes, 100'000U);
  EXPECT_GT(cache.counts().entries, 10U);
}

TEST_F(CachedLookupTest, AnAnswerMayComeAfterTheCacheIsGone) {
  std::shared_ptr<PendingAnswer> held;
  {
    CachedLookup cache(clock_, resolver_);
    held = cache.begin(kQuestion);
    cache.prefetch(ask("b.example"));
  }
  EXPECT_TRUE(resolver_.complete(text_answer("x", 300s)));
  EXPECT_TRUE(resolver_.complete(text_answer("y", 300s)));
  EXPECT_EQ(held->get(past())->texts.at(0), "x");
}

/// Cannot take a question as long as it is told so.
class BrokenResolver final : public AsyncResolver {
 public:
  void ask(const Question& /*question*/, std::function<void(Answer)> done) override {
    if (is_broken) throw std::bad_alloc();
    done(text_answer("x", 300s));
  }
  bool is_broken = true;
};

TEST_F(CachedLookupTest, AQuestionThatTheResolverCannotTakeIsNotUnderWay) {
  BrokenResolver broken;
  CachedLookup cache(clock_, broken, {.in_flight = 1});
  EXPECT_EQ(cache.get(kQuestion, later())->status, Status::Exhausted);
  EXPECT_EQ(cache.begin(kQuestion), nullptr);
  cache.prefetch(kQuestion);
  EXPECT_EQ(cache.counts().in_flight, 0U);
  EXPECT_EQ(cache.counts().entries, 0U);
  broken.is_broken = false;
  EXPECT_EQ(cache.get(kQuestion, later())->status, Status::Found) << "the place is free again";
}

// Every allocation on the way fails once.
TEST_F(CachedLookupTest, WithoutMemoryNoNameStaysUnderWay) {
  BrokenResolver resolver;
  resolver.is_broken = false;
  bool is_over = false;
  for (std::size_t count = 0; !is_over; ++count) {
    CachedLookup cache(clock_, resolver, {.in_flight = 1});
    test::fail_after(count);
    try {
      std::ignore = cache.get(kQuestion, later());
    } catch (const std::bad_alloc&) {
      // There was not even memory for the question.
    }
    is_over = test::never_failed();
    EXPECT_EQ(cache.counts().in_flight, 0U) << count;
    EXPECT_EQ(cache.get(kQuestion, later())->status, Status::Found) << count;
  }
}

TEST_F(CachedLookupTest, DeadlinesAtTheEndsOfTimeAreFine) {
  CachedLookup cache(clock_, resolver_);
  EXPECT_EQ(cache.get(kQuestion, Instant::min())->status, Status::Timeout);
  resolver_.answer_at_once(text_answer("x", 300s));
  EXPECT_EQ(cache.get(ask("b.example"), Instant::max())->status, Status::Found);
}

TEST_F(CachedLookupTest, ManyThreadsSeeTheAnswersOfTheirQuestions) {
  CachedLookup cache(clock_, resolver_, {.bytes = std::size_t{4} << 20U});
  resolver_.answer_at_once(text_answer("x", 1s));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        const auto answer =
            cache.get(ask("n" + std::to_string((i * (t + 1)) % 50) + ".example"), Instant::max());
        if (answer->status != Status::Found) ++wrong;
        if (i % 100 == 0) clock_.advance(1s);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(cache.counts().in_flight, 0U);
}

}  // namespace
}  // namespace waarmerk::dns
