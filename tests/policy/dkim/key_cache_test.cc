// The cache gives what parse_key() gives, and stays within its bounds.
#include "policy/dkim/key_cache.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/support/dkim_signer.h"

namespace waarmerk::policy::dkim {
namespace {

using support::TestKey;

std::string bad_record(int number) { return "n=" + std::to_string(number); }

TEST(DkimKeyCache, GivesTheSameKeyAgain) {
  KeyCache cache;
  const std::string record = support::key_record(TestKey::Rsa1024);
  const KeyPtr first = cache.get(record);
  ASSERT_TRUE(*first);
  EXPECT_EQ((*first)->public_key.bits(), 1024U);
  EXPECT_EQ(cache.get(record), first);
  EXPECT_EQ(cache.size(), 1U);
}

TEST(DkimKeyCache, KeepsTextsApart) {
  KeyCache cache;
  const KeyPtr plain = cache.get(support::key_record(TestKey::Rsa1024));
  const KeyPtr strict = cache.get(support::key_record(TestKey::Rsa1024, "t=s; "));
  EXPECT_FALSE((*plain)->is_strict);
  EXPECT_TRUE((*strict)->is_strict);
  EXPECT_EQ(cache.size(), 2U);
}

TEST(DkimKeyCache, RemembersWhatIsNoKey) {
  KeyCache cache;
  const KeyPtr first = cache.get("v=DKIM1; p=");
  ASSERT_FALSE(*first);
  EXPECT_EQ(first->error().problem, KeyProblem::Revoked);
  EXPECT_EQ(cache.get("v=DKIM1; p="), first);
}

TEST(DkimKeyCache, DropsTheLongestUnused) {
  KeyCache cache(3);
  const KeyPtr zero = cache.get(bad_record(0));
  const KeyPtr one = cache.get(bad_record(1));
  const KeyPtr two = cache.get(bad_record(2));
  EXPECT_EQ(cache.get(bad_record(0)), zero);
  const KeyPtr three = cache.get(bad_record(3));
  EXPECT_EQ(cache.size(), 3U);
  EXPECT_EQ(cache.get(bad_record(0)), zero);
  EXPECT_EQ(cache.get(bad_record(2)), two);
  EXPECT_EQ(cache.get(bad_record(3)), three);
  EXPECT_NE(cache.get(bad_record(1)), one);
}

TEST(DkimKeyCache, OutlivesItsBoundByNothing) {
  KeyCache cache(10);
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(*cache.get(bad_record(i)));
  EXPECT_EQ(cache.size(), 10U);
}

TEST(DkimKeyCache, ReadsLongTextsWithoutKeepingThem) {
  KeyCache cache;
  const std::string longest = "n=" + std::string(KeyCache::kMaxText - 2, 'n');
  EXPECT_FALSE(*cache.get(longest + "n"));
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_FALSE(*cache.get(longest));
  EXPECT_EQ(cache.size(), 1U);
}

TEST(DkimKeyCache, MayBeSwitchedOff) {
  KeyCache cache(0);
  EXPECT_TRUE(*cache.get(support::key_record(TestKey::Ed25519)));
  EXPECT_EQ(cache.size(), 0U);
}

TEST(DkimKeyCache, LeavesAKeyToItsUsersWhenItIsDropped) {
  KeyCache cache(1);
  const KeyPtr key = cache.get(support::key_record(TestKey::Ed25519));
  EXPECT_FALSE(*cache.get("v=DKIM1; p="));
  ASSERT_TRUE(*key);
  EXPECT_EQ((*key)->public_key.bits(), 256U);
}

TEST(DkimKeyCache, ServesManyThreads) {
  KeyCache cache(8);
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&cache, thread] {
      for (int i = 0; i < 500; ++i) EXPECT_FALSE(*cache.get(bad_record((i * 7 + thread) % 20)));
    });
  }
  threads.clear();
  EXPECT_EQ(cache.size(), 8U);
}

}  // namespace
}  // namespace waarmerk::policy::dkim
