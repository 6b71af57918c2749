// milter/socket_spec.h: any octets; what is taken is written in a form that libmilter takes alike.
#include "milter/socket_spec.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto spec = milter::SocketSpec::parse(text);
  if (!spec) return;
  const std::string form = spec->libmilter_form();
  require(form.find('\0') == std::string::npos && form.size() < 300);
}

}  // namespace waarmerk
