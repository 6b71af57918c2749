// base/domain_name.h: any octets; a name that was read is in its one canonical form.
#include "base/domain_name.h"

#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  for (const auto& name : {DomainName::parse(text), DomainName::from_octets(text)}) {
    if (!name) continue;
    require(!name->text().empty() && name->text().size() <= 253);
    require(DomainName::from_octets(name->text()) == name);
    require(name->last_labels(name->label_count()) == *name);
  }
  const auto parsed = DomainName::parse(text);
  require(!parsed || DomainName::parse(parsed->text()) == parsed);
}

}  // namespace waarmerk
