// dns/wire.h: any octets as the reply to a question; the first one chooses its type. Only what was
// found has records.
#include "dns/wire.h"

#include <array>

#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  using dns::Type;
  constexpr std::array kTypes{Type::Txt, Type::A,   Type::Aaaa,  Type::Mx,  Type::Ptr,
                              Type::Ns,  Type::Soa, Type::Cname, Type::Tlsa};
  if (text.empty()) return;
  static const auto name = DomainName::parse("example.com");
  const Type type = kTypes[static_cast<unsigned char>(text[0]) % kTypes.size()];
  const dns::Answer answer = dns::parse_reply(text.substr(1), {*name, type}).answer;
  const std::size_t records = answer.texts.size() + answer.addresses.size() +
                              answer.exchanges.size() + answer.names.size() + answer.rdata.size();
  require(answer.status == dns::Status::Found || records == 0);
  require(answer.ttl >= std::chrono::seconds(0));
}

}  // namespace waarmerk
