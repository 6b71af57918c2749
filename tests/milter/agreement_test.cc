#include "milter/agreement.h"

#include <gtest/gtest.h>

namespace waarmerk::milter {
namespace {

constexpr unsigned long kEverything = ~0UL;

// M-01
TEST(Agreement, TakesTheRightsOfUseAmongThoseOffered) {
  EXPECT_EQ(agree(kEverything, 0).actions, kWantedActions);
  EXPECT_EQ(agree(bits::kAddHeaders | 0x2, 0).actions, bits::kAddHeaders);
  EXPECT_EQ(agree(0, kEverything).actions, 0U);
}

// M-03
TEST(Agreement, AnswersTheBodyOnlyWhereItCanBeSkipped) {
  EXPECT_FALSE(agree(0, kEverything).has(bits::kNoReplyBody));
  EXPECT_TRUE(agree(0, kEverything & ~bits::kSkip).has(bits::kNoReplyBody));
  EXPECT_EQ(agree(0, 0).steps, 0U);
}

// M-04, M-05
TEST(Agreement, BecomesTheRightsOfASession) {
  EXPECT_EQ(rights_of(agree(kEverything, kEverything)), Rights());
  EXPECT_EQ(rights_of(agree(0, 0)), (Rights{.adds_fields = false,
                                            .changes_fields = false,
                                            .quarantines = false,
                                            .skips_body = false,
                                            .keeps_leading_space = false}));
  const Rights no_space = rights_of(agree(kEverything, kEverything & ~bits::kLeadingSpace));
  EXPECT_EQ(no_space, (Rights{.keeps_leading_space = false}));
}

}  // namespace
}  // namespace waarmerk::milter
