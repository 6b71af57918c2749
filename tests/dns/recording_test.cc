// The DNS of one message: once, remembered, limited, and replayed.
#include "dns/recording.h"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "dns/cache.h"
#include "dns/zone.h"
#include "tests/support/dns_values.h"
#include "tests/support/fake_dns.h"

using namespace std::chrono_literals;

namespace waarmerk::dns {
namespace {

using test::ask;
using test::FakeClock;
using test::ScriptedResolver;
using test::text_answer;

constexpr Instant kNever = Instant::max();

/// Counts what reaches it and answers everything with an object of its own.
class CountingLookup final : public Lookup {
 public:
  void prefetch(const Question& question) override { prefetched.push_back(question); }
  AnswerPtr get(const Question& question, Instant) override {
    got.push_back(question);
    return std::make_shared<const Answer>(text_answer(question.name.text(), 0s));
  }

  std::vector<Question> prefetched;
  std::vector<Question> got;
};

Question numbered(int number) { return ask("n" + std::to_string(number) + ".example"); }

TEST(MessageLookup, AsksEachQuestionOnce) {
  CountingLookup inner;
  MessageLookup lookup(inner);
  const AnswerPtr first = lookup.get(ask("a.example"), kNever);
  EXPECT_EQ(lookup.get(ask("A.example"), kNever), first);
  EXPECT_NE(lookup.get(ask("a.example", Type::A), kNever), first);
  EXPECT_EQ(inner.got.size(), 2U);
}

// one message sees one state of a name.
TEST(MessageLookup, ATimeoutStands) {
  FakeClock clock;
  ScriptedResolver resolver;
  CachedLookup cache(clock, resolver);
  MessageLookup lookup(cache);
  EXPECT_EQ(lookup.get(ask("a.example"), clock.instant())->status, Status::Timeout);
  ASSERT_TRUE(resolver.complete(text_answer("late", 300s)));
  EXPECT_EQ(lookup.get(ask("a.example"), clock.instant())->status, Status::Timeout);
  MessageLookup next(cache);
  EXPECT_EQ(next.get(ask("a.example"), clock.instant())->status, Status::Found);
}

TEST(MessageLookup, KeepsAnswersOfTtlZero) {
  FakeClock clock;
  ScriptedResolver resolver;
  CachedLookup cache(clock, resolver);
  MessageLookup lookup(cache);
  lookup.prefetch(ask("a.example"));
  ASSERT_TRUE(resolver.complete(text_answer("x", 0s)));
  clock.advance(1h);
  EXPECT_EQ(lookup.get(ask("a.example"), clock.instant())->texts.at(0), "x");
  EXPECT_EQ(lookup.get(ask("a.example"), clock.instant())->texts.at(0), "x");
  EXPECT_EQ(resolver.asked().size(), 1U);
}

TEST(MessageLookup, TheTraceHasWhatWasAskedInOrderAndNoPrefetch) {
  auto zone = Zone::parse("a.example TXT x\nb.example * !TIMEOUT").value();
  MessageLookup lookup(zone);
  lookup.prefetch(ask("never.example"));
  lookup.prefetch(ask("b.example"));
  std::ignore = lookup.get(ask("c.example"), kNever);
  std::ignore = lookup.get(ask("b.example"), kNever);
  std::ignore = lookup.get(ask("c.example"), kNever);
  ASSERT_EQ(lookup.trace().size(), 2U);
  EXPECT_EQ(lookup.trace()[0].question, ask("c.example"));
  EXPECT_EQ(lookup.trace()[0].answer->status, Status::NxDomain);
  EXPECT_EQ(lookup.trace()[1].question, ask("b.example"));
  EXPECT_EQ(lookup.trace()[1].answer->status, Status::Timeout);
}

//
TEST(MessageLookup, PrefetchesAreLimited) {
  CountingLookup inner;
  MessageLookup lookup(inner);
  for (int i = 0; i < 100; ++i) lookup.prefetch(numbered(i / 2));
  EXPECT_EQ(inner.prefetched.size(), 40U);
  EXPECT_EQ(lookup.prefetches(), 40U);
  EXPECT_EQ(lookup.get(numbered(49), kNever)->status, Status::Found) << "only later";
}

TEST(MessageLookup, WhatIsKnownIsNotPrefetched) {
  CountingLookup inner;
  MessageLookup lookup(inner);
  std::ignore = lookup.get(ask("a.example"), kNever);
  lookup.prefetch(ask("a.example"));
  EXPECT_TRUE(inner.prefetched.empty());
}

//
TEST(MessageLookup, QuestionsAreLimited) {
  CountingLookup inner;
  MessageLookup lookup(inner, {.prefetches = 40, .questions = 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(lookup.get(numbered(i), kNever)->status, Status::Found);
  for (int i = 3; i < 6; ++i) {
    EXPECT_EQ(lookup.get(numbered(i), kNever)->status, Status::Exhausted);
  }
  EXPECT_EQ(lookup.get(numbered(0), kNever)->status, Status::Found) << "known already";
  EXPECT_EQ(inner.got.size(), 3U);
  EXPECT_EQ(lookup.trace().size(), 3U);
}

TEST(ReplayLookup, GivesTheRecordedAnswersAndNoOthers) {
  auto zone = Zone::parse("a.example TXT x\nb.example * !BOGUS").value();
  MessageLookup lookup(zone);
  for (const char* owner : {"a.example", "b.example", "c.example"}) {
    std::ignore = lookup.get(ask(owner), kNever);
  }
  ReplayLookup replay(lookup.trace());
  replay.prefetch(ask("d.example"));
  for (const char* owner : {"a.example", "b.example", "c.example"}) {
    EXPECT_EQ(*replay.get(ask(owner), kNever), *zone.get(ask(owner), kNever)) << owner;
  }
  EXPECT_EQ(replay.get(ask("d.example"), kNever)->status, Status::Exhausted);
  EXPECT_EQ(replay.get(ask("a.example", Type::A), kNever)->status, Status::Exhausted);
}

TEST(ReplayLookup, TheFirstOfEqualQuestionsCounts) {
  const auto first = std::make_shared<const Answer>(text_answer("first", 0s));
  const auto second = std::make_shared<const Answer>(text_answer("second", 0s));
  ReplayLookup replay({{ask("a.example"), first}, {ask("a.example"), second}});
  EXPECT_EQ(replay.get(ask("a.example"), kNever), first);
}

}  // namespace
}  // namespace waarmerk::dns
