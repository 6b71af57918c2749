// What an evaluation may cost, and what it says when it is too much. RFC 7208 4.6.4
#include "policy/spf/budget.h"

#include <gtest/gtest.h>

namespace waarmerk::policy::spf {
namespace {

const DomainName kDomain = DomainName::parse("example.com").value();
const Place kPlace{"a:mail.example.com", kDomain};

TEST(SpfBudget, PaysForTenTermsAndNotForTheEleventh) {  // S-13
  Budget budget({}, Instant::max());
  for (unsigned i = 0; i < 10; ++i) EXPECT_TRUE(budget.spend_term(kPlace)) << i;
  EXPECT_EQ(budget.terms(), 10U);
  EXPECT_FALSE(budget.halted());
  EXPECT_FALSE(budget.spend_term(kPlace));
  EXPECT_EQ(budget.terms(), 10U) << "what was refused does not count";
  EXPECT_EQ(budget.halted(), (Halt{SpfResult::PermError,
                                   "more than 10 terms that ask the DNS, at \"a:mail.example.com\" "
                                   "of example.com"}));
}

TEST(SpfBudget, PaysForTwoVoidsAndNotForTheThird) {  // S-16
  Budget budget({}, Instant::max());
  EXPECT_TRUE(budget.spend_void(kPlace));
  EXPECT_TRUE(budget.spend_void(kPlace));
  EXPECT_FALSE(budget.halted());
  EXPECT_FALSE(budget.spend_void(kPlace));
  EXPECT_EQ(budget.voids(), 3U);
  EXPECT_EQ(budget.halted()->result, SpfResult::PermError);
  EXPECT_EQ(budget.halted()->reason,
            "more than 2 DNS lookups that found nothing, at \"a:mail.example.com\" of example.com");
}

TEST(SpfBudget, HasTheLimitsOfTheSettings) {  // S-16
  Budget budget({.terms = 1, .voids = 0}, Instant::max());
  EXPECT_TRUE(budget.spend_term(kPlace));
  EXPECT_FALSE(budget.spend_void(kPlace));
}

TEST(SpfBudget, KeepsTheFirstHalt) {
  Budget budget({}, Instant::max());
  budget.halt(SpfResult::TempError, "the DNS gave no answer");
  budget.halt(SpfResult::PermError, "something else");
  EXPECT_EQ(budget.halted(), (Halt{SpfResult::TempError, "the DNS gave no answer"}));
}

TEST(SpfBudget, PaysForNothingOnceItHasHalted) {
  Budget budget({}, Instant::max());
  EXPECT_EQ(budget.terms_left(), 10U);
  budget.halt(SpfResult::TempError, "the DNS gave no answer");
  EXPECT_FALSE(budget.spend_term(kPlace));
  EXPECT_FALSE(budget.spend_void(kPlace));
  EXPECT_EQ(budget.terms(), 0U);
  EXPECT_EQ(budget.voids(), 0U);
  EXPECT_EQ(budget.terms_left(), 0U);
}

TEST(SpfBudget, SaysWhereInPrintableTextOfBoundedLength) {  // S-41
  const std::string term = "a:\r\n\xff" + std::string(5000, 'x');
  const std::string text = to_string({term, kDomain});
  EXPECT_TRUE(text.starts_with("\"a:???xxx")) << text;
  EXPECT_TRUE(text.ends_with("...\" of example.com")) << text;
  EXPECT_LT(text.size(), 130U);
}

}  // namespace
}  // namespace waarmerk::policy::spf
