// policy/dmarc/record.h: any octets, no crash, no fault.
#include "policy/dmarc/record.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) { static_cast<void>(policy::dmarc::parse_record(text)); }

}  // namespace waarmerk
