// policy/spf/record.h: any octets after the version; an error points into the record.
#include "policy/spf/record.h"

#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const std::string record = "v=spf1 " + std::string(text);
  const auto read = policy::spf::parse_record(record);
  require(read.has_value() || read.error().offset <= record.size());
}

}  // namespace waarmerk
