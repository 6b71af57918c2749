#include "policy/rules/patterns.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace waarmerk::policy {
namespace {

DomainName name(std::string_view text) { return DomainName::parse(text).value(); }
IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }
IpPrefix net(std::string_view text) { return IpPrefix::parse(text).value(); }

NamePatterns names(std::initializer_list<std::string_view> texts) {
  NamePatterns patterns;
  std::vector<NamePattern> parsed;
  for (const std::string_view text : texts) {
    patterns.written.emplace_back(text);
    parsed.push_back(NamePattern::parse(text).value());
  }
  patterns.sets.push_back(std::make_shared<const NameSet>(std::move(parsed)));
  return patterns;
}

TEST(NamePatterns, ExactAndBelowAreTwoThings) {
  const NamePatterns both = names({"a.example", "*.b.example"});
  EXPECT_TRUE(both.match(name("a.example")));
  EXPECT_FALSE(both.match(name("x.a.example")));
  EXPECT_TRUE(both.match(name("x.b.example")));
  EXPECT_TRUE(both.match(name("x.y.b.example")));
  EXPECT_FALSE(both.match(name("b.example"))) << "write both for both";
  EXPECT_FALSE(both.match(name("xb.example"))) << "by whole labels";
}

TEST(NamePatterns, Cover) {
  const NamePatterns wide = names({"*.example", "a.test"});
  EXPECT_TRUE(wide.cover(names({"x.example", "*.x.example", "a.test"})));
  EXPECT_FALSE(wide.cover(names({"example"})));
  EXPECT_FALSE(wide.cover(names({"*.a.test"})));
  EXPECT_FALSE(wide.cover(names({"x.example", "b.test"})));
}

TEST(NamePatterns, CommonNames) {
  EXPECT_TRUE(have_common_name(names({"*.example"}), names({"a.example"})));
  EXPECT_TRUE(have_common_name(names({"*.a.example"}), names({"*.example"})));
  EXPECT_FALSE(have_common_name(names({"*.a.example"}), names({"a.example", "*.b.example"})));
}

TEST(NamePatterns, MayStandAbove) {
  EXPECT_TRUE(may_stand_above(names({"a.example"}), names({"x.a.example"})));
  EXPECT_TRUE(may_stand_above(names({"a.example"}), names({"a.example"})));
  EXPECT_FALSE(may_stand_above(names({"x.a.example"}), names({"a.example"})));
  EXPECT_TRUE(may_stand_above(names({"x.a.example"}), names({"*.a.example"})));
  EXPECT_TRUE(may_stand_above(names({"*.a.example"}), names({"*.a.example"})));
  EXPECT_TRUE(may_stand_above(names({"example"}), names({"*.a.example"})));
  EXPECT_FALSE(may_stand_above(names({"*.b.example"}), names({"*.a.example"})));
}

TEST(NetworkSet, HoldsWhatItsNetworksHold) {
  const NetworkSet set(
      {net("192.0.2.0/24"), net("192.0.2.7"), net("10.0.0.0/8"), net("2001:db8::/32")});
  EXPECT_EQ(set.patterns().size(), 3U) << "one lies in another";
  EXPECT_TRUE(set.contains(ip("192.0.2.255")));
  EXPECT_TRUE(set.contains(ip("10.255.255.255")));
  EXPECT_TRUE(set.contains(ip("2001:db8:ffff::1")));
  EXPECT_FALSE(set.contains(ip("192.0.3.0")));
  EXPECT_FALSE(set.contains(ip("9.255.255.255")));
  EXPECT_FALSE(set.contains(ip("2001:db9::")));
  EXPECT_TRUE(set.covers(net("10.1.0.0/16")));
  EXPECT_FALSE(set.covers(net("192.0.0.0/16")));
  EXPECT_FALSE(set.covers(net("::/0")));
}

/// The search finds what a look at each network would.
TEST(NetworkSet, AgreesWithAPlainLook) {
  std::mt19937 random(7);
  const auto address = [&] {
    return IpAddress::v4({static_cast<std::uint8_t>(random() % 4),
                          static_cast<std::uint8_t>(random() % 4), 0,
                          static_cast<std::uint8_t>(random())});
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<IpPrefix> networks;
    for (auto i = random() % 8; i > 0; --i) {
      const auto length = 8 + random() % 25;
      const auto parsed = IpPrefix::parse(address().text() + "/" + std::to_string(length));
      if (parsed) networks.push_back(*parsed);
    }
    const NetworkSet set(networks);
    for (int i = 0; i < 50; ++i) {
      const IpAddress client = address();
      const bool expected = std::ranges::any_of(
          networks, [&](const IpPrefix& network) { return network.contains(client); });
      ASSERT_EQ(set.contains(client), expected) << client.text();
    }
  }
}

}  // namespace
}  // namespace waarmerk::policy
