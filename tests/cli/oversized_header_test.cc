// A header beyond the bounds, in a saved message: `waarmerk check` says what the milter would.
#include <gtest/gtest.h>

#include <string>

#include "policy/header_section.h"
#include "tests/cli/whole_chain.h"

namespace waarmerk::cli {
namespace {

Mail padded(std::size_t fields) {
  Mail mail = signed_by("bank.example", {});
  for (std::size_t i = 0; i < fields; ++i) mail.added_on_top += "X: y\n";
  return mail;
}

TEST(OversizedHeader, IsJudgedWithinTheBounds) {
  const ChainOutput output = send(padded(policy::kMaxFields - 100));
  EXPECT_EQ(outcome(output), "spf=pass dmarc=pass accept");
}

TEST(OversizedHeader, IsRefusedBeyondThem) {
  const ChainOutput output = send(padded(policy::kMaxFields));
  EXPECT_EQ(outcome(output), "spf=none dmarc=- reject");
  ASSERT_TRUE(output.actions.reply);
  EXPECT_EQ(output.actions.reply->code(), "552");
  EXPECT_EQ(output.actions.reply->enhanced(), "5.3.4");
}

TEST(OversizedHeader, LosesItsClaimsWhenItIsAccepted) {
  Mail mail = padded(0);
  for (std::size_t i = 0; i < 2 * policy::kMaxFields; ++i) mail.added_on_top += "From: x\n";
  mail.header += "Authentication-Results: another.example; dmarc=pass\n";
  mail.settings = "policy.oversized_header = \"accept\"\n";
  EXPECT_EQ(outcome(send(mail)), "spf=none dmarc=- accept removed=1");
}

}  // namespace
}  // namespace waarmerk::cli
