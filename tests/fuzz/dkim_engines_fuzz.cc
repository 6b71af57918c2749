// The two engines of DKIM over the same message: their hashes must agree. The first octet chooses
// the size of the pieces in which the body comes.
#include "dns/zone.h"
#include "policy/dkim/key_cache.h"
#include "policy/dkim/verify.h"
#include "policy/message.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  if (text.empty()) return;
  const std::size_t piece = 1 + static_cast<unsigned char>(text[0]);
  const auto message = policy::split_message(text.substr(1));
  policy::dkim::KeyCache keys;
  const auto verifier = policy::dkim::make_verifier(policy::Engine::Both, keys);
  verifier->begin(message.fields, {});
  for (std::string_view body = message.body; !body.empty() && verifier->wants_body();) {
    verifier->feed(body.substr(0, piece));
    body.remove_prefix(std::min(piece, body.size()));
  }
  static auto no_keys = dns::Zone::parse("");
  static_cast<void>(
      verifier->finish(*no_keys, WallTime(std::chrono::seconds(1'795'478'400)), Instant::max()));
  require(verifier->disagreements().empty());
}

}  // namespace waarmerk
