// dns/zone.h: any octets, no crash, no fault.
#include "dns/zone.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) { static_cast<void>(dns::Zone::parse(text)); }

}  // namespace waarmerk
