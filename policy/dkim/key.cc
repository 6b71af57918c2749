// The strict reader of key records.
#include "policy/dkim/key.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/base64.h"
#include "base/quoted.h"
#include "base/tag_list.h"
#include "base/text.h"

namespace waarmerk::policy::dkim {
namespace {

std::unexpected<KeyFault> fault(KeyProblem problem, std::string text) {
  return std::unexpected(KeyFault{problem, std::move(text)});
}

/// True if one of the names between the colons is `name`.
bool lists(std::string_view text, std::string_view name) {
  const auto is_name = [name](std::string_view item) { return iequals(trim(item), name); };
  return std::ranges::any_of(split(text, ':'), is_name);
}

/// A v= is optional, but where it is it comes first and is DKIM1, in capitals. RFC 6376 3.6.1
bool has_sound_version(const TagList& tags) {
  const auto version = tags.find("v");
  return !version || (*version == "DKIM1" && tags.tags().front().name == "v");
}

struct KeyFormat {
  std::string_view name;
  Result<crypto::PublicKey> (*decode)(std::string_view octets);
};
constexpr std::array kFormats{
    KeyFormat{"rsa", crypto::PublicKey::rsa},
    KeyFormat{"ed25519", crypto::PublicKey::ed25519},
};

std::expected<crypto::PublicKey, KeyFault> decode(const KeyFormat& format, std::string_view p) {
  if (p.empty()) return fault(KeyProblem::Revoked, "the key has been revoked");
  const auto octets = decode_base64(p);
  if (!octets) return fault(KeyProblem::Undecodable, "p= of the key record is not base64");
  auto key = format.decode(*octets);
  if (!key) return fault(KeyProblem::Undecodable, "the key is unusable: " + key.error().text);
  return *std::move(key);
}

}  // namespace

std::expected<Key, KeyFault> parse_key(std::string_view record) {
  const auto tags = TagList::parse(record);
  if (!tags) {
    return fault(KeyProblem::Malformed, "the key record is malformed: " + tags.error().text);
  }
  if (!has_sound_version(*tags)) {
    return fault(KeyProblem::Malformed, "v= of the key record is not DKIM1, or not its first tag");
  }
  const auto p = tags->find("p");
  if (!p) return fault(KeyProblem::Malformed, "the key record has no p=");
  const auto type = tags->find("k").value_or("rsa");
  const auto format = std::ranges::find_if(
      kFormats, [type](const KeyFormat& known) { return iequals(known.name, type); });
  if (format == kFormats.end()) {
    return fault(KeyProblem::UnknownType, "unknown key type " + in_quotes(type, 40));
  }
  const auto services = tags->find("s").value_or("*");
  if (!lists(services, "*") && !lists(services, "email")) {
    return fault(KeyProblem::OtherService, "the key is not for mail (s=)");
  }
  if (const auto hashes = tags->find("h"); hashes && !lists(*hashes, "sha256")) {
    return fault(KeyProblem::OtherHash, "the key is not for SHA-256 (h=)");
  }
  auto key = decode(*format, *p);
  if (!key) return std::unexpected(std::move(key.error()));
  const auto flags = tags->find("t").value_or("");
  return Key{*std::move(key), lists(flags, "s"), lists(flags, "y")};
}

}  // namespace waarmerk::policy::dkim
