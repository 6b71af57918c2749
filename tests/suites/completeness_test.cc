// Every file of the public suites is read by a test, or is excused here: none may be left out
// unseen.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/suites/dkim_suite.h"

namespace waarmerk {
namespace {

namespace fs = std::filesystem;

const fs::path kSuites = WAARMERK_SUITES_DIR;

/// Data of what the program does not do, and data that other tests name themselves.
constexpr std::array<std::string_view, 4> kExcused = {
    "arc/",              // chains of ARC are not verified
    "dmarc-reports/",    // aggregate reports are not read
    "dmarc-xsd/",        // aggregate reports are not written
    "psl/test_psl.txt",  // the cases of psl/tests.txt in another form
};

std::set<std::string> files_that_are_read() {
  std::set<std::string> files{"spf/rfc7208-tests.yml", "authres/cases.yml", "psl/tests.txt",
                              "dmarc/rfc9989/vectors.yml", "dkim/cases.yml"};
  std::vector<policy::dkim::DkimCase> cases = policy::dkim::dkim_suite();
  cases.push_back(policy::dkim::kUnindexedDkimCase);
  for (const auto& c : cases) {
    files.insert("dkim/" + c.file);
    files.insert("dkim/" + c.zone);
  }
  return files;
}

/// True for what is about the data and no data.
bool is_paper(const std::string& name) {
  return name == "README.md" || name == ".gitattributes" || name.starts_with("LICENSE") ||
         name.ends_with(".LICENSE") || name.ends_with(".CHANGES");
}

bool is_excused(const std::string& path) {
  return is_paper(fs::path(path).filename().string()) ||
         std::ranges::any_of(kExcused,
                             [&](std::string_view folder) { return path.starts_with(folder); });
}

std::vector<std::string> unread(const fs::path& root, const std::set<std::string>& read) {
  std::vector<std::string> left;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    const std::string path = fs::relative(entry.path(), root).string();
    if (!read.contains(path) && !is_excused(path)) left.push_back(path);
  }
  return left;
}

TEST(SuiteFiles, AreAllRead) {
  if (!fs::exists(kSuites)) GTEST_SKIP() << "the suites are absent";
  EXPECT_EQ(unread(kSuites, files_that_are_read()), std::vector<std::string>{});
  for (const std::string& file : files_that_are_read()) EXPECT_TRUE(fs::exists(kSuites / file));
}

TEST(SuiteFiles, AreMissedWhenNobodyReadsThem) {
  if (!fs::exists(kSuites)) GTEST_SKIP() << "the suites are absent";
  auto read = files_that_are_read();
  read.erase("spf/rfc7208-tests.yml");
  EXPECT_EQ(unread(kSuites, read), std::vector<std::string>{"spf/rfc7208-tests.yml"});
}

}  // namespace
}  // namespace waarmerk
