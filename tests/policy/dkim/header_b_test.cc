// How much of b= is shown.
#include "policy/dkim/header_b.h"

#include <gtest/gtest.h>

namespace waarmerk::policy::dkim {
namespace {

using Texts = std::vector<std::string>;

TEST(DkimHeaderB, HasEightOctetsWhenTheyAreEnough) {  // K-23; RFC 6008 4
  EXPECT_EQ(distinct_beginnings({"abcdefghijkl"}), Texts{"abcdefgh"});
  EXPECT_EQ(distinct_beginnings({"abcdefgXijkl", "abcdefgYijkl"}), (Texts{"abcdefgX", "abcdefgY"}));
}

TEST(DkimHeaderB, GrowsUntilEachDiffersFromAllOthers) {  // K-23
  EXPECT_EQ(distinct_beginnings({"abcdefghij1", "zzzzzzzzzzzz", "abcdefghij2", "abcdefghZZZ"}),
            (Texts{"abcdefghij1", "zzzzzzzz", "abcdefghij2", "abcdefghZ"}));
}

TEST(DkimHeaderB, IsAllOfAShortSignature) {
  EXPECT_EQ(distinct_beginnings({"", "abc", "abcd"}), (Texts{"", "abc", "abcd"}));
}

TEST(DkimHeaderB, GivesEqualSignaturesEqualBeginnings) {
  EXPECT_EQ(distinct_beginnings({"abcdefghijkl", "abcdefghijkl"}), (Texts{"abcdefgh", "abcdefgh"}));
}

TEST(DkimHeaderB, GivesNothingForNothing) { EXPECT_EQ(distinct_beginnings({}), Texts{}); }

TEST(DkimHeaderB, ShowsAllOfASignatureThatBeginsAnother) {
  EXPECT_EQ(distinct_beginnings({"abcdefghij", "abcdefghijkl"}),
            (Texts{"abcdefghij", "abcdefghijk"}));
}

}  // namespace
}  // namespace waarmerk::policy::dkim
