// The grammar of zone files as tables: values, outcomes, errors.
#include "dns/zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/dns_values.h"

using namespace std::string_literals;

namespace waarmerk::dns {
namespace {

using test::ask;
using test::name;
using testing::ElementsAre;

constexpr Instant kNever = Instant::max();

/// The answer of a zone that must be readable.
AnswerPtr answer_of(std::string_view zone_text, const Question& question) {
  auto zone = Zone::parse(zone_text);
  if (!zone) {
    ADD_FAILURE() << zone.error().where << ": " << zone.error().text;
    return std::make_shared<const Answer>();
  }
  return zone->get(question, kNever);
}

// ---- Values

TEST(Zone, TxtIsTheRestOfTheLine) {
  EXPECT_THAT(answer_of("a.example TXT v=spf1 -all", ask("a.example"))->texts,
              ElementsAre("v=spf1 -all"));
}

TEST(Zone, TxtMayBeEmptyWithAndWithoutTheSpace) {
  EXPECT_THAT(answer_of("a.example TXT ", ask("a.example"))->texts, ElementsAre(""));
  EXPECT_THAT(answer_of("a.example TXT", ask("a.example"))->texts, ElementsAre(""));
}

TEST(Zone, EscapesAreDecimalOctetsAndBackslashes) {
  EXPECT_THAT(answer_of("a.example TXT \\033x\\000y\\255\\\\z\\032", ask("a.example"))->texts,
              ElementsAre("!x\0y\xFF\\z "s));
}

TEST(Zone, EscapedTextReadsBackAsTheSameOctets) {
  std::string octets;
  for (int i = 0; i < 256; ++i) octets += static_cast<char>(i);
  for (const std::string& text : {octets, "!NODATA"s, " x "s, " "s, ""s, "\\032"s, "a b"s}) {
    const std::string line = "a.example TXT " + escape_zone_text(text);
    EXPECT_THAT(answer_of(line, ask("a.example"))->texts, ElementsAre(text)) << line;
  }
}

TEST(Zone, SeveralLinesAreSeveralRecordsInTheirOrder) {
  const auto answer =
      answer_of("a.example TXT b\nb.example TXT x\na.example TXT a", ask("a.example"));
  EXPECT_THAT(answer->texts, ElementsAre("b", "a"));
}

TEST(Zone, ReadsEveryType) {
  constexpr std::string_view kText =
      "a.example A 192.0.2.1\n"
      "a.example AAAA 2001:db8::1\n"
      "a.example MX 10 Mail.a.example.\n"
      "a.example MX 20 .\n"
      "a.example NS ns.example\n"
      "a.example PTR host.example\n"
      "a.example TLSA 3 1 1 00fF\n"
      "c.example CNAME a.example\n";
  auto zone = Zone::parse(kText).value();
  EXPECT_EQ(zone.get(ask("a.example", Type::A), kNever)->addresses.at(0).text(), "192.0.2.1");
  EXPECT_EQ(zone.get(ask("a.example", Type::Aaaa), kNever)->addresses.at(0).text(), "2001:db8::1");
  EXPECT_THAT(
      zone.get(ask("a.example", Type::Mx), kNever)->exchanges,
      ElementsAre(MailExchange{10, name("mail.a.example")}, MailExchange{20, std::nullopt}));
  EXPECT_THAT(zone.get(ask("a.example", Type::Ns), kNever)->names, ElementsAre(name("ns.example")));
  EXPECT_THAT(zone.get(ask("a.example", Type::Ptr), kNever)->names,
              ElementsAre(name("host.example")));
  EXPECT_THAT(zone.get(ask("a.example", Type::Tlsa), kNever)->rdata, ElementsAre("\3\1\1\0\xFF"s));
  EXPECT_THAT(zone.get(ask("c.example", Type::Cname), kNever)->names,
              ElementsAre(name("a.example")));
}

TEST(Zone, CommentsEmptyLinesAndCarriageReturnsAreIgnored) {
  EXPECT_THAT(answer_of("# x\n\r\n\na.example TXT #1\r\n# TXT", ask("a.example"))->texts,
              ElementsAre("#1"));
}

TEST(Zone, NamesHaveNoCaseAndMayHoldEscapedOctets) {
  EXPECT_EQ(answer_of("A.Example. TXT x", ask("a.EXAMPLE"))->status, Status::Found);
  EXPECT_EQ(answer_of("a\\032b\\\\.example TXT x", ask("a b\\.example"))->status, Status::Found);
  EXPECT_EQ(answer_of("\xC3\xBC.example TXT x", ask("\xC3\xBC.example"))->status, Status::Found);
}

TEST(Zone, AnswersLiveFiveMinutes) {
  EXPECT_EQ(answer_of("a.example TXT x", ask("a.example"))->ttl, kZoneTtl);
  EXPECT_EQ(answer_of("a.example TXT x", ask("b.example"))->ttl, kZoneTtl);
  EXPECT_EQ(answer_of("a.example TXT !TIMEOUT", ask("a.example"))->ttl.count(), 0);
}

TEST(Zone, RecordsCanBeAddedWithoutText) {
  Zone zone;
  zone.add_txt(name("a.example"), "\\ \n");
  zone.add_txt(name("a.example"), "two");
  EXPECT_THAT(zone.get(ask("a.example"), kNever)->texts, ElementsAre("\\ \n", "two"));
  EXPECT_EQ(zone.get(ask("example"), kNever)->status, Status::NoData);
}

// ---- Outcomes

struct Outcome {
  const char* title;
  const char* zone;
  const char* owner;
  Type type;
  Status status;
  Security security;
};

std::ostream& operator<<(std::ostream& out, const Outcome& row) { return out << row.title; }

class ZoneOutcome : public testing::TestWithParam<Outcome> {};

TEST_P(ZoneOutcome, IsAsListed) {
  const Outcome& row = GetParam();
  const auto answer = answer_of(row.zone, ask(row.owner, row.type));
  EXPECT_EQ(answer->status, row.status) << *answer;
  EXPECT_EQ(answer->security, row.security) << *answer;
}

constexpr auto kInsecure = Security::Insecure;
constexpr auto kUnknown = Security::Unknown;

const Outcome kOutcomes[] = {
    {"NothingListed", "", "a.example", Type::Txt, Status::NxDomain, kInsecure},
    {"OtherType", "a.example TXT x", "a.example", Type::A, Status::NoData, kInsecure},
    {"NameAboveExists", "b.a.example TXT x", "a.example", Type::Txt, Status::NoData, kInsecure},
    {"TopExists", "b.a.example TXT x", "example", Type::Txt, Status::NoData, kInsecure},
    {"NameBelowDoesNot", "a.example TXT x", "b.a.example", Type::Txt, Status::NxDomain, kInsecure},
    {"SiblingDoesNot", "b.a.example TXT x", "c.a.example", Type::Txt, Status::NxDomain, kInsecure},
    {"LabelBoundary", "xa.example TXT x", "a.example", Type::Txt, Status::NxDomain, kInsecure},

    {"WordNxDomain", "a.example TXT !NXDOMAIN", "a.example", Type::Txt, Status::NxDomain,
     kInsecure},
    {"WordNoData", "a.example TXT !NODATA", "a.example", Type::Txt, Status::NoData, kInsecure},
    {"WordServFail", "a.example TXT !SERVFAIL", "a.example", Type::Txt, Status::ServFail, kUnknown},
    {"WordTimeout", "a.example TXT !TIMEOUT", "a.example", Type::Txt, Status::Timeout, kUnknown},
    {"WordBogus", "a.example TXT !BOGUS", "a.example", Type::Txt, Status::ServFail,
     Security::Bogus},
    {"WordOfOtherType", "a.example MX !TIMEOUT", "a.example", Type::Txt, Status::NoData, kInsecure},

    {"StarWord", "a.example * !TIMEOUT", "a.example", Type::Mx, Status::Timeout, kUnknown},
    {"StarWordLeavesRecords", "a.example * !TIMEOUT\na.example TXT x", "a.example", Type::Txt,
     Status::Found, kInsecure},
    {"StarWordLeavesWords", "a.example TXT !NODATA\na.example * !TIMEOUT", "a.example", Type::Txt,
     Status::NoData, kInsecure},
    {"StarNxDomainOverridesExistence", "b.a.example TXT x\na.example * !NXDOMAIN", "a.example",
     Type::Txt, Status::NxDomain, kInsecure},
    {"StarNxDomainLeavesNamesBelow", "b.a.example TXT x\na.example * !NXDOMAIN", "b.a.example",
     Type::Txt, Status::Found, kInsecure},
    {"StarWordIsNotForNamesBelow", "a.example * !TIMEOUT", "b.a.example", Type::Txt,
     Status::NxDomain, kInsecure},

    {"Wildcard", "*.a.example TXT x", "b.a.example", Type::Txt, Status::Found, kInsecure},
    {"WildcardDeep", "*.a.example TXT x", "c.b.a.example", Type::Txt, Status::Found, kInsecure},
    {"WildcardOtherType", "*.a.example TXT x", "b.a.example", Type::A, Status::NoData, kInsecure},
    {"WildcardWord", "*.a.example * !TIMEOUT", "b.a.example", Type::A, Status::Timeout, kUnknown},
    {"WildcardNotItsParent", "*.a.example TXT x", "a.example", Type::Txt, Status::NoData,
     kInsecure},
    {"WildcardNotAnExistingName", "*.a.example TXT x\nb.a.example A 192.0.2.1", "b.a.example",
     Type::Txt, Status::NoData, kInsecure},
    {"WildcardStoppedByNameBetween", "*.a.example TXT x\nb.a.example A 192.0.2.1", "c.b.a.example",
     Type::Txt, Status::NxDomain, kInsecure},
    {"WildcardAsked", "*.a.example TXT x", "*.a.example", Type::Txt, Status::Found, kInsecure},

    {"Alias", "a.example CNAME b.example\nb.example TXT x", "a.example", Type::Txt, Status::Found,
     kInsecure},
    {"AliasNoData", "a.example CNAME b.example\nb.example TXT x", "a.example", Type::A,
     Status::NoData, kInsecure},
    {"AliasNowhere", "a.example CNAME b.example", "a.example", Type::A, Status::NxDomain,
     kInsecure},
    {"AliasToWildcard", "a.example CNAME x.b.example\n*.b.example TXT x", "a.example", Type::Txt,
     Status::Found, kInsecure},
    {"AliasToError", "a.example CNAME b.example\nb.example * !SERVFAIL", "a.example", Type::A,
     Status::ServFail, kUnknown},
    {"AliasLoop", "a.example CNAME b.example\nb.example CNAME a.example", "a.example", Type::A,
     Status::ServFail, kUnknown},

    {"Secure", "a.example TXT x\na.example +ad", "a.example", Type::Txt, Status::Found,
     Security::Secure},
    {"SecureNoData", "a.example +ad", "a.example", Type::Txt, Status::NoData, Security::Secure},
    {"SecureNxDomain", "a.example +ad\na.example * !NXDOMAIN", "a.example", Type::Txt,
     Status::NxDomain, Security::Secure},
    {"SecureErrorIsNone", "a.example +ad\na.example * !SERVFAIL", "a.example", Type::Txt,
     Status::ServFail, kUnknown},
    {"SecureWildcard", "*.a.example TXT x\n*.a.example +ad", "b.a.example", Type::Txt,
     Status::Found, Security::Secure},
    {"SecureIsNotForNamesBelow", "a.example +ad\nb.a.example TXT x", "b.a.example", Type::Txt,
     Status::Found, kInsecure},
    {"SecureChain", "a.example CNAME b.example\nb.example TXT x\na.example +ad\nb.example +ad",
     "a.example", Type::Txt, Status::Found, Security::Secure},
    {"ChainWithInsecureEnd", "a.example CNAME b.example\nb.example TXT x\na.example +ad",
     "a.example", Type::Txt, Status::Found, kInsecure},
    {"ChainWithInsecureBegin", "a.example CNAME b.example\nb.example TXT x\nb.example +ad",
     "a.example", Type::Txt, Status::Found, kInsecure},
};

INSTANTIATE_TEST_SUITE_P(Rows, ZoneOutcome, testing::ValuesIn(kOutcomes),
                         [](const auto& row) { return std::string(row.param.title); });

TEST(Zone, AChainOfTenAliasesIsFollowedAndOneMoreIsNot) {
  std::string text = "n10.example TXT end\n";
  for (int i = 0; i < 10; ++i) {
    text += "n" + std::to_string(i) + ".example CNAME n" + std::to_string(i + 1) + ".example\n";
  }
  EXPECT_EQ(answer_of(text, ask("n0.example"))->status, Status::Found);
  text += "start.example CNAME n0.example\n";
  EXPECT_EQ(answer_of(text, ask("start.example"))->status, Status::ServFail);
}

// ---- Errors

struct BadLine {
  const char* title;
  const char* line;
};

std::ostream& operator<<(std::ostream& out, const BadLine& row) { return out << row.title; }

class ZoneError : public testing::TestWithParam<BadLine> {};

TEST_P(ZoneError, IsReportedWithItsLine) {
  const auto zone = Zone::parse(
      "ok.example TXT x\n# comment\n" + std::string(GetParam().line) + "\nok.example TXT y",
      "test.zone");
  ASSERT_FALSE(zone.has_value());
  EXPECT_EQ(zone.error().where, "test.zone:3");
  EXPECT_FALSE(zone.error().text.empty());
}

const BadLine kBadLines[] = {
    {"OwnerOnly", "a.example"},
    {"UnknownType", "a.example SPF x"},
    {"TypeWithoutRecords", "a.example SOA x"},
    {"NoValue", "a.example A"},
    {"TwoSpacesBeforeType", "a.example  A 192.0.2.1"},
    {"TwoSpacesBeforeValue", "a.example TXT  x"},
    {"SpaceAtTheEnd", "a.example TXT x "},
    {"LeadingSpace", " a.example TXT x"},
    {"Tabs", "a.example\tTXT\tx"},
    {"UnknownWord", "a.example TXT !SLOW"},
    {"WordInLowerCase", "a.example TXT !timeout"},
    {"BareExclamationMark", "a.example TXT !"},
    {"StarWithoutWord", "a.example * x"},
    {"WordBesideRecord", "ok.example TXT !TIMEOUT"},
    {"RecordBesideWord", "a.example TXT !TIMEOUT\na.example TXT x"},
    {"TwoStarWords", "a.example * !TIMEOUT\na.example * !NODATA"},
    {"UnknownFlag", "a.example +cd"},
    {"Ipv6InA", "a.example A 2001:db8::1"},
    {"MappedInA", "a.example A ::ffff:192.0.2.1"},
    {"Ipv4InAaaa", "a.example AAAA 192.0.2.1"},
    {"BrokenAddress", "a.example A 192.0.2"},
    {"MxWithoutName", "a.example MX 10"},
    {"MxPreference", "a.example MX 65536 b.example"},
    {"MxNameWithSpace", "a.example MX 10 b.example c"},
    {"CnameToRoot", "a.example CNAME ."},
    {"TwoCnames", "a.example CNAME b.example\na.example CNAME c.example"},
    {"TlsaFields", "a.example TLSA 3 1 00"},
    {"TlsaNumber", "a.example TLSA 3 1 256 00"},
    {"TlsaOddHex", "a.example TLSA 3 1 1 000"},
    {"TlsaNoHex", "a.example TLSA 3 1 1 0g"},
    {"EscapeTooShort", "a.example TXT \\03"},
    {"EscapeTooLarge", "a.example TXT \\256"},
    {"EscapeOfLetter", "a.example TXT \\n"},
    {"EscapedDot", "a\\046b.example TXT x"},
    {"EmptyLabel", "a..example TXT x"},
    {"RootAsOwner", ". TXT x"},
};

/// Rows of two lines fail in the second.
class ZoneErrorInSecondLine : public testing::TestWithParam<BadLine> {};

TEST_P(ZoneErrorInSecondLine, IsReportedWithItsLine) {
  const auto zone = Zone::parse(GetParam().line);
  ASSERT_FALSE(zone.has_value());
  EXPECT_EQ(zone.error().where, "zone:2");
}

std::vector<BadLine> bad_lines(bool (*wanted)(const BadLine&)) {
  std::vector<BadLine> rows;
  for (const BadLine& row : kBadLines) {
    if (wanted(row)) rows.push_back(row);
  }
  return rows;
}
bool has_two_lines(const BadLine& row) {
  return std::string_view(row.line).find('\n') != std::string_view::npos;
}

INSTANTIATE_TEST_SUITE_P(Rows, ZoneError, testing::ValuesIn(bad_lines([](const BadLine& row) {
                           return !has_two_lines(row);
                         })),
                         [](const auto& row) { return std::string(row.param.title); });
INSTANTIATE_TEST_SUITE_P(Rows, ZoneErrorInSecondLine, testing::ValuesIn(bad_lines(has_two_lines)),
                         [](const auto& row) { return std::string(row.param.title); });

}  // namespace
}  // namespace waarmerk::dns
