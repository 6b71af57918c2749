// policy/author_domain.h: any octets, as one field or, with a NUL in them, as several. One field
// that cannot be read is never a whole answer.
#include "policy/author_domain.h"

#include "base/text.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  std::vector<policy::HeaderField> fields;
  bool all_read = true;
  for (const std::string_view value : split(text, '\0')) {
    fields.push_back({"From", std::string(value)});
    all_read = all_read && policy::author_domains({&fields.back(), 1}).problem.empty();
  }
  const policy::Author author = policy::author_domains(fields);
  require(author.domains.size() <= policy::kMaxAuthorDomains);
  require(all_read || author.truncated || !author.problem.empty());
}

}  // namespace waarmerk
