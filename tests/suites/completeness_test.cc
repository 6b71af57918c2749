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
    "arc/",                             // chains of ARC are not verified
    "dmarc-reports/mail-auth/1",        // mails with reports: we send some and read none
    "dmarc-xsd/dmarc-0.1-rfc7489.xsd",  // no schema by the rules of schemas; the other one is
    "psl/test_psl.txt",                 // the cases of psl/tests.txt in another form
};

/// What is read by tests/reports/document: schema_test.cc, and consumer_samples_test.cc, which also
/// holds its list against the folder.
constexpr std::array<std::string_view, 3> kOfReports = {
    "dmarc-xsd/dmarc-2.0-rfc9990.xsd",
    "dmarc-xsd/dmarc-0.1-rfc7489-nonamespace.xsd",
    "dmarc-xsd/sample-rfc9990-appendix-b.xml",
};

bool is_report_sample(const std::string& path) {
  return path.starts_with("dmarc-reports/") && path.ends_with(".xml");
}

/// The XML of a sample as another program understood it, member by member.
bool is_others_reading(const std::string& path) {
  return path.starts_with("dmarc-reports/") && path.ends_with(".json");
}

std::set<std::string> files_that_are_read() {
  std::set<std::string> files{"spf/rfc7208-tests.yml", "authres/cases.yml", "psl/tests.txt",
                              "dmarc/rfc9989/vectors.yml", "dkim/cases.yml"};
  files.insert(kOfReports.begin(), kOfReports.end());
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
  return is_paper(fs::path(path).filename().string()) || is_report_sample(path) ||
         is_others_reading(path) || std::ranges::any_of(kExcused, [&](std::string_view folder) {
           return path.starts_with(folder);
         });
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
