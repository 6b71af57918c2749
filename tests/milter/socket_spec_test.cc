#include "milter/socket_spec.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

namespace waarmerk::milter {
namespace {

struct GoodSpec {
  std::string name;
  std::string text;
  std::string libmilter;
};
std::ostream& operator<<(std::ostream& out, const GoodSpec& row) { return out << row.text; }

class GoodSocketSpec : public testing::TestWithParam<GoodSpec> {};

TEST_P(GoodSocketSpec, BecomesTheOneSpellingOfLibmilter) {
  const auto spec = SocketSpec::parse(GetParam().text);
  ASSERT_TRUE(spec) << spec.error().text;
  EXPECT_EQ(spec->libmilter_form(), GetParam().libmilter);
}

// M-40
INSTANTIATE_TEST_SUITE_P(
    Table, GoodSocketSpec,
    testing::Values(
        GoodSpec{"Unix", "unix:/run/waarmerk/w.sock", "unix:/run/waarmerk/w.sock"},
        GoodSpec{"Local", "local:/run/w.sock", "unix:/run/w.sock"},
        GoodSpec{"SchemeInAnyCase", "UNIX:/run/w.sock", "unix:/run/w.sock"},
        GoodSpec{"PathWithColonAndAt", "unix:/run/a:b@c", "unix:/run/a:b@c"},
        GoodSpec{"PathOfFullLength", "unix:/" + std::string(106, 'x'),
                 "unix:/" + std::string(106, 'x')},
        GoodSpec{"PostfixInet", "inet:127.0.0.1:8891", "inet:8891@[127.0.0.1]"},
        GoodSpec{"SendmailInet", "inet:8891@127.0.0.1", "inet:8891@[127.0.0.1]"},
        GoodSpec{"PostfixName", "inet:localhost:8891", "inet:8891@localhost"},
        GoodSpec{"SendmailName", "inet:8891@MX.example.org", "inet:8891@mx.example.org"},
        GoodSpec{"PostfixV6", "inet:[::1]:8891", "inet6:8891@[::1]"},
        GoodSpec{"PostfixInet6", "inet6:[2001:db8::1]:8891", "inet6:8891@[2001:db8::1]"},
        GoodSpec{"SendmailV6", "inet6:8891@::1", "inet6:8891@[::1]"},
        GoodSpec{"SendmailV6InBrackets", "inet6:8891@[::1]", "inet6:8891@[::1]"},
        GoodSpec{"SendmailInetWithV6", "inet:8891@::1", "inet6:8891@[::1]"},
        GoodSpec{"WildcardPostfix", "inet:*:8891", "inet:8891"},
        GoodSpec{"WildcardSendmail", "inet:8891@*", "inet:8891"},
        GoodSpec{"WildcardV6", "inet6:8891@*", "inet6:8891"},
        GoodSpec{"WildcardV6Postfix", "inet6:*:8891", "inet6:8891"},
        GoodSpec{"NameV6Postfix", "inet6:localhost:8891", "inet6:8891@localhost"},
        GoodSpec{"NameV6Sendmail", "inet6:8891@localhost", "inet6:8891@localhost"},
        GoodSpec{"InetSchemeInAnyCase", "Inet:LocalHost:8891", "inet:8891@localhost"},
        GoodSpec{"LongestSpellingOfAnAddress", "inet6:8891@2001:0db8:0000:0000:0000:0000:0000:0001",
                 "inet6:8891@[2001:db8::1]"},
        GoodSpec{"LowestPort", "inet:127.0.0.1:1", "inet:1@[127.0.0.1]"},
        GoodSpec{"HighestPort", "inet:127.0.0.1:65535", "inet:65535@[127.0.0.1]"}),
    [](const auto& row) { return row.param.name; });

struct BadSpec {
  std::string name;
  std::string text;
  std::string says;
};
std::ostream& operator<<(std::ostream& out, const BadSpec& row) { return out << row.text; }

class BadSocketSpec : public testing::TestWithParam<BadSpec> {};

TEST_P(BadSocketSpec, SaysWhatWasExpected) {
  const auto spec = SocketSpec::parse(GetParam().text);
  ASSERT_FALSE(spec) << spec->libmilter_form();
  EXPECT_NE(spec.error().text.find(GetParam().says), std::string::npos) << spec.error().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadSocketSpec,
    testing::Values(
        BadSpec{"Empty", "", "no known kind"}, BadSpec{"BarePath", "/run/w.sock", "no known kind"},
        BadSpec{"UnknownScheme", "tcp:127.0.0.1:8891", "no known kind"},
        BadSpec{"SchemeAlone", "unix", "not absolute"}, BadSpec{"NoPath", "unix:", "not absolute"},
        BadSpec{"RelativePath", "unix:w.sock", "not absolute"},
        BadSpec{"Folder", "unix:/run/", "names no file"},
        BadSpec{"ControlInPath", "unix:/run/a\nb", "names no file"},
        BadSpec{"Broadcast", "inet:25@255.255.255.255", "is the broadcast address"},
        BadSpec{"PathTooLong", "unix:/" + std::string(107, 'x'), "longer than 107"},
        BadSpec{"SpaceBeforeScheme", " unix:/run/w.sock", "no known kind"},
        BadSpec{"DescriptorOfSystemd", "fd:3", "no known kind"},
        BadSpec{"RelativeToTheQueueAsInPostfix", "unix:waarmerk/w.sock", "not absolute"},
        BadSpec{"AbstractName", "unix:@waarmerk", "not absolute"},
        BadSpec{"AbstractNameOfTheKernel", std::string("unix:\0waarmerk", 14), "not absolute"},
        BadSpec{"NulInPath", std::string("unix:/run/a\0b", 13), "names no file"},
        BadSpec{"RootFolder", "unix:/", "names no file"},
        BadSpec{"LocalPathTooLong", "local:/" + std::string(107, 'x'), "longer than 107"},
        BadSpec{"PortAloneIsNoWildcardV6", "inet6:8891", "no host"},
        BadSpec{"WildcardAlone", "inet:*", "no host"},
        BadSpec{"NothingButAt", "inet:@", "no number"},
        BadSpec{"NothingButColons", "inet::", "no number"},
        BadSpec{"NoHostV6Postfix", "inet6::8891", "neither an address"},
        BadSpec{"NoHostV6Sendmail", "inet6:8891@", "neither an address"},
        BadSpec{"EmptyBrackets", "inet:[]:8891", "neither an address"},
        BadSpec{"WildcardInBrackets", "inet:[*]:8891", "neither an address"},
        BadSpec{"WildcardTwice", "inet:**:8891", "neither an address"},
        BadSpec{"WildcardInAName", "inet:*.example.org:8891", "neither an address"},
        BadSpec{"WildcardAsPort", "inet:*@127.0.0.1", "no number"},
        BadSpec{"BothOrders", "inet:127.0.0.1:8891@localhost", "no number"},
        BadSpec{"PortBehindTheHostOfSendmail", "inet:8891@127.0.0.1:8892", "neither an address"},
        BadSpec{"PortOfManyDigits", "inet:127.0.0.1:99999999999999999999", "no number"},
        BadSpec{"SpaceBeforePort", "inet:127.0.0.1: 8891", "no number"},
        BadSpec{"NameTooLong", "inet:" + std::string(254, 'x') + ":8891", "neither an address"},
        BadSpec{"MappedAddress", "inet:[::ffff:127.0.0.1]:8891", "IPv4 address"},
        BadSpec{"ZoneInAddress", "inet:[fe80::1%eth0]:8891", "neither an address"},
        BadSpec{"PortAloneIsNoWildcard", "inet:8891", "no host"},
        BadSpec{"NoPort", "inet:127.0.0.1:", "no number"},
        BadSpec{"PortZero", "inet:127.0.0.1:0", "no number"},
        BadSpec{"PortTooHigh", "inet:127.0.0.1:65536", "no number"},
        BadSpec{"PortWithSign", "inet:127.0.0.1:+25", "no number"},
        BadSpec{"PortIsName", "inet:127.0.0.1:smtp", "no number"},
        BadSpec{"NoHostPostfix", "inet::8891", "neither an address"},
        BadSpec{"NoHostSendmail", "inet:8891@", "neither an address"},
        BadSpec{"V6WithoutBrackets", "inet:2001:db8::1:8891", "needs brackets"},
        BadSpec{"V4InInet6", "inet6:127.0.0.1:8891", "IPv4 address"},
        BadSpec{"BadAddress", "inet:300.0.0.1:8891", "neither an address"},
        BadSpec{"ShortAddress", "inet:127.1:8891", "neither an address"},
        BadSpec{"NameInBrackets", "inet:[localhost]:8891", "neither an address"},
        BadSpec{"SpaceInName", "inet:a b:8891", "neither an address"},
        BadSpec{"TwoAts", "inet:8891@a@b", "neither an address"},
        BadSpec{"TagInAddress", "inet:[IPv6:::1]:8891", "neither an address"}),
    [](const auto& row) { return row.param.name; });

TEST(SocketSpec, ErrorsHoldNoControlCharacters) {
  const auto spec = SocketSpec::parse("inet:\x1b[31m:8891");
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace waarmerk::milter
