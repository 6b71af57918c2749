// Where addresses are not logged, a sender's record cannot bring his local part into the evidence.
#include <gtest/gtest.h>

#include <string>

#include "dns/zone.h"
#include "policy/gather.h"

namespace waarmerk::policy {
namespace {

constexpr std::string_view kLocalPart = "john.secret";

struct Row {
  std::string name;
  /// example.com's record, and what else there is.
  std::string zone;
  SpfResult result;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

const Row kRows[] = {
    {"exists", "example.com TXT v=spf1 exists:%{l}.ex.example.com -all\n", SpfResult::Fail},
    {"sender", "example.com TXT v=spf1 exists:%{s}.ex.example.com -all\n", SpfResult::Fail},
    {"escaped", "example.com TXT v=spf1 exists:%{L}.ex.example.com -all\n", SpfResult::Fail},
    {"include_without_record", "example.com TXT v=spf1 include:%{l}.inc.example.com -all\n",
     SpfResult::PermError},
    {"include_that_passes",
     "example.com TXT v=spf1 include:%{l}.inc.example.com -all\n"
     "john.secret.inc.example.com TXT v=spf1 a:%{d}.host.example.com +all\n",
     SpfResult::Pass},
    {"redirect",
     "example.com TXT v=spf1 redirect=%{l}.redir.example.com\n"
     "john.secret.redir.example.com TXT v=spf1 a exists:%{d}.x.example.com ?all\n",
     SpfResult::Neutral},
    {"void_lookups",
     "example.com TXT v=spf1 include:%{l}.inc.example.com -all\n"
     "john.secret.inc.example.com TXT v=spf1 a mx exists:%{d}.z.example.com -all\n",
     SpfResult::PermError},
    {"dns_error",
     "example.com TXT v=spf1 a:%{l}.dead.example.com -all\n"
     "john.secret.dead.example.com A !SERVFAIL\n",
     SpfResult::TempError},
    {"explanation",
     "example.com TXT v=spf1 -all exp=exp.example.com\n"
     "exp.example.com TXT see http://example.com/why?sender=%{S}\n",
     SpfResult::Fail},
    {"name_of_the_explanation",
     "example.com TXT v=spf1 -all exp=%{l}.exp.example.com\n"
     "john.secret.exp.example.com TXT not from here, %{d}\n",
     SpfResult::Fail},
};

/// Everything that was noted of SPF and of what it asked.
std::string said(const Facts& facts) {
  std::string text = facts.spf_mail_from.reason + '\n' + facts.spf_mail_from.explanation + '\n';
  for (const DnsTrace& trace : facts.dns) text += trace.name.text() + ' ' + trace.text + '\n';
  for (const Disagreement& found : facts.disagreements) {
    text += found.native + ' ' + found.reference + '\n';
  }
  return text;
}

class PersonalNames : public testing::TestWithParam<Row> {
 protected:
  Facts gathered(Engine engine, const std::string& mail_from = "john.secret@example.com") {
    MessageParts parts;
    parts.client.ip = *IpAddress::parse("192.0.2.7");
    parts.client.helo = "mail.example.com";
    parts.mail_from = mail_from;
    parts.time = WallTime(std::chrono::seconds(1795500000));
    settings_.engine = engine;
    const auto zone = dns::Zone::parse(GetParam().zone).value();
    const std::vector<HeaderField> fields{{"From", " ada@example.com"}};
    parts.fields = fields;
    dns::Zone answers = zone;
    dns::MessageLookup lookup(answers);
    return gather(parts, settings_, lookup, Instant::max());
  }

  Settings settings_;
};

TEST_P(PersonalNames, StayOutOfTheEvidence) {
  for (const Engine engine : {Engine::Native, Engine::Reference, Engine::Both}) {
    const Facts facts = gathered(engine);
    EXPECT_EQ(facts.spf_mail_from.result, GetParam().result) << facts.spf_mail_from.reason;
    const std::string text = said(facts);
    EXPECT_EQ(text.find(kLocalPart), std::string::npos) << text;
    EXPECT_EQ(text.find("secret"), std::string::npos) << text;
  }
}

TEST_P(PersonalNames, AreInItWhereAddressesAreLogged) {
  settings_.log.addresses = true;
  const Facts facts = gathered(Engine::Native);
  EXPECT_EQ(facts.spf_mail_from.result, GetParam().result);
  const std::string text = said(facts);
  EXPECT_NE(text.find("secret"), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(Records, PersonalNames, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

/// A record that does not ask for the local part is shown as ever.
TEST(NamesWithoutALocalPart, AreKept) {
  dns::Zone zone =
      dns::Zone::parse(
          "example.com TXT v=spf1 exists:%{i}.ex.example.com -all exp=exp.example.com\n"
          "exp.example.com TXT %{i} is not one of %{d}\n")
          .value();
  MessageParts parts;
  parts.client.ip = *IpAddress::parse("192.0.2.7");
  parts.mail_from = "john.secret@example.com";
  const std::vector<HeaderField> fields{{"From", " ada@example.com"}};
  parts.fields = fields;
  dns::MessageLookup lookup(zone);
  const Facts facts = gather(parts, Settings{}, lookup, Instant::max());
  EXPECT_EQ(facts.spf_mail_from.explanation, "192.0.2.7 is not one of example.com");
  EXPECT_NE(said(facts).find("192.0.2.7.ex.example.com"), std::string::npos);
}

}  // namespace
}  // namespace waarmerk::policy
