// Writes an aggregate log of N generated messages to standard output, the same ones every time:
//   make-log N [enforce|tag|monitor [MESSAGES-A-DAY]]
#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include "base/text.h"
#include "policy/settings.h"
#include "reporting/record.h"
#include "tests/support/mail_flow.h"

int main(int argc, char** argv) {
  using namespace waarmerk;
  const auto count = argc > 1 ? parse_number(argv[1], 1'000'000'000) : std::nullopt;
  const auto mode = policy::kModeWords.find(argc > 2 ? argv[2] : "enforce");
  constexpr std::uint64_t kDay = 86'400'000;
  const auto a_day = argc > 3 ? parse_number(argv[3], kDay) : std::optional(kDay / 2000);
  if (!count || !mode || !a_day || *a_day == 0 || argc > 4) {
    std::cerr << "usage: make-log N [enforce|tag|monitor [MESSAGES-A-DAY]]\n";
    return 64;
  }
  std::ios::sync_with_stdio(false);
  support::MailFlow flow({.mode = *mode}, 1, std::chrono::milliseconds(kDay / *a_day));
  for (std::uint64_t i = 0; i < *count; ++i) {
    std::cout << reporting::write_record(flow.next()) << '\n';
  }
  return std::cout.flush() ? 0 : 74;
}
