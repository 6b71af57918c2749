// A table of troubles with the DNS: the real daemon, a scripted server, and what mail comes to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/milter/dns_lab.h"
#include "tests/milter/dns_troubles.h"
#include "tests/support/zone_server.h"

namespace waarmerk::milter {
namespace {

using support::DnsLab;
using support::DnsTroubleCase;
using test::dead_server;
using test::DnsReplies;
using test::DnsServer;
using test::Honest;
using test::Trouble;
using test::zone_script;
using testing::ValuesIn;

const std::string kTroubled = "troubled.example";
const std::string kHealthy = "healthy.example";
const char* const kPass = "pass pass pass accept";

std::string zone() { return support::zone_of(kTroubled) + support::zone_of(kHealthy); }

DnsReplies silence(const Honest&) { return {}; }
DnsReplies servfail(const Honest& honest) { return {honest.empty_reply().flags(2).octets()}; }

/// The healthy message is judged rightly, whatever happened before.
void expect_healthy(const DnsLab& lab) {
  EXPECT_EQ(lab.judged(support::signed_mail_of(kHealthy)).text(), kPass);
}

class DnsTrouble : public testing::TestWithParam<DnsTroubleCase> {};

// S-07, S-41, S-42, D-60, E-12: one domain's names are troubled, all of them.
TEST_P(DnsTrouble, OfOneDomain) {
  const DnsServer server(zone_script(zone(), kTroubled, GetParam().trouble));
  const DnsLab lab({server.address()});
  ASSERT_TRUE(lab.started());
  const auto troubled = lab.judged(support::signed_mail_of(kTroubled));
  EXPECT_EQ(troubled.text(), GetParam().judgement) << troubled.line["decision"];
  EXPECT_EQ(support::status_of(troubled.line, kTroubled), GetParam().status);
  expect_healthy(lab);
}

const auto kName = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(Overcome, DnsTrouble, ValuesIn(support::troubles_overcome()), kName);
INSTANTIATE_TEST_SUITE_P(OfTheWay, DnsTrouble, ValuesIn(support::troubles_of_the_way()), kName);
INSTANTIATE_TEST_SUITE_P(OfTheServer, DnsTrouble, ValuesIn(support::troubles_of_the_server()),
                         kName);
INSTANTIATE_TEST_SUITE_P(OfTheOctets, DnsTrouble, ValuesIn(support::troubles_of_the_octets()),
                         kName);
INSTANTIATE_TEST_SUITE_P(Strange, DnsTrouble, ValuesIn(support::strange_answers()), kName);

struct PlaceCase {
  std::string name;
  /// Under "troubled.example".
  std::string place;
  std::string judgement;
};
std::ostream& operator<<(std::ostream& out, const PlaceCase& row) { return out << row.name; }

class DnsTroubleAt : public testing::TestWithParam<PlaceCase> {};

// D-61, S-18, K-12: what is proven stands, and what is missing is open.
TEST_P(DnsTroubleAt, OnePlace) {
  for (const Trouble& trouble : {Trouble(silence), Trouble(servfail)}) {
    const DnsServer server(zone_script(zone(), GetParam().place + kTroubled, trouble));
    const DnsLab lab({server.address()});
    ASSERT_TRUE(lab.started());
    const auto troubled = lab.judged(support::signed_mail_of(kTroubled));
    EXPECT_EQ(troubled.text(), GetParam().judgement) << troubled.line["decision"];
    expect_healthy(lab);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, DnsTroubleAt,
    testing::Values(PlaceCase{"TheInclude", "_spf.", "temperror pass pass accept"},
                    PlaceCase{"TheAddress", "mail.", "temperror pass pass accept"},
                    PlaceCase{"TheKey", "_domainkey.", "pass temperror pass accept"},
                    PlaceCase{"TheAuthorsRecord", "_dmarc.", "pass pass temperror 451"},
                    PlaceCase{"ElsewhereInTheDomain", "www.", kPass}),
    kName);

/// What a server is like: good, silent, dead, or one that says SERVFAIL.
enum class Kind : std::uint8_t { Good, Silent, Dead, Failing };

struct ServersCase {
  std::string name;
  std::vector<Kind> servers;
  std::string judgement;
};
std::ostream& operator<<(std::ostream& out, const ServersCase& row) { return out << row.name; }

/// Servers of those kinds, as long as it lives.
class Servers {
 public:
  explicit Servers(const std::vector<Kind>& kinds) {
    for (const Kind kind : kinds) addresses_.push_back(address_of(kind));
  }
  [[nodiscard]] const std::vector<dns::ServerAddress>& addresses() const { return addresses_; }

 private:
  dns::ServerAddress address_of(Kind kind) {
    switch (kind) {
      case Kind::Good:
        return start(zone_script(zone()));
      case Kind::Silent:
        return start(zone_script(zone(), "example", silence));
      case Kind::Failing:
        return start(zone_script(zone(), "example", servfail));
      case Kind::Dead:
        break;
    }
    return dead_server();
  }

  dns::ServerAddress start(DnsServer::Script script) {
    servers_.push_back(std::make_unique<DnsServer>(std::move(script)));
    return servers_.back()->address();
  }

  std::vector<std::unique_ptr<DnsServer>> servers_;
  std::vector<dns::ServerAddress> addresses_;
};

class DnsServers : public testing::TestWithParam<ServersCase> {};

TEST_P(DnsServers, AreAskedInTurn) {
  const Servers servers(GetParam().servers);
  const DnsLab lab(servers.addresses());
  ASSERT_TRUE(lab.started());
  EXPECT_EQ(lab.judged(support::signed_mail_of(kHealthy)).text(), GetParam().judgement);
  EXPECT_EQ(lab.judged(support::signed_mail_of(kTroubled)).text(), GetParam().judgement);
}

const char* const kOpen = "temperror temperror temperror 451";
INSTANTIATE_TEST_SUITE_P(
    Table, DnsServers,
    testing::Values(ServersCase{"ADeadOneFirst", {Kind::Dead, Kind::Good}, kPass},
                    ServersCase{"ADeadOneLast", {Kind::Good, Kind::Dead}, kPass},
                    ServersCase{"ASilentOneFirst", {Kind::Silent, Kind::Good}, kPass},
                    ServersCase{"AFailingOneFirst", {Kind::Failing, Kind::Good}, kPass},
                    ServersCase{"AllDead", {Kind::Dead, Kind::Dead}, kOpen},
                    ServersCase{"AllSilent", {Kind::Silent}, kOpen},
                    ServersCase{"ASilentAndADeadOne", {Kind::Silent, Kind::Dead}, kOpen},
                    ServersCase{"AFailingAndADeadOne", {Kind::Failing, Kind::Dead}, kOpen}),
    kName);

// A resolver that is started again refuses packets meanwhile: no message is to notice.
TEST(AResolver, ThatComesBackIsWaitedFor) {
  const dns::ServerAddress address = dead_server();
  const DnsLab lab({address}, "query_timeout_ms = 4000");
  ASSERT_TRUE(lab.started());
  // MAIL is answered here: by then the SPF record has been asked for, and nobody was there.
  const auto mta = lab.greeted({.steps = support::wire::kAllSteps & ~support::wire::kNoReplyMail});
  mta->mail("<sender@" + kHealthy + ">");
  const DnsServer server(zone_script(zone()), address.port);
  EXPECT_EQ(lab.judged(support::signed_mail_of(kHealthy)).text(), kPass);
}

}  // namespace
}  // namespace waarmerk::milter
