// policy/config_file.h: any octets, no crash, no fault.
#include "policy/config_file.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  static_cast<void>(policy::parse_config(text, "fuzz.toml"));
}

}  // namespace waarmerk
