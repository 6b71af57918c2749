// policy/auth_results.h: any octets, no crash, no fault.
#include "policy/auth_results.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  static_cast<void>(policy::parse_auth_results(text));
  static_cast<void>(policy::could_be_ours(text, {"mx.example.com"}));
}

}  // namespace waarmerk
