#include "reporting/document/identity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

using namespace std::chrono_literals;

DocumentKey example() {
  return {.submitter = DomainName::parse("mx.example.net").value(),
          .report = {.policy = {.domain = DomainName::parse("example.com").value(),
                                .discovery = policy::DiscoveryMethod::TreeWalk,
                                .record = policy::dmarc::parse_record("v=DMARC1; p=none").value()},
                     .day = std::chrono::sys_days(2026y / 5 / 1)}};
}

TEST(Identity, A_16_APeriodIsOneUtcDayWithoutItsNeighbours) {
  const Period day = period_of(2026y / 5 / 1);
  EXPECT_EQ(day, (Period{1777593600, 1777679999}));
  EXPECT_EQ(period_of(2026y / 5 / 2).begin, day.end + 1);
  // The days on which the clocks of Europe change have 24 hours as well.
  for (const std::chrono::sys_days changing : {2026y / 3 / 29, 2026y / 10 / 25}) {
    EXPECT_EQ(period_of(changing).end - period_of(changing).begin, 86399);
  }
}

TEST(Identity, A_33_TheIdIsOfLettersAndDigits) {
  const std::string id = report_id(example());
  EXPECT_EQ(id.size(), 32U);
  EXPECT_TRUE(std::ranges::all_of(id, is_alnum));
}

TEST(Identity, A_34_TheIdIsTheSameEverywhere) {
  const std::string id = report_id(example());
  EXPECT_EQ(file_name(example()),
            "mx.example.net!example.com!1777593600!1777679999!" + id + ".xml.gz");
  EXPECT_EQ(subject(example()),
            "Report Domain: example.com Submitter: mx.example.net Report-ID: " + id);
  EXPECT_EQ(message_id(example()), "<" + id + "@mx.example.net>");
}

TEST(Identity, A_35_TheSameReportHasTheSameNamesAndAnotherHasNot) {
  std::set<std::string> ids{report_id(example())};
  EXPECT_FALSE(ids.insert(report_id(example())).second);
  const auto is_new = [&ids](auto change) {
    DocumentKey other = example();
    change(other);
    return ids.insert(report_id(other)).second;
  };
  EXPECT_TRUE(is_new([](DocumentKey& key) { key.part = 2; }));
  EXPECT_TRUE(is_new([](DocumentKey& key) { key.generation = 1; }));
  EXPECT_TRUE(is_new([](DocumentKey& key) { key.report.day += std::chrono::days(1); }));
  EXPECT_TRUE(is_new([](DocumentKey& key) { key.report.policy.record.text += ";"; }));
  EXPECT_TRUE(
      is_new([](DocumentKey& key) { key.report.policy.discovery = policy::DiscoveryMethod::Psl; }));
  EXPECT_TRUE(is_new([](DocumentKey& key) {
    key.report.policy.domain = DomainName::parse("example.org").value();
  }));
  EXPECT_TRUE(is_new(
      [](DocumentKey& key) { key.submitter = DomainName::parse("mx.example.org").value(); }));
}

TEST(Identity, ANameOnADiskStaysInItsFolder) {
  struct Row {
    std::string file_name;
    std::string name;
  };
  const Row rows[] = {
      {"mx!example.com!1!2!a.xml.gz", "mx!example.com!1!2!a.xml.gz"},
      {"../../etc/passwd", "_.._.._etc_passwd"},
      {".hidden", "_.hidden"},
      {"", "_"},
      {"a/b\n\x80", "a_b__"},
  };
  for (const Row& row : rows) EXPECT_EQ(disk_name(row.file_name), row.name);
}

/// Domains of the largest size make names that no file system takes.
TEST(Identity, A_34_ANameOnADiskKeepsTheId) {
  const std::string label(60, 'x');
  DocumentKey key = example();
  key.report.policy.domain =
      DomainName::parse(label + "." + label + "." + label + ".example").value();
  key.submitter = key.report.policy.domain;
  ASSERT_GT(file_name(key).size(), 255U);
  const std::string name = disk_name(file_name(key));
  EXPECT_EQ(name.size(), 200U);
  EXPECT_TRUE(name.ends_with("!" + report_id(key) + ".xml.gz"));
  EXPECT_EQ(disk_name(file_name(example())), file_name(example()));
}

}  // namespace
}  // namespace waarmerk::reporting
