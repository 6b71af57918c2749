// policy/auth_results.h: any octets. What is read and written again is strictly right, and a field
// that names us is never taken for somebody else's.
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
  const auto again = policy::parse_auth_results(policy::write_auth_results(*read));
  require(again.has_value() && !again->tolerated);
}

}  // namespace waarmerk
