// The two engines of SPF over the same zone: they must agree. The text is a zone in the grammar of
// dns/zone.h; its first octet chooses the client.
#include <array>

#include "dns/zone.h"
#include "policy/spf/check.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  if (text.empty()) return;
  constexpr std::array<std::string_view, 4> kClients = {"192.0.2.1", "2001:db8::1", "127.0.0.1",
                                                        "198.51.100.200"};
  auto zone = dns::Zone::parse(text.substr(1));
  if (!zone) return;
  const policy::spf::Request request{
      .client = *IpAddress::parse(kClients[static_cast<unsigned char>(text[0]) % kClients.size()]),
      .domain = *DomainName::parse("example.com"),
      .local_part = "strong-bad",
      .helo = "mail.example.com",
      .receiver = "mx.example.org",
      .time = {}};
  const auto checked = policy::spf::check(policy::Engine::Both, request, {}, *zone, Instant::max());
  require(!checked.disagreement);
}

}  // namespace waarmerk
