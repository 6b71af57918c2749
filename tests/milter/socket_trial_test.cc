#include "milter/socket_trial.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace waarmerk::milter {
namespace {

struct Trial {
  std::string name;
  std::string socket;
  /// Empty: this host can.
  std::string why;
};
std::ostream& operator<<(std::ostream& out, const Trial& row) { return out << row.name; }

class AddressTrial : public testing::TestWithParam<Trial> {};

// M-40
TEST_P(AddressTrial, SaysWhatTheSystemSays) {
  const auto tried = try_address(*SocketSpec::parse(GetParam().socket));
  EXPECT_EQ(tried ? "" : tried.error().text, GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    Table, AddressTrial,
    testing::Values(
        Trial{"Unix", "unix:/no/such/folder/s", ""}, Trial{"Loopback", "inet:127.0.0.1:8891", ""},
        Trial{"Everywhere", "inet:*:8891", ""}, Trial{"LocalName", "inet:localhost:8891", ""},
        // A documentation address, RFC 5737.
        Trial{"OfAnotherHost", "inet:192.0.2.1:8891",
              "cannot listen on inet:8891@[192.0.2.1]: Cannot assign requested address"},
        // A label of 64 octets: no resolver asks anybody for it.
        Trial{
            "UnknownName", "inet:8891@" + std::string(64, 'x'),
            "cannot listen on inet:8891@" + std::string(64, 'x') + ": Name or service not known"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace waarmerk::milter
