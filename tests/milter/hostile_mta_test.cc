// Mail servers that break every rule: the daemon lives, mail goes on, nothing is left behind.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/milter/good_mail.h"
#include "tests/milter/siege.h"
#include "tests/support/wire_script.h"

namespace waarmerk::milter {
namespace {

using support::Echo;
using support::packet;
using support::packet_of_length;
using support::Siege;
using support::usual_packet;
using support::usual_packets;

/// The commands that may follow one, in SMTP's order; what follows a whole message is another one,
/// another client, or the end.
std::string_view may_follow(char command) {
  switch (command) {
    case 'O':
    case 'K':
      return "C";
    case 'C':
    case 'H':
      return "HM";
    case 'M':
      return "RA";
    case 'R':
      return "RTLNBEA";
    case 'T':
    case 'L':
      return "LNA";
    case 'N':
    case 'B':
      return "BEA";
    case 'E':
      return "MKQ";
    case 'A':
      return "MQ";
    default:
      return "";
  }
}

/// Every order of at most `longest` commands that the protocol allows, and so every place at which
/// a connection can be cut.
std::vector<std::string> allowed_orders(std::size_t longest) {
  std::vector<std::string> orders{"O"};
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const std::string order = orders[i];
    if (order.size() == longest) continue;
    for (const char next : may_follow(order.back())) orders.push_back(order + next);
  }
  return orders;
}

std::size_t count_of(char command, std::string_view order) {
  return static_cast<std::size_t>(std::ranges::count(order, command));
}

// M-30..M-32
TEST(HostileMta, GoesThroughEveryOrderThatTheProtocolAllows) {
  Siege siege;
  const auto orders = allowed_orders(9);
  EXPECT_GT(orders.size(), 1000U);
  for (const std::string& order : orders) {
    const Echo echo = siege.send(usual_packets(order));
    ASSERT_TRUE(echo.closed) << order;
    ASSERT_EQ(echo.verdicts(), count_of('E', order)) << order << " came back " << echo.commands();
    ASSERT_EQ(siege.new_log_lines(), count_of('E', order)) << order;
  }
  siege.expect_unharmed();
}

constexpr std::string_view kLetters = "OCHMRTLNBEAKQDUX";

/// Every order of exactly `length` letters after `begin`.
std::vector<std::string> any_orders(const std::string& begin, std::size_t length) {
  std::vector<std::string> orders{begin};
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const std::string order = orders[i];
    if (order.size() == begin.size() + length) continue;
    for (const char next : kLetters) orders.push_back(order + next);
  }
  return orders;
}

class AnyOrder : public testing::TestWithParam<std::string> {};

/// What libmilter does not let through is no message of ours; what it lets through has a verdict
/// and a line, be it the one of a message that never began.
TEST_P(AnyOrder, HasALineForEachVerdict) {
  Siege siege;
  for (const std::string& order : any_orders(GetParam(), 2)) {
    const Echo echo = siege.send(usual_packets(order + "E"));
    ASSERT_TRUE(echo.closed) << order;
    ASSERT_EQ(siege.new_log_lines(), echo.verdicts()) << order << " came back " << echo.commands();
  }
  siege.expect_unharmed();
}

INSTANTIATE_TEST_SUITE_P(After, AnyOrder,
                         testing::Values("O", "OC", "OCM", "OCMR", "OCMRT", "OCMRTL", "OCMRTLN",
                                         "OCMRTLNB", "OCMRTLNBE", "OCMRTLNBEK"),
                         [](const auto& row) { return row.param; });

/// Makes packets by chance: mostly right commands, now and then with a payload, a length, or a
/// letter that is not. Lists of macros have a value for each name: there libmilter trusts the mail
/// server.
class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}

  std::string conversation() {
    std::string octets = one_in(8) ? std::string() : usual_packets(one_in(4) ? "O" : "OCH");
    for (unsigned left = below(40); left > 0; --left) octets += next_packet();
    if (one_in(4)) octets += packet_of_length(below(64), letter(), payload(below(64)));
    if (one_in(4)) octets.resize(below(static_cast<unsigned>(octets.size()) + 1));
    return octets;
  }

 private:
  unsigned below(unsigned bound) { return static_cast<unsigned>(engine_() % bound); }
  bool one_in(unsigned count) { return below(count) == 0; }
  char letter() { return "OCHMRTLNBEAKQUX"[below(15)]; }

  std::string next_packet() {
    if (!one_in(5)) return usual_packet("CHMMRRTLLLNBBEEEAKDU"[below(20)]);
    switch (below(3)) {
      case 0:
        return packet(letter(), payload(below(40)));
      case 1:
        return packet(letter(), payload(below(5000)) + '\0');
      default:
        return packet('D', letter() + macros(below(20)));
    }
  }

  /// Letters, and NUL now and then.
  std::string payload(unsigned size) {
    std::string octets;
    for (unsigned i = 0; i < size; ++i) octets += one_in(6) ? '\0' : letter();
    return octets;
  }

  std::string macros(unsigned count) {
    std::string octets;
    for (unsigned i = 0; i < 2 * count; ++i) octets += std::string(below(9), letter()) + '\0';
    return octets;
  }

  std::minstd_rand engine_;
};

class ByChance : public testing::TestWithParam<unsigned> {};

/// Not every answer is one to a message here, since a step may come without any agreement.
TEST_P(ByChance, EveryConversationEnds) {
  Siege siege;
  Chance chance(GetParam());
  for (int i = 0; i < 500; ++i) {
    const std::string conversation = chance.conversation();
    ASSERT_TRUE(siege.send(conversation).closed) << i;
    ASSERT_TRUE(siege.milter().alive()) << i;
  }
  static_cast<void>(siege.new_log_lines());
  siege.expect_unharmed();
}

INSTANTIATE_TEST_SUITE_P(Seeds, ByChance, testing::Range(1U, 9U));

}  // namespace
}  // namespace waarmerk::milter
