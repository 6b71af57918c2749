// dns/zone.h: any octets as a zone file, asked about some names; and any octets as the value of a
// record, escaped and read back.
#include "dns/zone.h"

#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  static const auto name = DomainName::parse("a.example");
  auto one = dns::Zone::parse("a.example TXT " + dns::escape_zone_text(text));
  require(one && one->get({*name, dns::Type::Txt}, Instant::max())->texts.front() == text);

  auto zone = dns::Zone::parse(text);
  if (!zone) return;
  for (const std::string_view asked : {"a.example", "b.a.example", "x.w.example", "example"}) {
    for (const auto type : {dns::Type::Txt, dns::Type::A, dns::Type::Mx, dns::Type::Cname}) {
      const auto answer = zone->get({*DomainName::parse(asked), type}, Instant::max());
      require(answer != nullptr && answer->status != dns::Status::Malformed);
    }
  }
}

}  // namespace waarmerk
