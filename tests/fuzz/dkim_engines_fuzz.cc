// The two engines of DKIM over the same message: their hashes must agree. The message is what the
// fuzzer made of it, with a right signature on top: that one passes, and does not once the body is
// longer. The first octet chooses the size of the pieces in which the body comes, the second how
// the message is signed.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "dns/zone.h"
#include "policy/dkim/key_cache.h"
#include "policy/dkim/verify.h"
#include "policy/message.h"
#include "tests/fuzz/target.h"
#include "tests/support/dkim_signer.h"

namespace waarmerk {
namespace {

using policy::DkimOutcome;
using support::TestKey;

support::SignOptions options_of(unsigned char choice) {
  constexpr std::array kForms{"simple/simple", "simple/relaxed", "relaxed/simple",
                              "relaxed/relaxed"};
  support::SignOptions options;
  options.key = TestKey::Ed25519;
  options.selector = "s";
  options.canonicalization = kForms[choice & 3U];
  options.names = {"From", "Subject", "From", "X"};
  return options;
}

dns::Zone zone_with_key() {
  dns::Zone zone;
  zone.add_txt(*DomainName::parse("s._domainkey.example.com"),
               support::key_record(TestKey::Ed25519));
  return zone;
}

/// Without octets that the second engine is not given: controls, and CR and LF that stand alone.
std::string tidied(std::string_view text) {
  std::string tidy(text);
  for (std::size_t i = 0; i < tidy.size(); ++i) {
    if (text.substr(i).starts_with("\r\n")) {
      ++i;
    } else if (is_control(tidy[i]) && tidy[i] != '\t') {
      tidy[i] = '?';
    }
  }
  return tidy;
}

/// What both engines find, the topmost signature first.
std::vector<DkimOutcome> verify(policy::HeaderFields fields, std::string_view body,
                                std::size_t piece) {
  static dns::Zone zone = zone_with_key();
  static policy::dkim::KeyCache keys;
  const auto verifier = policy::dkim::make_verifier(policy::Engine::Both, keys);
  verifier->begin(fields, {});
  while (!body.empty()) {
    verifier->feed(body.substr(0, piece));
    body.remove_prefix(std::min(piece, body.size()));
  }
  const WallTime now(std::chrono::seconds(1'795'478'400));
  auto outcomes = verifier->finish(zone, now, Instant::max());
  require(verifier->disagreements().empty());
  return outcomes;
}

}  // namespace

void fuzz_one(std::string_view text) {
  if (text.size() < 2) return;
  const std::size_t piece = 1 + static_cast<unsigned char>(text[0]);
  const auto choice = static_cast<unsigned char>(text[1]);
  const std::string octets =
      (choice & 4U) == 0 ? tidied(text.substr(2)) : std::string(text.substr(2));
  auto message = policy::split_message(octets);
  auto options = options_of(choice);
  if ((choice & 8U) != 0) options.body_length = message.body.size() / 2;
  message.fields.insert(message.fields.begin(), sign(message.fields, message.body, options));

  const DkimOutcome right = verify(message.fields, message.body, piece).front();
  const bool is_partial = right.result == policy::DkimResult::Policy && options.body_length;
  require(right.result == policy::DkimResult::Pass || is_partial ||
          right.cause == policy::DkimCause::BodyLength);
  const DkimOutcome longer = verify(message.fields, std::string(message.body) + "x", piece).front();
  require(longer.result != policy::DkimResult::Pass);
}

}  // namespace waarmerk
