// Short ways to write questions and answers in tests, and their printers.
#pragma once

#include <ostream>
#include <string_view>

#include "base/text.h"
#include "dns/types.h"

namespace waarmerk::dns {

inline std::ostream& operator<<(std::ostream& out, Type type) { return out << to_string(type); }
inline std::ostream& operator<<(std::ostream& out, Status status) {
  return out << to_string(status);
}
inline std::ostream& operator<<(std::ostream& out, Security security) {
  return out << to_string(security);
}

inline std::ostream& operator<<(std::ostream& out, const Answer& answer) {
  out << answer.status << ' ' << answer.security << ' ' << answer.ttl.count() << " s";
  for (const auto& text : answer.texts) out << " \"" << printable(text) << '"';
  for (const auto& address : answer.addresses) out << ' ' << address.text();
  for (const auto& mx : answer.exchanges) {
    out << ' ' << mx.preference << '=' << (mx.exchange ? mx.exchange->text() : ".");
  }
  for (const auto& name : answer.names) out << ' ' << name.text();
  for (const auto& rdata : answer.rdata) out << " \\# " << rdata.size();
  return out << " (" << answer.detail << ')';
}

}  // namespace waarmerk::dns

namespace waarmerk::test {

/// A name that is known to be one.
inline DomainName name(std::string_view text) { return DomainName::from_octets(text).value(); }

inline dns::Question ask(std::string_view owner, dns::Type type = dns::Type::Txt) {
  return {name(owner), type};
}

/// A Found answer with one text.
inline dns::Answer text_answer(std::string_view text, std::chrono::seconds ttl) {
  dns::Answer answer = dns::empty_answer(dns::Status::Found);
  answer.security = dns::Security::Insecure;
  answer.ttl = ttl;
  answer.texts.emplace_back(text);
  return answer;
}

}  // namespace waarmerk::test
