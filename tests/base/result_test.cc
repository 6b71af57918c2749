#include "base/result.h"

#include <gtest/gtest.h>

#include <string>

namespace waarmerk {
namespace {

TEST(Error, IsSaidWithItsPlace) {
  EXPECT_EQ(to_string(Error{"empty label", "w.toml:12"}), "w.toml:12: empty label");
  EXPECT_EQ(to_string(Error{"empty label", ""}), "empty label") << "no place, no colon";
}

/// A file name, or what somebody typed, must not speak to the terminal.
TEST(Error, IsSaidPrintable) {
  EXPECT_EQ(to_string(Error{"no\x1b[31m\nsuch", "w\x07.toml:1"}), "w?.toml:1: no?[31m?such");
  const std::string long_path(300, 'x');
  EXPECT_EQ(to_string(Error{"is a directory", long_path}), long_path + ": is a directory")
      << "however long it is";
}

}  // namespace
}  // namespace waarmerk
