#include "policy/contradictions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace waarmerk::policy {
namespace {

using testing::IsEmpty;

TEST(Contradictions, DefaultsHaveNone) { EXPECT_THAT(contradictions({}), IsEmpty()); }

/// Settings with a contradiction, and nearly the same without.
struct Row {
  const char* name;
  Severity severity;
  const char* key;
  void (*spoil)(Settings&);
  void (*nearly)(Settings&);
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

IpPrefix network(std::string_view text) { return *IpPrefix::parse(text); }
dns::ServerAddress server(std::string_view text) { return *dns::ServerAddress::parse(text); }

class ContradictionsTest : public testing::TestWithParam<Row> {};

TEST_P(ContradictionsTest, AreFound) {
  Settings settings;
  GetParam().spoil(settings);
  const auto findings = contradictions(settings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, GetParam().severity);
  EXPECT_EQ(findings[0].key, GetParam().key);
}

TEST_P(ContradictionsTest, AreNotSuspectedBesideTheRule) {
  Settings settings;
  GetParam().nearly(settings);
  EXPECT_THAT(contradictions(settings), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, ContradictionsTest,
    testing::Values(
        Row{"passes_forgotten_too_early", Severity::Warning, "report.retention_days",
            [](Settings& s) { s.report.retention_days = s.report.active_days - 1; },
            [](Settings& s) { s.report.retention_days = s.report.active_days; }},
        Row{"every_ipv4_client_exempt", Severity::Warning, "exempt.networks",
            [](Settings& s) { s.exempt.networks = {network("10.0.0.0/8"), network("0.0.0.0/0")}; },
            [](Settings& s) { s.exempt.networks = {network("0.0.0.0/1")}; }},
        Row{"every_ipv6_client_exempt", Severity::Warning, "exempt.networks",
            [](Settings& s) { s.exempt.networks = {network("::/0")}; },
            [](Settings& s) { s.exempt.networks = {network("::/128")}; }},
        Row{"reinjection_from_everywhere", Severity::Error, "exempt.trusted_reinjection",
            [](Settings& s) { s.trusted_reinjection = {network("0.0.0.0/0")}; },
            [](Settings& s) { s.trusted_reinjection = {network("127.0.0.1")}; }},
        Row{"list_compared_with_itself", Severity::Warning, "dmarc.compare_psl",
            [](Settings& s) {
              s.dmarc.compare_psl = true;
              s.dmarc.org_domain = DiscoveryMethod::Psl;
            },
            [](Settings& s) { s.dmarc.compare_psl = true; }},
        Row{"forwarders_everywhere", Severity::Warning, "policy.forwarder_networks",
            [](Settings& s) { s.forwarder_networks = {network("::/0")}; },
            [](Settings& s) { s.forwarder_networks = {network("2001:db8::/32")}; }},
        Row{"own_name_twice", Severity::Warning, "milter.more_authserv_ids",
            [](Settings& s) {
              s.milter.authserv_id = "mx.example.com";
              s.milter.more_authserv_ids = {"mx2.example.com", "MX.example.com"};
            },
            [](Settings& s) {
              s.milter.authserv_id = "";
              s.milter.more_authserv_ids = {"mx.example.com"};
            }},
        Row{"one_question_longer_than_all", Severity::Warning, "dns.query_timeout_ms",
            [](Settings& s) {
              s.dns.query_timeout = std::chrono::milliseconds(1001);
              s.dns.message_budget = std::chrono::milliseconds(1000);
            },
            [](Settings& s) {
              s.dns.query_timeout = std::chrono::milliseconds(1000);
              s.dns.message_budget = std::chrono::milliseconds(1000);
            }},
        Row{"trusted_stranger", Severity::Warning, "dns.trusted",
            [](Settings& s) {
              s.dns.servers = {server("192.0.2.53")};
              s.dns.trusted = {*IpAddress::parse("192.0.2.54")};
            },
            [](Settings& s) {
              s.dns.servers = {server("192.0.2.53:5353")};
              s.dns.trusted = {*IpAddress::parse("192.0.2.53")};
            }},
        Row{"no_evidence_of_forgery_left", Severity::Warning, "policy.ignore_evidence",
            [](Settings& s) {
              s.ignore_evidence = {"unauthorised-and-unsigned", "list-identity",
                                   "unauthorised-and-signature-broken"};
            },
            [](Settings& s) { s.ignore_evidence = {"unauthorised-and-unsigned"}; }},
        Row{"no_evidence_where_it_counts", Severity::Warning, "policy.ignore_evidence",
            [](Settings& s) {
              s.ignore_evidence = {"unauthorised-and-unsigned",
                                   "unauthorised-and-signature-broken"};
            },
            [](Settings& s) {
              s.on_reject = OnReject::Reject;
              s.ignore_evidence = {"unauthorised-and-unsigned",
                                   "unauthorised-and-signature-broken"};
            }},
        Row{"budget_below_the_default_timeout", Severity::Warning, "dns.query_timeout_ms",
            [](Settings& s) { s.dns.message_budget = std::chrono::milliseconds(100); },
            [](Settings& s) { s.dns.trusted = {*IpAddress::parse("192.0.2.54")}; }}),
    [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace waarmerk::policy
