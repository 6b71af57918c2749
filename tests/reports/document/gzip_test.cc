#include "reporting/document/gzip.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/support/packed_file.h"

namespace waarmerk::reporting {
namespace {

std::string packed(const std::string& text, std::size_t piece) {
  Gzip gzip;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    EXPECT_TRUE(gzip.add(std::string_view(text).substr(at, piece)).has_value());
  }
  return gzip.finish().value_or("");
}

std::string noise(std::size_t octets) {
  std::mt19937 random(7);
  std::string text(octets, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

TEST(Gzip, PacksWhatCanBeUnpacked) {
  for (const std::string& text :
       {std::string(), std::string("one"), std::string(300'000, 'x'), noise(300'000)}) {
    EXPECT_EQ(support::unpacked(packed(text, 1'000)), text);
    EXPECT_EQ(support::unpacked(packed(text, 1'000'000)), text);
  }
}

TEST(Gzip, A_35_SaysNeitherWhenNorWhereItWasMade) {
  const std::string member = packed("text", 100);
  ASSERT_GE(member.size(), 10U);
  // Magic, deflate, no flags, no time, no hint, unknown system. RFC 1952 2.3.1
  EXPECT_EQ(member.substr(0, 10), std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10));
  EXPECT_EQ(packed("text", 100), member);
}

TEST(Gzip, KeepsItsPromiseOfSize) {
  const std::string text = noise(200'000);
  for (const std::size_t before : {0U, 10U, 16'000U, 50'000U, 100'000U, 199'999U}) {
    Gzip gzip;
    ASSERT_TRUE(gzip.add(std::string_view(text).substr(0, before)).has_value());
    const std::size_t promised = gzip.size_at_most(text.size() - before);
    ASSERT_TRUE(gzip.add(std::string_view(text).substr(before)).has_value());
    const std::string member = gzip.finish().value_or("");
    EXPECT_LE(member.size(), promised) << before;
    EXPECT_GT(member.size(), text.size());
  }
}

}  // namespace
}  // namespace waarmerk::reporting
