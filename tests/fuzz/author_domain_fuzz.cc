// policy/author_domain.h: any octets, no crash, no fault.
#include "policy/author_domain.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const std::vector<policy::HeaderField> fields{{"From", std::string(text)}};
  static_cast<void>(policy::author_domains(fields));
}

}  // namespace waarmerk
