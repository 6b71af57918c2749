#include "base/output_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/scratch_folder.h"
#include "tests/support/whole_file.h"

namespace waarmerk {
namespace {

TEST(OutputFolder, WritesAndReplacesWholeFiles) {
  const support::ScratchFolder scratch;
  const auto folder = OutputFolder::open(scratch.path().string());
  ASSERT_TRUE(folder.has_value());
  const std::string octets("a\0b\n", 4);
  ASSERT_TRUE(folder->write("mx!example.com!1!2.xml.gz", octets).has_value());
  EXPECT_EQ(support::read_whole(scratch.path() / "mx!example.com!1!2.xml.gz"), octets);
  ASSERT_TRUE(folder->write("mx!example.com!1!2.xml.gz", "").has_value());
  EXPECT_EQ(support::read_whole(scratch.path() / "mx!example.com!1!2.xml.gz"), "");
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(scratch.path())) {
    ++files;
  }
  EXPECT_EQ(files, 1U) << "something was left aside";
}

TEST(OutputFolder, NobodyElseMayReadThem) {
  const support::ScratchFolder scratch;
  const auto folder = OutputFolder::open(scratch.path().string());
  ASSERT_TRUE(folder.has_value());
  ASSERT_TRUE(folder->write("report", "x").has_value());
  using std::filesystem::perms;
  const auto mode = std::filesystem::status(scratch.path() / "report").permissions();
  EXPECT_EQ(mode & perms::others_all, perms::none);
}

TEST(OutputFolder, ANameIsOneName) {
  const support::ScratchFolder scratch;
  const auto folder = OutputFolder::open(scratch.path().string());
  ASSERT_TRUE(folder.has_value());
  for (const std::string& name :
       {std::string(), std::string("."), std::string("../x"), std::string("a/b"),
        std::string("/tmp/x"), std::string(".hidden"), std::string("a\0b", 3)}) {
    EXPECT_FALSE(folder->write(name, "x").has_value()) << name;
  }
  EXPECT_TRUE(folder->write("a", "x").has_value());
  EXPECT_FALSE(folder->write(std::string(300, 'x'), "x").has_value());
}

TEST(OutputFolder, MustBeAFolder) {
  const support::ScratchFolder scratch;
  EXPECT_FALSE(OutputFolder::open((scratch.path() / "nothing").string()).has_value());
  EXPECT_FALSE(OutputFolder::open(scratch.write("file", "x")).has_value());
  EXPECT_TRUE(OutputFolder::open(scratch.path().string()).has_value());
}

}  // namespace
}  // namespace waarmerk
