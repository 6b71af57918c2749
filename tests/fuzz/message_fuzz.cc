// policy/message.h: any octets, no crash, no fault.
#include "policy/message.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) { static_cast<void>(policy::split_message(text)); }

}  // namespace waarmerk
