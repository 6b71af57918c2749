#include "cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace waarmerk::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kMebibyte = 1U << 20U;

class ProgressTest : public testing::Test {
 protected:
  /// What was written since the last call.
  std::string written() {
    std::string text = terminal_.str();
    terminal_.str("");
    return text;
  }
  std::ostringstream terminal_;
};

TEST_F(ProgressTest, ShowsHowFarItIs) {
  Progress progress(terminal_, Progress::Shown::Yes);
  progress.show(50 * kMebibyte, 200 * kMebibyte);
  EXPECT_EQ(written(), "\r\x1b[K[##########..............................] 25 % of 200 MiB");
  progress.show(50 * kMebibyte + 1, 200 * kMebibyte);
  EXPECT_THAT(written(), IsEmpty()) << "nothing has changed";
  progress.show(300 * kMebibyte, 200 * kMebibyte);
  EXPECT_THAT(written(), HasSubstr("100 %")) << "a file that grew";
}

TEST_F(ProgressTest, WithoutATotalItCounts) {
  Progress progress(terminal_, Progress::Shown::Yes);
  progress.show(3 * kMebibyte, 0);
  EXPECT_THAT(written(), HasSubstr("3 MiB read"));
}

TEST_F(ProgressTest, MakesRoom) {
  Progress progress(terminal_, Progress::Shown::Yes);
  progress.clear();
  EXPECT_THAT(written(), IsEmpty()) << "there was nothing";
  progress.show(1, 2);
  written();
  progress.clear();
  EXPECT_EQ(written(), "\r\x1b[K");
  progress.show(1, 2);
  EXPECT_THAT(written(), HasSubstr("50 %"));
}

TEST_F(ProgressTest, IsSilentWhereNobodyLooks) {
  Progress progress(terminal_, Progress::Shown::No);
  progress.show(1, 2);
  progress.clear();
  EXPECT_THAT(written(), IsEmpty());
}

}  // namespace
}  // namespace waarmerk::cli
