// policy/dkim/signature.h: any octets, no crash, no fault.
#include "policy/dkim/signature.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) { static_cast<void>(policy::dkim::parse_signature(text)); }

}  // namespace waarmerk
