#include "base/result.h"

#include <gtest/gtest.h>

namespace waarmerk {
namespace {

TEST(Error, IsSaidWithItsPlace) {
  EXPECT_EQ(to_string(Error{"empty label", "w.toml:12"}), "w.toml:12: empty label");
  EXPECT_EQ(to_string(Error{"empty label", ""}), "empty label") << "no place, no colon";
}

}  // namespace
}  // namespace waarmerk
