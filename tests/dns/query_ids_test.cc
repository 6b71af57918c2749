// Query ids differ.
#include "dns/query_ids.h"

#include <gtest/gtest.h>

#include <set>

namespace waarmerk::dns {
namespace {

// Of 1,000 random ids about 992 differ; fewer than 900 would be no chance.
TEST(QueryIds, HardlyRepeat) {
  QueryIds ids;
  std::set<std::uint16_t> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(ids.next());
  EXPECT_GT(seen.size(), 900U);
}

TEST(QueryIds, TwoSourcesDiffer) {
  QueryIds a;
  QueryIds b;
  int equal = 0;
  for (int i = 0; i < 100; ++i) equal += a.next() == b.next() ? 1 : 0;
  EXPECT_LT(equal, 10);
}

}  // namespace
}  // namespace waarmerk::dns
