// Who may get the reports about a domain: each rule with what it lets through and what it does not.
#include "reporting/delivery/destinations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dns/zone.h"
#include "tests/support/dns_values.h"

namespace waarmerk::reporting {
namespace {

using Kind = Destination::Kind;

constexpr Instant kDeadline{};

/// Counts what is asked behind a zone.
class CountingZone final : public dns::Lookup {
 public:
  explicit CountingZone(const std::string& text) : zone_(dns::Zone::parse(text).value()) {}
  void prefetch(const dns::Question&) override {}
  dns::AnswerPtr get(const dns::Question& question, Instant deadline) override {
    asked.push_back(question.name.text());
    return zone_.get(question, deadline);
  }

  std::vector<std::string> asked;

 private:
  dns::Zone zone_;
};

PublishedPolicy policy_of(const std::string& domain, const std::string& record) {
  return {.domain = test::name(domain),
          .record = policy::dmarc::parse_record("v=DMARC1; " + record).value()};
}

struct Row {
  const char* name;
  std::string zone;
  std::string uri;
  Kind kind;
  /// The address that gets it; empty: none.
  std::string address = {};
  /// A piece of the reason.
  std::string why = {};
  std::string domain = "example.com";
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Destinations : public testing::TestWithParam<Row> {};

TEST_P(Destinations, AreJudged) {
  const Row& row = GetParam();
  CountingZone zone(row.zone);
  const auto judged =
      destinations_of(policy_of(row.domain, "p=none; rua=" + row.uri), {}, zone, kDeadline);
  ASSERT_EQ(judged.size(), 1U);
  const Destination& only = judged.front();
  EXPECT_EQ(only.uri, row.uri);
  EXPECT_EQ(only.kind, row.kind) << only.why;
  EXPECT_EQ(only.address ? only.address->text() : "", row.address) << only.why;
  EXPECT_NE(only.why.find(row.why), std::string::npos) << only.why;
}

const std::string kOwn = "_dmarc.example.com TXT v=DMARC1; p=none\n";
const std::string kStranger = "_dmarc.reports.example TXT v=DMARC1; p=none\n" + kOwn;
const std::string kConsent = "example.com._report._dmarc.reports.example TXT ";

const Row kRows[] = {
    {"A_50_AtThePolicyDomain", kOwn, "mailto:r@example.com", Kind::Allowed, "r@example.com",
     "itself"},
    {"A_50_BelowThePolicyDomain", kOwn, "mailto:r@in.example.com", Kind::Allowed,
     "r@in.example.com", "organization"},
    {"A_50_AboveThePolicyDomain", kOwn, "mailto:r@example.com", Kind::Allowed, "r@example.com",
     "organization", "mail.example.com"},
    // The walk from there ends at another organization, though the name is below.
    {"A_50_BelowButAnotherOrganization", kOwn + "_dmarc.in.example.com TXT v=DMARC1; psd=n\n",
     "mailto:r@in.example.com", Kind::Refused, "", "does not take"},
    {"A_50_AnotherOrganization", kStranger, "mailto:r@reports.example", Kind::Refused, "",
     "does not take reports about example.com"},
    {"A_51_ThatAgrees", kStranger + kConsent + "v=DMARC1\n", "mailto:r@reports.example",
     Kind::Allowed, "r@reports.example", "example.com._report._dmarc.reports.example"},
    {"A_51_ThatAgreesForAnotherDomain",
     kStranger + "example.net._report._dmarc.reports.example TXT v=DMARC1\n",
     "mailto:r@reports.example", Kind::Refused},
    {"A_51_ThePolicyDomainAsALabel",
     "xn--bcher-kva.example._report._dmarc.reports.test TXT v=DMARC1;\n", "mailto:r@reports.test",
     Kind::Allowed, "r@reports.test", "", "xn--bcher-kva.example"},
    {"A_52_TooLongForTheDns", kStranger, "mailto:r@" + std::string(60, 'a') + ".reports.example",
     Kind::Refused, "", "too long",
     std::string(60, 'b') + "." + std::string(60, 'c') + "." + std::string(50, 'd') + ".test"},
    {"A_53_Servfail", kStranger + kConsent + "!SERVFAIL\n", "mailto:r@reports.example", Kind::Open,
     "", "servfail"},
    {"A_53_Timeout", kStranger + kConsent + "!TIMEOUT\n", "mailto:r@reports.example", Kind::Open},
    {"A_53_NoData", kStranger + kConsent + "!NODATA\n", "mailto:r@reports.example", Kind::Refused},
    {"A_53_OrganizationOpen", "_dmarc.reports.example TXT !SERVFAIL\n" + kOwn,
     "mailto:r@reports.example", Kind::Refused},
    {"A_53_OrganizationOpenBelow", "_dmarc.in.example.com TXT !SERVFAIL\n" + kOwn,
     "mailto:r@in.example.com", Kind::Open, "", "hides"},
    {"A_53_OrganizationOpenButAgreed",
     "_dmarc.in.example.com TXT !SERVFAIL\n" + kOwn +
         "example.com._report._dmarc.in.example.com TXT v=DMARC1\n",
     "mailto:r@in.example.com", Kind::Allowed, "r@in.example.com"},
    {"A_54_FinalSemicolon", kStranger + kConsent + "v=DMARC1;\n", "mailto:r@reports.example",
     Kind::Allowed, "r@reports.example"},
    {"A_54_AmongOthers", kStranger + kConsent + "v=spf1 -all\n" + kConsent + "v=DMARC1; p=none\n",
     "mailto:r@reports.example", Kind::Allowed, "r@reports.example"},
    {"A_54_OtherTextsAlone", kStranger + kConsent + "v=spf1 -all\n", "mailto:r@reports.example",
     Kind::Refused},
    {"A_54_AnotherVersion", kStranger + kConsent + "v=DMARC12\n", "mailto:r@reports.example",
     Kind::Refused},
    {"A_54_VersionNotFirst", kStranger + kConsent + "p=none; v=DMARC1\n",
     "mailto:r@reports.example", Kind::Refused},
    {"A_55_OtherAddressOfTheHost",
     kStranger + kConsent + "v=DMARC1; rua=mailto:box@reports.example\n",
     "mailto:r@reports.example", Kind::Allowed, "box@reports.example"},
    {"A_55_AddressOfAnotherHost",
     kStranger + kConsent + "v=DMARC1; rua=mailto:box@elsewhere.example\n",
     "mailto:r@reports.example", Kind::Refused, "", "elsewhere.example"},
    {"A_55_AddressBelowTheHost",
     kStranger + kConsent + "v=DMARC1; rua=mailto:box@in.reports.example\n",
     "mailto:r@reports.example", Kind::Refused},
    {"A_55_OneOfTwoElsewhere",
     kStranger + kConsent + "v=DMARC1; rua=mailto:box@reports.example,mailto:b@elsewhere.example\n",
     "mailto:r@reports.example", Kind::Refused},
    {"A_55_MalformedIsIgnored", kStranger + kConsent + "v=DMARC1; rua=https://reports.example/\n",
     "mailto:r@reports.example", Kind::Allowed, "r@reports.example"},
    {"A_56_Wildcard", kStranger + "*._report._dmarc.reports.example TXT v=DMARC1\n",
     "mailto:r@reports.example", Kind::Allowed, "r@reports.example"},
    {"A_56_WildcardElsewhere", kStranger + "*._report._dmarc.example TXT v=DMARC1\n",
     "mailto:r@reports.example", Kind::Refused},
    {"A_44_PublicSuffixDomainItself", "_dmarc.bank TXT v=DMARC1; p=reject; psd=y\n",
     "mailto:r@nic.bank", Kind::Refused, "", "", "bank"},
    {"A_44_PublicSuffixDomainThatIsHelped",
     "_dmarc.bank TXT v=DMARC1; p=reject; psd=y\nbank._report._dmarc.nic.bank TXT v=DMARC1\n",
     "mailto:r@nic.bank", Kind::Allowed, "r@nic.bank", "", "bank"},
    {"QuotedLocalPart", kOwn, "mailto:%22r%20s%22@example.com", Kind::Refused, "", "no address"},
};
INSTANTIATE_TEST_SUITE_P(Rows, Destinations, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(DestinationsOfARecord, A_58_EachIsJudgedByItselfInOrder_A_39) {
  CountingZone zone(kStranger + kConsent + "v=DMARC1\n");
  const auto judged = destinations_of(
      policy_of("example.com",
                "rua=mailto:no@refused.example,nonsense,https://example.com/,"
                "mailto:r@reports.example,mailto:%20@example.com,mailto:own@example.com"),
      {}, zone, kDeadline);
  ASSERT_EQ(judged.size(), 4U);
  EXPECT_EQ(judged[0].kind, Kind::Refused);
  EXPECT_EQ(judged[1].kind, Kind::Allowed);
  EXPECT_EQ(judged[2].kind, Kind::Refused);
  EXPECT_EQ(judged[3].kind, Kind::Allowed);
  EXPECT_EQ(judged[3].address->text(), "own@example.com");
}

TEST(DestinationsOfARecord, D_36_WithoutRuaThereAreNone) {
  CountingZone zone(kOwn);
  EXPECT_TRUE(destinations_of(policy_of("example.com", "p=none"), {}, zone, kDeadline).empty());
  EXPECT_TRUE(destinations_of(policy_of("example.com", "p=none; ruf=mailto:a@example.com"), {},
                              zone, kDeadline)
                  .empty());
  EXPECT_TRUE(zone.asked.empty());
}

TEST(DestinationsOfARecord, TheSameAddressGetsOneOnly) {
  CountingZone zone(kStranger + kConsent + "v=DMARC1; rua=mailto:box@reports.example\n");
  const auto judged = destinations_of(
      policy_of("example.com",
                "rua=mailto:a@example.com,mailto:%61@EXAMPLE.com,mailto:A@example.com,"
                "mailto:r@reports.example,mailto:s@reports.example"),
      {}, zone, kDeadline);
  ASSERT_EQ(judged.size(), 5U);
  EXPECT_EQ(judged[1].why, "named before");
  // The case of a local part may matter to its owner.
  EXPECT_EQ(judged[2].kind, Kind::Allowed);
  EXPECT_EQ(judged[3].address->text(), "box@reports.example");
  EXPECT_EQ(judged[4].why, "named before");
}

TEST(DestinationsOfARecord, TheLimitIsOfThoseThatMayGetIt) {
  std::string uris = "mailto:no@refused.example";
  for (std::size_t i = 0; i <= kMaxDestinations; ++i) {
    uris += ",mailto:r" + std::to_string(i) + "@example.com";
  }
  CountingZone zone(kOwn);
  const auto judged = destinations_of(policy_of("example.com", "rua=" + uris), {}, zone, kDeadline);
  ASSERT_EQ(judged.size(), kMaxDestinations + 2);
  EXPECT_EQ(std::ranges::count(judged, Kind::Allowed, &Destination::kind),
            static_cast<std::ptrdiff_t>(kMaxDestinations));
  EXPECT_EQ(judged.back().kind, Kind::Refused);
}

TEST(DestinationsOfARecord, AnAddressThatThePostmasterNeverWritesTo) {
  policy::Settings settings;
  settings.report.never = {test::name("example.com")};
  CountingZone zone(kOwn);
  const auto judge = [&](const std::string& uri) {
    return destinations_of(policy_of("www.example.com", "rua=" + uri), settings, zone, kDeadline)
        .front();
  };
  EXPECT_EQ(judge("mailto:a@in.example.com").why, "report.never names example.com");
  EXPECT_TRUE(zone.asked.empty());
  settings.report.never = {test::name("example.co")};
  EXPECT_EQ(judge("mailto:a@in.example.com").kind, Kind::Allowed);
}

TEST(DestinationsOfARecord, T_20_ByThePublicSuffixListWhereTheSettingsSaySo) {
  policy::Settings settings;
  settings.dmarc.org_domain = policy::DiscoveryMethod::Psl;
  const PublishedPolicy policy = policy_of("a.example.co.uk", "rua=mailto:r@b.example.co.uk");
  // To a tree walk the two are strangers.
  CountingZone walked("_dmarc.a.example.co.uk TXT v=DMARC1; psd=n\n");
  EXPECT_EQ(destinations_of(policy, {}, walked, kDeadline).front().kind, Kind::Refused);
  CountingZone listed("_dmarc.a.example.co.uk TXT v=DMARC1; psd=n\n");
  EXPECT_EQ(destinations_of(policy, settings, listed, kDeadline).front().kind, Kind::Allowed);
  EXPECT_TRUE(listed.asked.empty());
  const PublishedPolicy other = policy_of("a.example.co.uk", "rua=mailto:r@other.co.uk");
  EXPECT_EQ(destinations_of(other, settings, listed, kDeadline).front().kind, Kind::Refused);
}

}  // namespace
}  // namespace waarmerk::reporting
