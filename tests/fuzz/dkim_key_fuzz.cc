// policy/dkim/key.h: any octets as a key record; what is a key can be asked about a signature.
#include "policy/dkim/key.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto key = policy::dkim::parse_key(text);
  if (!key) return;
  require(key->public_key.bits() > 0);
  static_cast<void>(key->public_key.verify({}, text));
}

}  // namespace waarmerk
