// Replies that are none: cut, changed, lying, or meant for somebody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dns/wire.h"
#include "tests/support/dns_message.h"
#include "tests/support/dns_values.h"

using namespace std::string_literals;

namespace waarmerk::dns {
namespace {

using test::ask;
using test::ReplyWriter;
using test::wire_extended_error;
using test::wire_name;
using test::wire_soa;
using test::wire_u16;
using testing::HasSubstr;

constexpr unsigned kCname = 5;
constexpr unsigned kSoa = 6;
constexpr unsigned kMx = 15;
constexpr unsigned kTxt = 16;

const Question kQuestion = ask("a.example");

ReplyWriter reply(const Question& question = kQuestion) { return ReplyWriter(0x1234, question); }

Answer parsed(const ReplyWriter& writer, const Question& question = kQuestion) {
  return parse_reply(writer.octets(), question).answer;
}

TEST(WireMalformed, TheQuestionMustBeOurs) {
  const auto status = [](const Question& theirs) {
    return parse_reply(reply(theirs).answer(kTxt, 60, "\1x").octets(), kQuestion).answer.status;
  };
  EXPECT_EQ(status(ask("A.EXAMPLE")), Status::Found);
  EXPECT_EQ(status(ask("b.example")), Status::Malformed);
  EXPECT_EQ(status(ask("a.example", Type::A)), Status::Malformed);
  std::string in_capitals = reply().answer(kTxt, 60, "\1x").octets();
  in_capitals.replace(13, 1, "A");
  EXPECT_EQ(parse_reply(in_capitals, kQuestion).answer.status, Status::Found);
  in_capitals[11 + 11 + 4] = 3;  // class
  EXPECT_EQ(parse_reply(in_capitals, kQuestion).answer.status, Status::Malformed);
}

TEST(WireMalformed, AQueryOrAnotherOpcodeIsNoReply) {
  std::string octets = reply().octets();
  octets[2] = 0x01;
  EXPECT_EQ(parse_reply(octets, kQuestion).answer.status, Status::Malformed);
  octets[2] = static_cast<char>(0x90);
  EXPECT_EQ(parse_reply(octets, kQuestion).answer.status, Status::Malformed);
}

TEST(WireMalformed, EveryShorterReplyIsMalformed) {
  const Question mx = ask("a.example", Type::Mx);
  const std::string whole =
      reply(mx)
          .answer(kCname, 60, wire_name("b.example"))
          .answer(wire_name("b.example"), kMx, 60, wire_u16(1) + "\1m\xC0\x0C")
          .authority(wire_name("example"), kSoa, 60, wire_soa(60))
          .opt(wire_extended_error(3, "stale"))
          .octets();
  ASSERT_EQ(parse_reply(whole, mx).answer.status, Status::Found);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(parse_reply(whole.substr(0, length), mx).answer.status, Status::Malformed) << length;
  }
}

TEST(WireMalformed, AnyOctetMayBeAnything) {
  const std::string whole = reply()
                                .answer(kCname, 60, "\1b\xC0\x0E")
                                .answer("\1b\xC0\x0E", kTxt, 60, "\1x")
                                .authority(wire_name("example"), kSoa, 60, wire_soa(60))
                                .opt(wire_extended_error(6, "bogus"))
                                .octets();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = whole;
      changed[i] = static_cast<char>(value);
      const Answer answer = parse_reply(changed, kQuestion).answer;
      EXPECT_LE(answer.texts.size(), 1U);
    }
  }
}

struct BadRdata {
  const char* title;
  Type type;
  std::string rdata;
};

std::ostream& operator<<(std::ostream& out, const BadRdata& row) { return out << row.title; }

class WireBadRdata : public testing::TestWithParam<BadRdata> {};

TEST_P(WireBadRdata, IsMalformed) {
  const Question question = ask("a.example", GetParam().type);
  const auto answer = parsed(
      reply(question).answer(static_cast<unsigned>(question.type), 60, GetParam().rdata), question);
  EXPECT_EQ(answer.status, Status::Malformed);
  EXPECT_THAT(answer.detail, HasSubstr("RDATA")) << answer.detail;
}

const BadRdata kBadRdata[] = {
    {"TxtWithoutString", Type::Txt, ""},
    {"TxtStringTooLong", Type::Txt, "\3ab"},
    {"TxtSecondStringTooLong", Type::Txt, "\1a\1"},
    {"AShort", Type::A, "\xC0\0\2"s},
    {"ALong", Type::A, "\xC0\0\2\1\1"s},
    {"AaaaShort", Type::Aaaa, "\xC0\0\2\1"s},
    {"MxWithoutName", Type::Mx, "\0\1"s},
    {"MxWithTail", Type::Mx, "\0\1\0x"s},
    {"NsEmpty", Type::Ns, ""},
    {"PtrUnterminated", Type::Ptr, "\1a"},
    {"PtrLabelBeyondRdata", Type::Ptr, "\5ab\0"s},
};

INSTANTIATE_TEST_SUITE_P(Rows, WireBadRdata, testing::ValuesIn(kBadRdata),
                         [](const auto& row) { return std::string(row.param.title); });

TEST(WireMalformed, AMalformedAliasOrSoaIsMalformed) {
  EXPECT_EQ(parsed(reply().answer(kCname, 60, wire_name("b.example") + "x")).status,
            Status::Malformed);
  EXPECT_EQ(parsed(reply().authority(wire_name("example"), kSoa, 60, "short")).status,
            Status::Malformed);
}

TEST(WireMalformed, TwoOptRecordsOrABrokenOptionAreMalformed) {
  EXPECT_EQ(parsed(reply().opt().opt()).status, Status::Malformed);
  EXPECT_EQ(parsed(reply().opt(wire_u16(15) + wire_u16(9) + "x")).status, Status::Malformed);
  EXPECT_EQ(parsed(reply().opt(wire_u16(15) + wire_u16(1) + "x")).status, Status::Malformed);
}

TEST(WireMalformed, CountsThatPromiseMoreThanThereIsAreMalformed) {
  for (const std::size_t field : {6U, 8U, 10U}) {
    std::string octets = reply().octets();
    octets[field] = '\xFF';
    EXPECT_EQ(parse_reply(octets, kQuestion).answer.status, Status::Malformed) << field;
  }
  std::string two_questions = reply().octets();
  two_questions[5] = 2;
  EXPECT_EQ(parse_reply(two_questions, kQuestion).answer.status, Status::Malformed);
}

}  // namespace
}  // namespace waarmerk::dns
