// The bounded reader: what it reads, and that it stops for good.
#include "base/cursor.h"

#include <gtest/gtest.h>

using namespace std::string_view_literals;

namespace waarmerk {
namespace {

TEST(Cursor, ReadsNumbersInNetworkOrder) {
  Cursor cursor("\x01\x02\x03\x04\x05\x06\xFF"sv);
  EXPECT_EQ(cursor.u8(), 0x01);
  EXPECT_EQ(cursor.u16(), 0x0203);
  EXPECT_EQ(cursor.offset(), 3U);
  EXPECT_EQ(cursor.u32(), 0x040506FFU);
  EXPECT_TRUE(cursor.at_end());
}

TEST(Cursor, TakesPiecesAndTheRest) {
  Cursor cursor("abcdef");
  EXPECT_EQ(cursor.take(2), "ab");
  cursor.skip(1);
  EXPECT_EQ(cursor.remaining(), 3U);
  EXPECT_EQ(cursor.take_rest(), "def");
  EXPECT_EQ(cursor.take(0), "");
  EXPECT_TRUE(cursor.at_end());
}

TEST(Cursor, AnEmptyTextIsAtItsEnd) { EXPECT_TRUE(Cursor("").at_end()); }

TEST(Cursor, AReadBeyondTheEndFailsForGood) {
  Cursor cursor("\x01\x02\x03"sv);
  EXPECT_EQ(cursor.u32(), 0U);
  EXPECT_FALSE(cursor.ok());
  EXPECT_FALSE(cursor.at_end());
  EXPECT_EQ(cursor.remaining(), 0U);
  EXPECT_EQ(cursor.u8(), 0) << "what would have fitted is not read any more";
  EXPECT_EQ(cursor.take(1), "");
  EXPECT_EQ(cursor.take_rest(), "");
  cursor.seek(0);
  EXPECT_FALSE(cursor.ok());
}

TEST(Cursor, AHugeLengthDoesNotWrapAround) {
  Cursor cursor("abc");
  cursor.skip(1);
  EXPECT_EQ(cursor.take(static_cast<std::size_t>(-1)), "");
  EXPECT_FALSE(cursor.ok());
}

TEST(Cursor, SeeksToTheEndButNotBeyond) {
  Cursor cursor("abc");
  cursor.seek(3);
  EXPECT_TRUE(cursor.at_end());
  cursor.seek(1);
  EXPECT_EQ(cursor.take_rest(), "bc");
  cursor.seek(4);
  EXPECT_FALSE(cursor.ok());
}

TEST(Cursor, CopiesAreIndependent) {
  Cursor cursor("abc");
  Cursor copy = cursor;
  copy.fail();
  EXPECT_TRUE(cursor.ok());
  EXPECT_EQ(cursor.take(3), "abc");
}

}  // namespace
}  // namespace waarmerk
