// policy/spf/record.h: any octets after the version, no crash, no fault.
#include "policy/spf/record.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const std::string record = "v=spf1 " + std::string(text);
  static_cast<void>(policy::spf::parse_record(record));
}

}  // namespace waarmerk
