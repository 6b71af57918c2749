// base/domain_name.h: any octets, no crash, no fault.
#include "base/domain_name.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) { static_cast<void>(DomainName::parse(text)); }

}  // namespace waarmerk
