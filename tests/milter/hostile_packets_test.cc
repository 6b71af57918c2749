// Packets that are cut, too long, empty, or lie: the daemon lives, and what can be answered is.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/milter/good_mail.h"
#include "tests/milter/siege.h"
#include "tests/support/process_state.h"
#include "tests/support/wait_for.h"
#include "tests/support/wire_script.h"

namespace waarmerk::milter {
namespace {

using namespace std::string_literals;
using support::Echo;
using support::expect_accepted;
using support::good_message;
using support::greet;
using support::MilterWire;
using support::offer_packet;
using support::packet;
using support::packet_of_length;
using support::Personality;
using support::Siege;
using support::usual_packets;
using support::WireOffer;
namespace wire = support::wire;

/// The largest payload that libmilter takes from us. M-08
constexpr std::size_t kLargest = 1'048'575;

// M-31
TEST(CutConversation, AfterEachOctetHarmsNobody) {
  Siege siege;
  const std::string whole = usual_packets("ODCHMRTLNBE");
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    const Echo echo = siege.send(std::string_view(whole).substr(0, cut));
    ASSERT_TRUE(echo.closed) << cut;
    const std::size_t messages = cut == whole.size() ? 1 : 0;
    ASSERT_EQ(echo.verdicts(), messages) << cut;
    ASSERT_EQ(siege.new_log_lines(), messages) << cut;
  }
  siege.expect_unharmed();
}

/// One packet at a bad moment, or a bad packet, and how many of two messages still are answered:
/// the one in which it comes, and the one after.
struct BadPacket {
  std::string name;
  std::string after;
  std::string octets;
  std::size_t verdicts;
  /// What follows, if it is not the rest of the message.
  std::string then = {};
};
std::ostream& operator<<(std::ostream& out, const BadPacket& row) { return out << row.name; }

class Intrusion : public testing::TestWithParam<BadPacket> {};

TEST_P(Intrusion, EndsAtMostItsOwnConnection) {
  Siege siege;
  const std::string order = "OCHMRTLNBE";
  const BadPacket& row = GetParam();
  const std::string rest = row.then.empty() ? order.substr(row.after.size()) : row.then;
  ASSERT_TRUE(order.starts_with(row.after));
  const Echo echo = siege.send(usual_packets(row.after) + row.octets + usual_packets(rest) +
                               usual_packets("MRTLNBE"));
  EXPECT_TRUE(echo.closed);
  EXPECT_EQ(echo.verdicts(), row.verdicts) << echo.commands();
  EXPECT_EQ(siege.new_log_lines(), row.verdicts);
  siege.expect_unharmed();
}

std::string zeros(std::size_t count) { return std::string(count, '\0'); }

/// A macro list for MAIL with so many macros.
std::string macro_list(std::size_t count) {
  std::string payload = "M";
  for (std::size_t i = 0; i < count; ++i) payload += "{m" + std::to_string(i) + "}\0value\0"s;
  return payload;
}

// Where the answer is 0, libmilter closes the connection; mail servers then do as if we were away.
INSTANTIATE_TEST_SUITE_P(
    Payloads, Intrusion,
    testing::Values(BadPacket{"Nothing", "OCHMRT", "", 2},
                    BadPacket{"UnknownCommand", "OCHMRT", packet('X', "x"), 0},
                    BadPacket{"CommandNul", "OCHMRT", packet('\0', "x"), 0},
                    BadPacket{"CommandOfTheOtherSide", "OCHMRT", packet('i', zeros(8)), 0},
                    BadPacket{"ClientWithoutNul", "O", packet('C', "host"), 0},
                    BadPacket{"ClientWithoutFamily", "O", packet('C', "host\0"s), 0},
                    BadPacket{"ClientOfUnknownFamily", "O", packet('C', "host\0?\0\0x\0"s), 0},
                    BadPacket{"ClientWithBadAddress", "O",
                              packet('C', "host\0004\0\0"s + "300.1.2.3\0"s), 0},
                    BadPacket{"ClientWithAddressCut", "O", packet('C', "host\0004\0"s), 0},
                    BadPacket{"ClientWithoutHost", "O", packet('C', "\0U"s), 2},
                    BadPacket{"ClientWithLongPath", "O",
                              packet('C', "h\0L\0\0"s + std::string(500, 'x') + "\0"s), 0},
                    BadPacket{"ClientTwice", "OCH", usual_packets("C"), 2},
                    BadPacket{"HeloWithoutNul", "OC", packet('H', "name"), 2},
                    BadPacket{"HeloEmpty", "OC", packet('H'), 0},
                    BadPacket{"MailWithoutNul", "OCH", packet('M', "<a@b.example>"), 0},
                    BadPacket{"MailEmpty", "OCH", packet('M'), 0},
                    BadPacket{"MailOfOneNul", "OCH", packet('M', zeros(1)), 2},
                    BadPacket{"MailOfManyNuls", "OCH", packet('M', zeros(1000)), 2},
                    BadPacket{"MailNeverEnds", "OCH", packet('M', "<a@b>\0X=1"s), 2},
                    BadPacket{"RecipientWithoutNul", "OCHM", packet('R', "x"), 0},
                    BadPacket{"HeaderWithoutNul", "OCHMRT", packet('L', "From a"), 0},
                    BadPacket{"HeaderWithOneNul", "OCHMRT", packet('L', "From\0"s), 0},
                    BadPacket{"HeaderWithoutName", "OCHMRT", packet('L', "\0value\0"s), 0},
                    BadPacket{"HeaderWithEmptyName", "OCHMRT", packet('L', "\0x\0value\0"s), 2},
                    BadPacket{"HeaderWithThreeTexts", "OCHMRT", packet('L', "X\0y\0z\0"s), 2},
                    BadPacket{"HeaderWithManyNuls", "OCHMRT", packet('L', zeros(1000)), 2},
                    BadPacket{"BodyEmpty", "OCHMRTLN", packet('B'), 0},
                    BadPacket{"EndOfHeadersWithPayload", "OCHMRTL", packet('N', "more"), 2, "BE"},
                    BadPacket{"EndOfMessageWithPayload", "OCHMRTLN", packet('E', "Hello.\r\n"), 2},
                    BadPacket{"EndOfMessageTwice", "OCHMRTLNB", packet('E') + packet('E'), 2},
                    BadPacket{"AbortWithPayload", "OCHMRT", packet('A', "x"), 1},
                    BadPacket{"MacrosEmpty", "OCH", packet('D'), 0},
                    BadPacket{"MacrosOfUnknownStage", "OCH", packet('D', "?i\0Q\0"s), 2},
                    BadPacket{"MacrosWithoutNul", "OCH", packet('D', "Mi"), 2},
                    BadPacket{"MacrosOfNuls", "OCH", packet('D', "M" + zeros(1000)), 2},
                    BadPacket{"MacrosByTheThousand", "OCH", packet('D', macro_list(50'000)), 2},
                    BadPacket{"NegotiationTwice", "OCH", offer_packet(), 2},
                    BadPacket{"NegotiationCut", "", packet('O', zeros(11)), 0},
                    BadPacket{"QuitInTheMidst", "OCHMRT", packet('Q'), 0},
                    BadPacket{"NewConnectionInTheMidst", "OCHMRT", packet('K'), 1}),
    [](const auto& row) { return row.param.name; });

/// Lengths that lie. What is said to be empty or negative is read as an empty packet.
INSTANTIATE_TEST_SUITE_P(
    Lengths, Intrusion,
    testing::Values(
        BadPacket{"Zero", "OCHMRT", packet_of_length(0, 'L', ""), 0},
        BadPacket{"EmptyEndOfHeaders", "OCHMRTL", packet_of_length(0, 'N'), 2, "BE"},
        BadPacket{"FourGigabytes", "OCHMRT", packet_of_length(0xffff'ffff, 'L'), 0},
        BadPacket{"TwoGigabytes", "OCHMRT", packet_of_length(0x7fff'ffff, 'L'), 0},
        BadPacket{"Negative", "OCHMRT", packet_of_length(0x8000'0000, 'L'), 0},
        BadPacket{"OneAboveTheLargest", "OCHMRTLN", packet('B', std::string(kLargest + 1, 'x')), 0},
        BadPacket{"TheLargest", "OCHMRTLN", packet('B', std::string(kLargest, 'x')), 2},
        BadPacket{"AMillion", "OCHMRTLN", packet('B', std::string(1'000'000, 'x')), 2},
        BadPacket{"TheOldLargest", "OCHMRTLN", packet('B', std::string(65'535, 'x')), 2},
        BadPacket{"AboveTheOldLargest", "OCHMRTLN", packet('B', std::string(65'536, 'x')), 2},
        BadPacket{"HeloOfAMillion", "OC", packet('H', std::string(1'000'000, 'x') + zeros(1)), 2},
        BadPacket{"SenderOfAMillion", "OCH", packet('M', std::string(1'000'000, 'x') + zeros(1)),
                  2},
        BadPacket{"RecipientOfAMillion", "OCHM",
                  packet('R', std::string(1'000'000, 'x') + zeros(1)), 2},
        BadPacket{"NameOfAMillion", "OCHMRT",
                  packet('L', std::string(1'000'000, 'x') + zeros(1) + "y" + zeros(1)), 2},
        BadPacket{"ShorterThanItSays", "OCHMRTLN", packet_of_length(500, 'B', "x"), 0}),
    [](const auto& row) { return row.param.name; });

struct VersionCase {
  std::uint32_t version;
  std::uint32_t agreed;
};
std::ostream& operator<<(std::ostream& out, const VersionCase& row) { return out << row.version; }

class Version : public testing::TestWithParam<VersionCase> {};

// M-07
TEST_P(Version, IsTakenOrTheConnectionEnds) {
  Siege siege;
  MilterWire mta(siege.milter().socket_path(), Personality::Sendmail);
  EXPECT_EQ(mta.negotiate({.version = GetParam().version}).version, GetParam().agreed);
  if (GetParam().agreed == 0) {
    EXPECT_TRUE(mta.closed_by_milter());
  } else {
    mta.connect();
    expect_accepted(mta.send(good_message()));
    EXPECT_EQ(siege.new_log_lines(), 1U);
  }
  mta.quit();
  siege.expect_unharmed();
}

INSTANTIATE_TEST_SUITE_P(Table, Version,
                         testing::Values(VersionCase{0, 0}, VersionCase{1, 0}, VersionCase{2, 2},
                                         VersionCase{3, 3}, VersionCase{4, 4}, VersionCase{5, 5},
                                         VersionCase{6, 6}, VersionCase{7, 6},
                                         VersionCase{0x7fff'ffff, 6}, VersionCase{0x8000'0000, 0},
                                         VersionCase{0xffff'ffff, 0}),
                         testing::PrintToStringParamName());

/// Judges a good message under an offer; only the right to add fields is seen from outside.
void expect_judged(Siege& siege, const WireOffer& offer) {
  MilterWire mta(siege.milter().socket_path(), Personality::Sendmail);
  greet(mta, offer);
  const auto outcome = mta.send(good_message());
  EXPECT_EQ(outcome.reply, 'c');
  EXPECT_EQ(outcome.field("Authentication-Results").has_value(),
            (mta.agreement().actions & wire::kAddHeaders) != 0);
  EXPECT_EQ(mta.agreement().actions & ~offer.actions, 0U);
  EXPECT_EQ(mta.agreement().steps & ~offer.steps, 0U);
  // A field that could not be added is a line more, which amends the message's.
  EXPECT_EQ(siege.new_log_lines(), outcome.inserted.empty() ? 2U : 1U);
  mta.quit();
}

// M-01
TEST(Offer, MayLackAnyRights) {
  Siege siege;
  constexpr std::array kRights{wire::kAddHeaders, wire::kChangeHeaders, wire::kQuarantine,
                               wire::kSetSymbolList};
  for (unsigned set = 0; set < 1U << kRights.size(); ++set) {
    SCOPED_TRACE(set);
    // Never 0, which means the rights of the first version.
    std::uint32_t actions = 0x2;
    for (unsigned i = 0; i < kRights.size(); ++i) {
      if ((set >> i & 1U) != 0) actions |= kRights[i];
    }
    expect_judged(siege, {.actions = actions});
  }
  siege.expect_unharmed();
}

// M-03..M-05
TEST(Offer, MayLackOrHaveAnySingleStep) {
  Siege siege;
  for (unsigned bit = 0; bit < 21; ++bit) {
    SCOPED_TRACE(bit);
    expect_judged(siege, {.steps = wire::kAllSteps & ~(1U << bit)});
    expect_judged(siege, {.steps = 0x7fU | 1U << bit});
  }
  siege.expect_unharmed();
}

/// Whether or not the rest of a body could have been skipped.
TEST(EndOfMessage, MayBringTheLastPieceOfTheBody) {
  Siege siege;
  for (const std::uint32_t steps : {wire::kAllSteps, wire::kAllSteps & ~wire::kSkip}) {
    const Echo echo = siege.send(offer_packet({.steps = steps}) + usual_packets("CHMRTLN") +
                                 packet('E', "Hello.\r\n"));
    EXPECT_TRUE(echo.commands().ends_with("ic")) << echo.commands();
    EXPECT_EQ(echo.verdicts(), 1U);
    EXPECT_EQ(siege.new_log_lines(), 1U);
  }
  siege.expect_unharmed();
}

/// Nothing was agreed, so that each step is answered: the last answer is the one to the message.
TEST(Offer, MayNeverCome) {
  Siege siege;
  const Echo echo = siege.send(usual_packets("CHMRTLNBE"));
  EXPECT_TRUE(echo.closed);
  ASSERT_FALSE(echo.frames.empty());
  EXPECT_EQ(echo.frames.back().command, 'y');
  EXPECT_TRUE(echo.frames.back().data.starts_with("451 ")) << echo.frames.back().data;
  EXPECT_GE(siege.new_log_lines(), 1U);
  siege.expect_unharmed();
}

/// A client that stops in the middle of a packet has one of libmilter's threads until it goes.
TEST(HalfAPacket, HoldsUpNobodyElse) {
  Siege siege;
  const std::size_t threads = support::thread_count(siege.milter().pid());
  {
    std::vector<std::unique_ptr<MilterWire>> stuck;
    for (int i = 0; i < 64; ++i) {
      stuck.push_back(
          std::make_unique<MilterWire>(siege.milter().socket_path(), Personality::Postfix));
      stuck.back()->send_octets(packet_of_length(100, 'O', "half"));
      // libmilter may give a thread to two sessions, and the second waits for the first.
      ASSERT_TRUE(support::wait_for([&] { return stuck.back()->all_was_read(); }));
    }
    MilterWire mta(siege.milter().socket_path(), Personality::Postfix);
    greet(mta);
    expect_accepted(mta.send(good_message()));
    EXPECT_EQ(siege.new_log_lines(), 1U);
  }
  siege.expect_unharmed();
  EXPECT_TRUE(support::wait_for([&] {
    return support::thread_count(siege.milter().pid()) <= threads + 2;
  })) << support::thread_count(siege.milter().pid());
}

}  // namespace
}  // namespace waarmerk::milter
