// Queries and well-formed replies, octet by octet.
#include "dns/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/dns_message.h"
#include "tests/support/dns_values.h"

using namespace std::string_literals;

namespace waarmerk::dns {
namespace {

using test::ask;
using test::name;
using test::ReplyWriter;
using test::wire_extended_error;
using test::wire_name;
using test::wire_soa;
using test::wire_string;
using test::wire_u16;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr unsigned kA = 1;
constexpr unsigned kNs = 2;
constexpr unsigned kCname = 5;
constexpr unsigned kSoa = 6;
constexpr unsigned kMx = 15;
constexpr unsigned kTxt = 16;
constexpr unsigned kRrsig = 46;
constexpr unsigned kAuthenticData = 0x20;
constexpr unsigned kTruncated = 0x200;

const Question kQuestion = ask("a.example");

ReplyWriter reply(const Question& question = kQuestion) { return ReplyWriter(0x1234, question); }

Answer parsed(const ReplyWriter& writer, const Question& question = kQuestion) {
  return parse_reply(writer.octets(), question).answer;
}

// ---- Queries

// E-11: AD in the query asks for AD in the reply.
TEST(WireQuery, IsTheseOctets) {
  EXPECT_EQ(write_query(ask("a.example", Type::Mx), 0xBEEF, Edns::Announce),
            "\xBE\xEF\x01\x20\0\1\0\0\0\0\0\1"
            "\1a\7example\0\0\x0F\0\1"
            "\0\0\x29\x04\xD0\0\0\0\0\0\0"s);
}

TEST(WireQuery, WithoutEdnsHasNoAdditionalRecord) {
  const std::string with = write_query(kQuestion, 1, Edns::Announce);
  const std::string without = write_query(kQuestion, 1, Edns::Omit);
  EXPECT_EQ(with.size(), without.size() + 11);
  EXPECT_EQ(without[11], 0);
  EXPECT_EQ(with.substr(12, without.size() - 12), without.substr(12));
}

// ---- Records

TEST(WireReply, GoldenOctetsOfATxtReply) {
  const Reply got = parse_reply(
      "\x12\x34\x81\xA0\0\1\0\1\0\0\0\1"
      "\1a\7example\0\0\x10\0\1"
      "\xC0\x0C\0\x10\0\1\0\0\x0E\x10\0\x0B\5v=DMA\4RC1;"
      "\0\0\x29\x04\xD0\0\0\0\0\0\0"s,
      kQuestion);
  EXPECT_EQ(got.id, 0x1234);
  EXPECT_EQ(got.rcode, 0U);
  EXPECT_FALSE(got.is_truncated);
  EXPECT_TRUE(got.has_edns);
  Answer want = empty_answer(Status::Found);
  want.security = Security::Secure;
  want.ttl = std::chrono::seconds{3600};
  want.texts = {"v=DMARC1;"};
  EXPECT_EQ(got.answer, want);
}

// D-20, S-11
TEST(WireReply, CharacterStringsAreJoinedWithoutSeparator) {
  const std::string long_part(255, 'x');
  const auto answer = parsed(reply()
                                 .answer(kTxt, 60, wire_string(long_part) + wire_string("y"))
                                 .answer(kTxt, 60, wire_string(""))
                                 .answer(kTxt, 60, wire_string("\0\xFF"s)));
  EXPECT_THAT(answer.texts, ElementsAre(long_part + "y", "", "\0\xFF"s));
}

TEST(WireReply, ReadsAddresses) {
  const Question v4 = ask("a.example", Type::A);
  EXPECT_EQ(parsed(reply(v4).answer(kA, 60, "\xC0\0\2\1"s), v4).addresses.at(0).text(),
            "192.0.2.1");
  const Question v6 = ask("a.example", Type::Aaaa);
  EXPECT_EQ(parsed(reply(v6).answer(28, 60, "\x20\1\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\1"s), v6)
                .addresses.at(0)
                .text(),
            "2001:db8::1");
}

TEST(WireReply, ReadsMailExchangesAndTheNullOne) {
  const Question mx = ask("a.example", Type::Mx);
  const auto answer = parsed(reply(mx)
                                 .answer(kMx, 60, wire_u16(10) + "\4MAIL\xC0\x0C")
                                 .answer(kMx, 60, wire_u16(0) + wire_name(".")),
                             mx);
  EXPECT_THAT(answer.exchanges,
              ElementsAre(MailExchange{10, name("mail.a.example")}, MailExchange{0, std::nullopt}));
}

TEST(WireReply, LeavesOutNamesThatNoDomainNameHolds) {
  const Question ptr = ask("1.2.0.192.in-addr.arpa", Type::Ptr);
  const auto answer = parsed(reply(ptr)
                                 .answer(12, 60, wire_string("a.b") + wire_name("example"))
                                 .answer(12, 60, wire_name("."))
                                 .answer(12, 60, wire_name("host.example")),
                             ptr);
  EXPECT_THAT(answer.names, ElementsAre(name("host.example")));
  const Question mx = ask("a.example", Type::Mx);
  const auto no_null_mx =
      parsed(reply(mx).answer(kMx, 60, wire_u16(1) + wire_string("a.b") + wire_name("")), mx);
  EXPECT_EQ(no_null_mx.status, Status::Found);
  EXPECT_THAT(no_null_mx.exchanges, IsEmpty()) << "must not be taken for a null MX";
}

TEST(WireReply, GivesTheOctetsOfOtherTypes) {
  const Question tlsa = ask("_25._tcp.mx.example", Type::Tlsa);
  EXPECT_THAT(parsed(reply(tlsa).answer(52, 60, "\3\1\1\xAB"), tlsa).rdata,
              ElementsAre("\3\1\1\xAB"));
}

TEST(WireReply, IgnoresRecordsOfOtherTypesClassesAndOwners) {
  const std::string chaos =
      wire_name("a.example") + wire_u16(kTxt) + wire_u16(3) + "\0\0\0\1"s + wire_u16(2) + "\1x";
  const auto answer = parsed(reply()
                                 .answer(kRrsig, 1, "anything")
                                 .answer(wire_name("b.example"), kTxt, 1, wire_string("b"))
                                 .answer(kTxt, 60, wire_string("a")));
  EXPECT_THAT(answer.texts, ElementsAre("a"));
  EXPECT_EQ(answer.ttl.count(), 60) << "the TTL of what was used only";
  std::string octets = reply().answer(kTxt, 60, wire_string("a")).octets();
  octets[7] = 2;
  EXPECT_THAT(parse_reply(octets + chaos, kQuestion).answer.texts, ElementsAre("a"));
}

// S-07, E-12: such a reply tells nothing of the name, and must not be read as "no record".
TEST(WireReply, RecordsThatAnswerAnotherQuestionAreNoDenial) {
  const std::string chaos =
      wire_name("a.example") + wire_u16(kTxt) + wire_u16(3) + "\0\0\0\1"s + wire_u16(2) + "\1x";
  std::string octets = reply().octets();
  octets[7] = 1;
  EXPECT_EQ(parse_reply(octets + chaos, kQuestion).answer.status, Status::Malformed);
  EXPECT_EQ(parsed(reply().answer(kRrsig, 1, "anything")).status, Status::Malformed);
  EXPECT_EQ(parsed(reply().answer(wire_name("b.example"), kTxt, 1, wire_string("b"))).status,
            Status::Malformed);
  EXPECT_EQ(parsed(reply()).status, Status::NoData);
  EXPECT_EQ(parsed(reply().flags(3).answer(kRrsig, 1, "anything")).status, Status::NxDomain)
      << "the RCODE denies it";
}

// S-07: a record that the counts leave out must not become "no record".
TEST(WireReply, OctetsBehindTheLastRecordAreMalformed) {
  const std::string octets = reply().answer(kTxt, 60, "\1x").octets();
  EXPECT_EQ(parse_reply(octets, kQuestion).answer.status, Status::Found);
  EXPECT_EQ(parse_reply(octets + "tail", kQuestion).answer.status, Status::Malformed);
  std::string none_counted = octets;
  none_counted[7] = 0;
  EXPECT_EQ(parse_reply(none_counted, kQuestion).answer.status, Status::Malformed);
}

// ---- CNAME, S-42

TEST(WireReply, FollowsAliasesInAnyOrder) {
  const auto answer = parsed(reply()
                                 .answer(wire_name("c.example"), kTxt, 60, "\1x")
                                 .answer(wire_name("B.example"), kCname, 30, wire_name("C.example"))
                                 .answer(kCname, 90, wire_name("b.example")));
  EXPECT_THAT(answer.texts, ElementsAre("x"));
  EXPECT_EQ(answer.ttl.count(), 30);
}

TEST(WireReply, ARecordThatTheChainDoesNotReachIsNoAnswer) {
  const auto answer = parsed(reply()
                                 .answer(kCname, 90, wire_name("b.example"))
                                 .answer(wire_name("c.example"), kTxt, 60, "\1x"));
  EXPECT_EQ(answer.status, Status::NoData);
  EXPECT_THAT(answer.texts, IsEmpty());
}

TEST(WireReply, AnAliasLoopIsServFail) {
  const auto answer =
      parsed(reply()
                 .answer(kCname, 90, wire_name("b.example"))
                 .answer(wire_name("b.example"), kCname, 90, wire_name("a.example")));
  EXPECT_EQ(answer.status, Status::ServFail);
}

TEST(WireReply, AnAliasThatIsAskedForIsNotFollowed) {
  const Question cname = ask("a.example", Type::Cname);
  EXPECT_THAT(parsed(reply(cname).answer(kCname, 1, wire_name("b.example")), cname).names,
              ElementsAre(name("b.example")));
}

TEST(WireReply, ADotInsideALabelIsNoSeparator) {
  // "a.b" + "example" is another name than "a" + "b" + "example".
  const auto answer = parsed(reply()
                                 .answer(kCname, 90, wire_string("a.b") + wire_name("example"))
                                 .answer(wire_name("a.b.example"), kTxt, 60, "\1x"));
  EXPECT_EQ(answer.status, Status::NoData);
}

// ---- Outcomes and TTL

TEST(WireReply, RcodesBecomeStatuses) {
  const std::pair<unsigned, Status> rows[] = {
      {0, Status::NoData},  {1, Status::Refused}, {2, Status::ServFail}, {3, Status::NxDomain},
      {4, Status::Refused}, {5, Status::Refused}, {9, Status::Refused},
  };
  for (const auto& [rcode, status] : rows) {
    const Reply got = parse_reply(reply().flags(rcode).octets(), kQuestion);
    EXPECT_EQ(got.rcode, rcode);
    EXPECT_EQ(got.answer.status, status) << rcode;
  }
}

TEST(WireReply, AnErrorMayLeaveTheQuestionOutAndAnAnswerMayNot) {
  std::string octets = reply().flags(1).octets().substr(0, 12);
  octets[5] = 0;
  EXPECT_EQ(parse_reply(octets, kQuestion).answer.status, Status::Refused);
  octets[3] = static_cast<char>(0x80);
  EXPECT_EQ(parse_reply(octets, kQuestion).answer.status, Status::Malformed);
  octets[3] = static_cast<char>(0x83);
  EXPECT_EQ(parse_reply(octets, kQuestion).answer.status, Status::Malformed);
}

TEST(WireReply, NegativeTtlIsTheSmallerOfSoaAndMinimum) {
  for (const unsigned rcode : {0U, 3U}) {
    const auto ttl = [rcode](std::uint32_t own, std::uint32_t minimum) {
      return parsed(
                 reply().flags(rcode).authority(wire_name("example"), kSoa, own, wire_soa(minimum)))
          .ttl.count();
    };
    EXPECT_EQ(ttl(300, 900), 300);
    EXPECT_EQ(ttl(900, 300), 300);
  }
  EXPECT_EQ(parsed(reply().flags(3)).ttl.count(), 0) << "not to be cached without SOA";
}

// RFC 6604: the RCODE is that of the last name.
TEST(WireReply, NxDomainAtTheEndOfAChain) {
  const auto answer = parsed(reply()
                                 .flags(3)
                                 .answer(kCname, 20, wire_name("b.example"))
                                 .authority(wire_name("example"), kSoa, 300, wire_soa(300)));
  EXPECT_EQ(answer.status, Status::NxDomain);
  EXPECT_EQ(answer.ttl.count(), 20);
}

TEST(WireReply, ATtlWithTheTopBitIsZero) {
  EXPECT_EQ(parsed(reply().answer(kTxt, 0x7FFFFFFF, "\1x")).ttl.count(), 0x7FFFFFFF);
  EXPECT_EQ(parsed(reply().answer(kTxt, 0x80000000, "\1x")).ttl.count(), 0);
}

TEST(WireReply, TheSmallestTtlCounts) {
  EXPECT_EQ(parsed(reply().answer(kTxt, 60, "\1x").answer(kTxt, 5, "\1y").answer(kTxt, 70, "\1z"))
                .ttl.count(),
            5);
}

TEST(WireReply, AReferralIsRefusedAndNoDenial) {
  const auto ns = wire_name("ns.example");
  EXPECT_EQ(parsed(reply().authority(wire_name("example"), kNs, 60, ns)).status, Status::Refused);
  EXPECT_EQ(parsed(reply()
                       .authority(wire_name("example"), kNs, 60, ns)
                       .authority(wire_name("example"), kSoa, 60, wire_soa(60)))
                .status,
            Status::NoData);
  EXPECT_EQ(parsed(reply()
                       .answer(kCname, 60, wire_name("b.example"))
                       .authority(wire_name("example"), kNs, 60, ns))
                .status,
            Status::Refused)
      << "nor at the end of an alias";
}

TEST(WireReply, TruncationIsReportedAndNoAnswer) {
  const Reply got =
      parse_reply(reply().flags(kTruncated).answer(kTxt, 60, "\1x").octets(), kQuestion);
  EXPECT_TRUE(got.is_truncated);
  EXPECT_EQ(got.answer.status, Status::Malformed);
  EXPECT_THAT(got.answer.texts, IsEmpty());
}

// ---- Security, E-11, E-12

TEST(WireReply, TheAuthenticDataBitMakesAnAnswerSecure) {
  for (const unsigned rcode : {0U, 3U}) {
    EXPECT_EQ(parsed(reply().flags(rcode | kAuthenticData)).security, Security::Secure);
    EXPECT_EQ(parsed(reply().flags(rcode)).security, Security::Insecure);
  }
}

TEST(WireReply, AnErrorIsNeverSecure) {
  EXPECT_EQ(parsed(reply().flags(2 | kAuthenticData)).security, Security::Unknown);
}

TEST(WireReply, FailedValidationMakesServFailBogus) {
  for (unsigned code = 0; code < 30; ++code) {
    const bool is_bogus = code >= 6 && code <= 12;
    const auto answer = parsed(reply().flags(2).opt(wire_extended_error(code, "")));
    EXPECT_EQ(answer.status, Status::ServFail);
    EXPECT_EQ(answer.security, is_bogus ? Security::Bogus : Security::Unknown) << code;
    EXPECT_THAT(answer.detail, HasSubstr("EDE " + std::to_string(code)));
  }
  EXPECT_EQ(parsed(reply().opt(wire_extended_error(6, ""))).security, Security::Insecure)
      << "without SERVFAIL it is only a remark";
}

TEST(WireReply, ExtendedErrorsArePrintable) {
  const auto options = wire_u16(10) + wire_u16(2) + "xy" + wire_extended_error(7, "ex\npired\xFF") +
                       wire_extended_error(22, "");
  EXPECT_EQ(parsed(reply().flags(2).opt(options)).detail,
            "EDE 7 (Signature Expired): ex?pired?; EDE 22 (No Reachable Authority)");
  EXPECT_EQ(parsed(reply().flags(5).opt(wire_extended_error(18, "no"))).detail,
            "REFUSED; EDE 18 (Prohibited): no");
  std::string many;
  for (int i = 0; i < 5000; ++i) many += wire_extended_error(0, "many");
  EXPECT_LE(parsed(reply().flags(2).opt(many)).detail.size(), 200U);
}

TEST(WireReply, TheExtendedRcodeHasTwelveBits) {
  const Reply got = parse_reply(reply().opt({}, 1).octets(), kQuestion);
  EXPECT_EQ(got.rcode, 16U);
  EXPECT_EQ(got.answer.status, Status::Refused);
}

}  // namespace
}  // namespace waarmerk::dns
