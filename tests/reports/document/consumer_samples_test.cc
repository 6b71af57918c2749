// What readers of reports were seen to accept: the samples of two of them hold no element that we
// would not write, but for those that are listed here with their reason; and what we write stands
// where theirs does.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "tests/reports/document/rendered.h"
#include "tests/support/whole_file.h"

namespace waarmerk::reporting {
namespace {

using policy::ReportFormat;
using support::plain_report_row;
using support::report_key;
using support::XmlElement;

const std::filesystem::path kSamples = std::filesystem::path(WAARMERK_SUITES_DIR) / "dmarc-reports";

/// Reports that those readers take.
constexpr std::array kAccepted = {
    "mail-auth/001.xml",
    "mail-auth/002.xml",
    "mail-auth/003.xml",
    "mail-auth/004.xml",
    "mail-auth/005.xml",
    "parsedmarc/empty_reason.xml",
    "parsedmarc/old_draft_from_wiki.xml",
    "parsedmarc/report_with_upper_cased_pass.xml",
    "parsedmarc/rfc9990-example.net!example.com!1700000000!1700086399.xml",
    "parsedmarc/rfc9990-sample.xml",
};

/// Reports that no reader can take as they are.
constexpr std::array kBroken = {
    "parsedmarc/empty.xml",
    "parsedmarc/invalid_utf_8.xml",
    "parsedmarc/invalid_xml.xml",
};

/// What others write and we do not: the recipients' domains, which tell who got the mail; and
/// elements of a draft, or of nobody, that the first sample holds to show that they do no harm.
const std::set<std::string> kNotOurs = {
    "feedback/record/identifiers/envelope_to",
    "feedback/extensions",
    "feedback/record/extensions",
    "feedback/policy_published/unknown-tag1",
    "feedback/report_metadata/date_range/unknown-tag1",
};

/// Every path of elements below the root, "feedback/record/row".
std::set<std::string> paths_in(const XmlElement& root) {
  std::set<std::string> paths;
  std::vector<std::pair<const XmlElement*, std::string>> left{{&root, root.name}};
  while (!left.empty()) {
    const auto [element, path] = left.back();
    left.pop_back();
    paths.insert(path);
    if (kNotOurs.contains(path)) continue;
    for (const XmlElement& child : element->children) {
      left.emplace_back(&child, path + "/" + child.name);
    }
  }
  return paths;
}

/// A report in which every element that we can write is written.
std::set<std::string> our_paths(ReportFormat format) {
  CountedRow row = plain_report_row();
  row.row.reasons = {{policy::Override::Type::LocalPolicy, "a comment"}};
  row.row.dkim[0].human_result = "a result";
  row.row.spf->human_result = "a result";
  const DocumentKey key = report_key("v=DMARC1; p=bad; rua=mailto:a@example.com");
  return paths_in(read_report({row}, format, key));
}

std::string sample(const std::string& name) { return support::read_whole(kSamples / name); }

class Samples : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kSamples)) GTEST_SKIP() << "the suites are absent";
  }
};

TEST_F(Samples, HoldNothingThatWeWouldNotWrite) {
  std::set<std::string> ours = our_paths(ReportFormat::Rfc9990);
  ours.merge(our_paths(ReportFormat::Rfc7489));
  for (const std::string name : kAccepted) {
    const auto root = support::read_xml(sample(name));
    ASSERT_TRUE(root.has_value()) << name;
    for (const std::string& path : paths_in(*root)) {
      EXPECT_TRUE(ours.contains(path) || kNotOurs.contains(path)) << name << " holds " << path;
    }
  }
}

/// The other way: what is in all of their reports is in ours.
TEST_F(Samples, HoldTogetherOnlyWhatOursHold) {
  std::set<std::string> common;
  for (const std::string name : kAccepted) {
    const auto root = support::read_xml(sample(name));
    ASSERT_TRUE(root.has_value()) << name;
    const auto paths = paths_in(*root);
    if (common.empty()) common = paths;
    std::erase_if(common, [&paths](const std::string& path) { return !paths.contains(path); });
  }
  EXPECT_GT(common.size(), 15U);
  for (const auto format : {ReportFormat::Rfc9990, ReportFormat::Rfc7489}) {
    const auto ours = paths_in(read_report({plain_report_row()}, format));
    EXPECT_TRUE(std::ranges::includes(ours, common));
  }
}

TEST_F(Samples, OfTheCurrentFormHaveTheNamespaceThatOursHas) {
  const auto theirs = support::read_xml(sample("parsedmarc/rfc9990-sample.xml"));
  ASSERT_TRUE(theirs.has_value());
  const XmlElement ours = read_report({plain_report_row()}, ReportFormat::Rfc9990);
  EXPECT_EQ(theirs->name_space, ours.name_space);
  EXPECT_EQ((*theirs)["version"].text, ours["version"].text);
}

TEST_F(Samples, A_18_ThatAreBrokenAreSeenToBe) {
  for (const std::string name : kBroken) {
    EXPECT_FALSE(support::read_xml(sample(name)).has_value()) << name;
  }
}

/// Every report of the two is named above.
TEST_F(Samples, AreAllRead) {
  std::set<std::string> named(kAccepted.begin(), kAccepted.end());
  named.insert(kBroken.begin(), kBroken.end());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kSamples)) {
    if (entry.path().extension() != ".xml") continue;
    EXPECT_TRUE(named.contains(std::filesystem::relative(entry.path(), kSamples).string()))
        << entry.path();
  }
}

}  // namespace
}  // namespace waarmerk::reporting
