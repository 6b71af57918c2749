// policy/dkim/signature.h: any octets. The two sides of b= lie in the text that was read.
#include "policy/dkim/signature.h"

#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto field = policy::dkim::parse_signature(text);
  if (!field.signature) return;
  const auto& signature = *field.signature;
  require(text.starts_with(signature.before_b) && text.ends_with(signature.after_b));
  require(signature.before_b.size() + signature.after_b.size() < text.size());
  require(signature.body_hash.size() == 32 && !signature.signature.empty());
  require(signature.identity.is_at_or_below(signature.domain));
  require(signature.key_name.is_at_or_below(signature.domain));
}

}  // namespace waarmerk
