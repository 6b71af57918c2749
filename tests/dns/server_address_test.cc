// Spellings of a server address.
#include "dns/server_address.h"

#include <gtest/gtest.h>

namespace waarmerk::dns {
namespace {

struct Row {
  const char* title;
  const char* text;
  /// Empty: an error.
  const char* want;
};

std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.title; }

class ServerAddressText : public testing::TestWithParam<Row> {};

TEST_P(ServerAddressText, IsReadOrRejected) {
  const auto got = ServerAddress::parse(GetParam().text);
  EXPECT_EQ(got ? got->text() : "", GetParam().want);
}

const Row kRows[] = {
    {"Ipv4", "192.0.2.1", "192.0.2.1"},
    {"Ipv4WithPort", "192.0.2.1:5353", "192.0.2.1:5353"},
    {"DefaultPortIsLeftOut", "192.0.2.1:53", "192.0.2.1"},
    {"Ipv6", "2001:db8::1", "2001:db8::1"},
    {"Ipv6InBrackets", "[2001:db8::1]", "2001:db8::1"},
    {"Ipv6WithPort", "[2001:db8::1]:5353", "[2001:db8::1]:5353"},
    {"HighestPort", "127.0.0.1:65535", "127.0.0.1:65535"},
    {"Empty", "", ""},
    {"Name", "resolver.example", ""},
    {"NameWithPort", "resolver.example:53", ""},
    {"PortZero", "192.0.2.1:0", ""},
    {"PortTooHigh", "192.0.2.1:65536", ""},
    {"PortMissing", "192.0.2.1:", ""},
    {"PortOfLetters", "192.0.2.1:dns", ""},
    {"Ipv4InBrackets", "[192.0.2.1]:53", ""},
    {"BracketOpen", "[2001:db8::1", ""},
    {"TextBehindBracket", "[2001:db8::1]53", ""},
    {"Space", "192.0.2.1 ", ""},
    {"Hash", "192.0.2.1#53", ""},
};

INSTANTIATE_TEST_SUITE_P(Rows, ServerAddressText, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.title); });

}  // namespace
}  // namespace waarmerk::dns
