// reporting/record.h: any octets, no crash, no fault.
#include "reporting/record.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) { static_cast<void>(reporting::parse_record(text)); }

}  // namespace waarmerk
