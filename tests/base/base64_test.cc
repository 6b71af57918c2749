#include "base/base64.h"

#include <gtest/gtest.h>

namespace waarmerk {
namespace {

TEST(Base64, RoundTripsEveryLength) {
  std::string octets;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(decode_base64(encode_base64(octets)), octets) << i;
    octets.push_back(static_cast<char>(i * 7));
  }
}

TEST(Base64, SkipsFoldingAndTakesMissingPadding) {
  EXPECT_EQ(decode_base64("aGVs\r\n bG8="), "hello");
  EXPECT_EQ(decode_base64("aGVsbG8"), "hello");
  EXPECT_EQ(decode_base64(""), "");
}

TEST(Base64, RefusesWhatIsOutOfPlace) {
  for (const char* bad :
       {"aGVsbG8*", "a", "aGVs=bG8", "aGVsbG8==", "====", "aGV=sbG8", "=", "aGVs="}) {
    EXPECT_EQ(decode_base64(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace waarmerk
