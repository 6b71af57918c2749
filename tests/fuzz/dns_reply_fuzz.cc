// dns/wire.h: any octets as a reply, no crash, no fault.
#include "dns/wire.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto name = DomainName::parse("example.com");
  static_cast<void>(dns::parse_reply(text, {*name, dns::Type::Txt}));
}

}  // namespace waarmerk
