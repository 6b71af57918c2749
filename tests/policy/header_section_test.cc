#include "policy/header_section.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/auth_results.h"

namespace waarmerk::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

HeaderSection full() {
  HeaderSection header;
  for (std::size_t i = 0; i < kMaxFields; ++i) header.add({"X", " y"});
  return header;
}

TEST(HeaderSection, IsNotOversizedAtItsBounds) {
  EXPECT_FALSE(full().is_oversized());
  HeaderSection header;
  EXPECT_NE(header.add({"X", std::string(kMaxHeaderBytes - 1, 'y')}), nullptr);
  EXPECT_FALSE(header.is_oversized());
}

TEST(HeaderSection, IsOversizedOneFieldBeyond) {
  HeaderSection header = full();
  EXPECT_EQ(header.add({"X", " y"}), nullptr);
  EXPECT_TRUE(header.is_oversized());
  EXPECT_EQ(header.fields().size(), kMaxFields);
}

TEST(HeaderSection, IsOversizedOneOctetBeyond) {
  HeaderSection header;
  EXPECT_EQ(header.add({"X", std::string(kMaxHeaderBytes, 'y')}), nullptr);
  EXPECT_TRUE(header.is_oversized());
}

TEST(HeaderSection, HasMoreRoomForAuthorsAndClaims) {
  HeaderSection header = full();
  EXPECT_NE(header.add({"from ", " a@example.com"}), nullptr);
  EXPECT_NE(header.add({"Authentication-Results", " mx.example.org; dmarc=pass"}), nullptr);
  EXPECT_NE(header.add({"x-waarmerk-action", " none"}), nullptr);
  EXPECT_FALSE(header.is_oversized());
  EXPECT_THAT(header.unread_claims(), IsEmpty());
}

TEST(HeaderSection, KeepsTheNamesOfClaimsBeyond) {
  HeaderSection header;
  for (std::size_t i = 0; i < 2 * kMaxFields; ++i) header.add({"From", " a@example.com"});
  header.add({"From", " a@example.com"});
  header.add({"X-Waarmerk-Action", " none"});
  header.add({"Subject", " Hello"});
  header.add({"Authentication-Results ", std::string(1000, 'x')});
  EXPECT_TRUE(header.is_oversized());
  EXPECT_THAT(header.unread_claims(), ElementsAre("X-Waarmerk-Action", "Authentication-Results "));
}

/// Deletions count the fields of a name: one that is read below one that is not would be
/// miscounted.
TEST(HeaderSection, ReadsNoClaimBelowOneThatIsUnread) {
  HeaderSection header;
  header.add({"X-Waarmerk-Reason", " first"});
  header.add({"X-Waarmerk-Reason", std::string(2 * kMaxHeaderBytes, 'x')});
  header.add({"X-Waarmerk-Reason", " it would fit"});
  EXPECT_EQ(header.fields().size(), 1U);
  EXPECT_THAT(header.unread_claims(), ElementsAre("X-Waarmerk-Reason", "X-Waarmerk-Reason"));
}

TEST(HeaderSection, SaysWhenItCannotKeepAllNames) {
  HeaderSection header;
  for (std::size_t i = 0; i < 3 * kMaxFields; ++i) header.add({"X-Waarmerk-Action", ""});
  EXPECT_FALSE(header.lost_claims());
  header.add({"X-Waarmerk-Action", ""});
  EXPECT_TRUE(header.lost_claims());
  EXPECT_EQ(header.unread_claims().size(), kMaxFields);
}

TEST(HeaderSection, BoundsTheOctetsOfNames) {
  HeaderSection header;
  const std::string name = "X-Waarmerk-" + std::string(kMaxHeaderBytes / 4, 'x');
  for (int i = 0; i < 20; ++i) header.add({name, ""});
  EXPECT_TRUE(header.lost_claims());
  EXPECT_LE(header.unread_claims().size(), 4U);
}

}  // namespace
}  // namespace waarmerk::policy
