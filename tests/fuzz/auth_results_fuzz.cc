// policy/auth_results.h: any octets. A field that names us is never taken for somebody else's, and
// what keeps the grammar keeps it when it is written again.
#include "policy/auth_results.h"

#include "base/text.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const std::string us = "mx.example.com";
  const bool could_be_ours = policy::could_be_ours(text, {us});
  const auto read = policy::parse_auth_results(text);
  if (!read) return;
  require(could_be_ours || !iequals(read->authserv_id, us));
  // Names and words of a length that we never write would leave no room for any result.
  constexpr std::size_t kUsualOctets = 4096;
  if (read->tolerated || text.size() > kUsualOctets) return;
  const auto again = policy::parse_auth_results(policy::write_auth_results(*read));
  require(again.has_value() && !again->tolerated);
  require(again->results.size() <= read->results.size());
}

}  // namespace waarmerk
