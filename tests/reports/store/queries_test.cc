// What the store answers: which reports, and sums by domain and by client, on both databases.
#include "reporting/store/queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/reports/store/store_fixture.h"

namespace waarmerk::reporting {
namespace {

using std::chrono::days;
using support::kMayDay;
using support::kMorning;
using support::report_of;
using support::row_of;
using support::value_of;
using testing::ElementsAre;
using testing::IsEmpty;

class QueriesTest : public support::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    BatchReport mixed = report_of("example.org", 2);
    mixed.rows[0].messages = {10, 10};
    mixed.rows[1].messages = {5, 5};
    mixed.rows[1].row.spf_aligned = false;
    mixed.rows[1].row.disposition = ReportDisposition::Reject;
    Batch batch;
    batch.reports = {mixed,
                     report_of("example.org", 1, kMayDay + days(1)),
                     report_of("news.example.org", 1),
                     report_of("badexample.org", 1),
                     report_of("a_b.example.net", 1, kMayDay + days(2)),
                     report_of("axb.example.net", 1, kMayDay + days(2))};
    Database database = open();
    ASSERT_TRUE(store_batch(database, batch, kMorning).has_value());
  }

  /// "2026-05-01 example.org", ... of the reports with such mail.
  std::vector<std::string> reports(const CountedMail& mail) {
    Database database = open();
    std::vector<std::string> names;
    for (const StoredReport& report : value_of(reports_with(database, mail))) {
      names.push_back(day_text(report.key.day) + " " + report.key.policy.domain.text());
    }
    return names;
  }
  std::vector<MailSums> sums(const CountedMail& mail, SumBy by, std::size_t limit = 100) {
    Database database = open();
    return value_of(sums_of(database, mail, by, limit));
  }
};

TEST_P(QueriesTest, ReportsStandByDayAndDomain) {
  EXPECT_THAT(reports({}), ElementsAre("2026-05-01 badexample.org", "2026-05-01 example.org",
                                       "2026-05-01 news.example.org", "2026-05-02 example.org",
                                       "2026-05-03 a_b.example.net", "2026-05-03 axb.example.net"));
}

TEST_P(QueriesTest, DaysAreIncluded) {
  EXPECT_THAT(reports({.first = kMayDay + days(1), .last = kMayDay + days(1)}),
              ElementsAre("2026-05-02 example.org"));
  EXPECT_EQ(reports({.first = kMayDay + days(1)}).size(), 3U);
  EXPECT_EQ(reports({.last = kMayDay + days(1)}).size(), 4U);
  EXPECT_THAT(reports({.first = kMayDay + days(3)}), IsEmpty());
}

TEST_P(QueriesTest, ADomainIsItselfAndAPatternWhatIsBelow) {
  EXPECT_THAT(reports({.policy_domain = "example.org"}),
              ElementsAre("2026-05-01 example.org", "2026-05-02 example.org"));
  EXPECT_THAT(reports({.policy_domain = "*.example.org"}),
              ElementsAre("2026-05-01 news.example.org"));
  EXPECT_THAT(reports({.policy_domain = "*.org"}).size(), 4U);
  EXPECT_THAT(reports({.policy_domain = "org"}), IsEmpty());
  // An underscore is one.
  EXPECT_THAT(reports({.policy_domain = "a_b.example.net"}),
              ElementsAre("2026-05-03 a_b.example.net"));
  EXPECT_THAT(reports({.policy_domain = "*.b.example.net"}), IsEmpty());
}

TEST_P(QueriesTest, SumsByDomainHaveMostMessagesFirst) {
  const auto sums = this->sums({.last = kMayDay}, SumBy::PolicyDomain);
  ASSERT_EQ(sums.size(), 3U);
  EXPECT_EQ(sums[0], (MailSums{.name = "example.org",
                               .messages = 15,
                               .passed = 10,
                               .failed = 5,
                               .dkim_aligned = 0,
                               .spf_aligned = 10,
                               .quarantined = 0,
                               .rejected = 5,
                               .others = 2}));
  EXPECT_EQ(sums[1].name, "badexample.org");
  EXPECT_EQ(sums[2].name, "news.example.org");
}

TEST_P(QueriesTest, SumsBySourceAddUpOverDaysAndDomains) {
  const auto sums = this->sums({}, SumBy::Source);
  ASSERT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums[0].name, row_of(0).source_ip.text());
  EXPECT_EQ(sums[0].messages, 15U);
  EXPECT_EQ(sums[0].others, 5U);
  EXPECT_EQ(sums[1].messages, 5U);
  EXPECT_EQ(sums[1].others, 1U);
}

TEST_P(QueriesTest, SumsAreLimited) {
  EXPECT_EQ(sums({}, SumBy::PolicyDomain, 2).size(), 2U);
  EXPECT_EQ(sums({}, SumBy::PolicyDomain, 2)[0].name, "example.org");
}

WAARMERK_ON_BOTH_DATABASES(QueriesTest);

TEST(CountedMail, TakesNamesAndPatternsOnly) {
  EXPECT_EQ(value_of(counted_mail({}, {}, "Example.ORG")).policy_domain, "example.org");
  EXPECT_EQ(value_of(counted_mail({}, {}, "*.Example.ORG")).policy_domain, "*.example.org");
  EXPECT_EQ(value_of(counted_mail({}, {}, "")).policy_domain, "");
  for (const char* wrong : {"*", "*.", "*.*.example.org", "a b", "x*.example.org"}) {
    EXPECT_FALSE(counted_mail({}, {}, wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace waarmerk::reporting
