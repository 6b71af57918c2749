// Names in DNS messages: compression, limits, loops.
#include "dns/wire_name.h"

#include <gtest/gtest.h>

#include "tests/support/dns_message.h"
#include "tests/support/dns_values.h"

using namespace std::string_literals;

namespace waarmerk::dns {
namespace {

using test::name;
using test::wire_name;
using test::wire_u16;

/// A pointer to an offset.
std::string pointer(unsigned target) { return wire_u16(0xC000U | target); }

/// Reads the name at `offset`; nullopt if it is malformed.
std::optional<std::string> read_at(std::string_view message, std::size_t offset) {
  Cursor cursor(message);
  cursor.seek(offset);
  const WireName read = read_name(cursor);
  return cursor.ok() ? std::optional(read.octets) : std::nullopt;
}

TEST(WireName, IsLowerCaseAndUncompressed) {
  const std::string message = wire_name("Example") + "\1A" + pointer(0);
  EXPECT_EQ(read_at(message, 9), wire_name("a.example"));
}

TEST(WireName, TheCursorStandsBehindTheNameOrItsFirstPointer) {
  const std::string message = wire_name("example") + "\1a" + pointer(0) + "rest";
  Cursor cursor(message);
  cursor.seek(9);
  EXPECT_EQ(read_name(cursor).octets, wire_name("a.example"));
  EXPECT_EQ(cursor.take_rest(), "rest");
}

TEST(WireName, ConvertsToAndFromDomainNames) {
  EXPECT_EQ(WireName::of(name("a.example")).octets, "\1a\7example\0"s);
  EXPECT_EQ(WireName::of(name("a.example")).domain(), name("a.example"));
  EXPECT_EQ(WireName{"\3a.b\0"s}.domain(), std::nullopt);
  EXPECT_EQ(WireName{"\0"s}.domain(), std::nullopt);
  EXPECT_TRUE(WireName{"\0"s}.is_root());
}

TEST(WireName, PointersLeadBackwardsOnly) {
  EXPECT_EQ(read_at(pointer(0), 0), std::nullopt) << "to itself";
  EXPECT_EQ(read_at(pointer(2) + wire_name("a"), 0), std::nullopt) << "forwards";
  EXPECT_EQ(read_at("\1a" + pointer(0), 0), std::nullopt) << "to the beginning of its own name";
  EXPECT_EQ(read_at("\1a" + pointer(0), 2), std::nullopt) << "a loop of two pieces";
  EXPECT_EQ(read_at(wire_name("a") + "\1b" + pointer(2), 3), "\1b\0"s) << "into a name is fine";
}

TEST(WireName, LabelTypesOtherThanTwoAreMalformed) {
  EXPECT_EQ(read_at("\x40"s + std::string(80, '\0'), 0), std::nullopt);
  EXPECT_EQ(read_at("\x80\0"s, 0), std::nullopt);
}

TEST(WireName, HasAtMost255Octets) {
  std::string labels;
  for (int i = 0; i < 3; ++i) labels += "\x3F" + std::string(63, 'a');
  const std::string fits = labels + "\x3D" + std::string(61, 'a') + '\0';
  ASSERT_EQ(fits.size(), 255U);
  EXPECT_EQ(read_at(fits, 0), fits);
  EXPECT_EQ(read_at(labels + "\x3E" + std::string(62, 'a') + '\0', 0), std::nullopt);
}

TEST(WireName, AChainOfPointersHasAnEnd) {
  std::string message = "\0"s;
  unsigned last = 0;
  const auto add_pointer = [&] {
    const auto here = static_cast<unsigned>(message.size());
    message += pointer(last);
    last = here;
  };
  for (int i = 0; i < 127; ++i) add_pointer();
  EXPECT_EQ(read_at(message, last), "\0"s);
  add_pointer();
  EXPECT_EQ(read_at(message, last), std::nullopt);
}

TEST(WireName, TruncatedNamesAreMalformed) {
  const std::string whole = wire_name("a.example");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(read_at(whole.substr(0, length), 0), std::nullopt) << length;
  }
  EXPECT_EQ(read_at("\xC0", 0), std::nullopt);
}

}  // namespace
}  // namespace waarmerk::dns
