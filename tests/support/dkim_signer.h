// A DKIM signer for tests, with fixed keys. Written apart from the verifier, in the plainest way,
// so that the two check each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/message.h"

namespace waarmerk::support {

/// The key pairs that tests may use. They protect nothing.
enum class TestKey : std::uint8_t { Rsa2048, OtherRsa2048, Rsa1024, Rsa768, Ed25519 };

/// The public half as a SubjectPublicKeyInfo, as a bare RSAPublicKey (RSA only), and as it stands
/// in p= of a key record before base64.
[[nodiscard]] std::string public_key_info(TestKey key);
[[nodiscard]] std::string bare_public_key(TestKey key);
[[nodiscard]] std::string published_key(TestKey key);

/// A key record: "v=DKIM1; k=...; " + `more_tags` + "p=...", e.g. with "t=s; ".
[[nodiscard]] std::string key_record(TestKey key, std::string_view more_tags = {});

/// The signature of `key` over the SHA-256 value of `octets`, as b= holds it before base64.
[[nodiscard]] std::string sign_octets(TestKey key, std::string_view octets);

struct SignOptions {
  TestKey key = TestKey::Rsa2048;
  std::string domain = "example.com";
  std::string selector = "sel";
  /// a=; by default what fits the key.
  std::string algorithm = {};
  std::string canonicalization = "relaxed/relaxed";
  std::vector<std::string> names = {"From", "To", "Subject", "Date"};
  std::optional<std::size_t> body_length = std::nullopt;
  /// Further tags, each with its ';', e.g. "t=1760000000; i=@mail.example.com; ".
  std::string more_tags = {};
  /// What stands for "b="; may have white space.
  std::string b_tag = "b=";
  std::string field_name = "DKIM-Signature";
};

/// The signature field for a message; to be put at the top of `fields`.
[[nodiscard]] policy::HeaderField sign(policy::HeaderFields fields, std::string_view body,
                                       const SignOptions& options = {});

/// The canonical form of a body, as one string: `name` is "simple" or "relaxed".
[[nodiscard]] std::string canonical_body(std::string_view name, std::string_view body);
/// The canonical form of a header field without its final CRLF.
[[nodiscard]] std::string canonical_header(std::string_view name, const policy::HeaderField& field);

}  // namespace waarmerk::support
