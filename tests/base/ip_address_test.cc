#include "base/ip_address.h"

#include <gtest/gtest.h>

namespace waarmerk {
namespace {

struct Row {
  const char* name;
  std::string input;
  std::string want;  ///< empty: must be refused
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class IpAddressParse : public testing::TestWithParam<Row> {};

TEST_P(IpAddressParse, GivesCanonicalText) {
  const auto ip = IpAddress::parse(GetParam().input);
  EXPECT_EQ(ip ? ip->text() : "", GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Addresses, IpAddressParse,
    testing::Values(Row{"v4", "192.0.2.1", "192.0.2.1"}, Row{"v6", "2001:DB8:0::1", "2001:db8::1"},
                    Row{"S25_mapped", "::ffff:192.0.2.1", "192.0.2.1"},
                    Row{"M16_prefix", "IPv6:2001:db8::1", "2001:db8::1"},
                    Row{"M16_prefix_mapped", "IPv6:::ffff:192.0.2.1", "192.0.2.1"},
                    Row{"M16_prefix_before_v4", "IPv6:192.0.2.1", ""},
                    Row{"leading_zero", "192.0.2.01", ""}, Row{"three_parts", "192.0.2", ""},
                    Row{"too_big", "256.0.2.1", ""}, Row{"brackets", "[192.0.2.1]", ""},
                    Row{"zone", "fe80::1%lo", ""}, Row{"empty", "", ""},
                    Row{"nul", std::string("192.0.2.1\0x", 11), ""}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(IpAddress, WritesReverseNames) {
  EXPECT_EQ(IpAddress::parse("192.0.2.1")->reverse_name(), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(IpAddress::parse("2001:db8::1")->reverse_name(),
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST(IpAddress, KnowsLoopback) {
  EXPECT_TRUE(IpAddress::parse("127.8.9.1")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("::1")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("::ffff:127.0.0.1")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("192.0.2.1")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("::2")->is_loopback());
}

struct PrefixRow {
  const char* name;
  const char* prefix;
  const char* inside;  ///< nullptr: the prefix must be refused
  const char* outside;
};
std::ostream& operator<<(std::ostream& out, const PrefixRow& row) { return out << row.name; }

class IpPrefixTest : public testing::TestWithParam<PrefixRow> {};

TEST_P(IpPrefixTest, Contains) {
  const auto& [name, text, inside, outside] = GetParam();
  const auto prefix = IpPrefix::parse(text);
  ASSERT_EQ(prefix.has_value(), inside != nullptr);
  if (!prefix) return;
  EXPECT_TRUE(prefix->contains(*IpAddress::parse(inside)));
  EXPECT_FALSE(prefix->contains(*IpAddress::parse(outside)));
}

INSTANTIATE_TEST_SUITE_P(
    Prefixes, IpPrefixTest,
    testing::Values(PrefixRow{"v4_24", "192.0.2.0/24", "192.0.2.255", "192.0.3.0"},
                    PrefixRow{"v4_25", "192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
                    PrefixRow{"v4_0", "0.0.0.0/0", "203.0.113.9", "::1"},
                    PrefixRow{"single", "192.0.2.7", "192.0.2.7", "192.0.2.8"},
                    PrefixRow{"v6_32", "2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
                    PrefixRow{"v6_never_v4", "::/0", "::2", "192.0.2.1"},
                    PrefixRow{"host_bits", "192.0.2.1/24", nullptr, nullptr},
                    PrefixRow{"too_long", "192.0.2.0/33", nullptr, nullptr},
                    PrefixRow{"no_number", "192.0.2.0/", nullptr, nullptr},
                    PrefixRow{"sign", "192.0.2.0/+8", nullptr, nullptr}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(IpPrefix, SaysHowToWriteAMappedNetwork) {
  EXPECT_EQ(IpPrefix::parse("::ffff:192.0.2.0/120").error().text,
            "an IPv4 network in the spelling of IPv6: \"::ffff:192.0.2.0/120\"; write it as "
            "\"192.0.2.0/24\"");
  for (const char* other : {"::ffff:192.0.2.0/95", "::ffff:192.0.2.0/129", "192.0.2.0/120"}) {
    EXPECT_EQ(IpPrefix::parse(other).error().text,
              "not a prefix length from 0 to 32: \"" + std::string(other) + "\"");
  }
  EXPECT_EQ(IpPrefix::parse("2001:db8::/129").error().text,
            "not a prefix length from 0 to 128: \"2001:db8::/129\"");
}

}  // namespace
}  // namespace waarmerk
