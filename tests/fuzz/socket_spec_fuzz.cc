// milter/socket_spec.h: any octets; what is taken is written in a form that is read alike.
#include "milter/socket_spec.h"

#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto spec = milter::SocketSpec::parse(text);
  if (!spec) return;
  std::string form = spec->libmilter_form();
  require(form.find('\0') == std::string::npos && form.size() < 300);
  // What libmilter understands as every address must be said here.
  const bool is_inet = spec->family() != milter::SocketSpec::Family::Unix;
  if (is_inet && form.find('@') == std::string::npos) form += "@*";
  const auto again = milter::SocketSpec::parse(form);
  require(again == spec);
}

}  // namespace waarmerk
