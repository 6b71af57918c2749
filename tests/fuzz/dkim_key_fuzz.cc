// policy/dkim/key.h: any octets as a key record, no crash, no fault.
#include "policy/dkim/key.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) { static_cast<void>(policy::dkim::parse_key(text)); }

}  // namespace waarmerk
