// Hashes, and keys in every form that a DNS record may hold them in.
#include "base/crypto.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/base64.h"
#include "tests/support/dkim_signer.h"

namespace waarmerk::crypto {
namespace {

using support::TestKey;

std::string hex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t octet : digest) {
    text += kDigits[octet / 16];
    text += kDigits[octet % 16];
  }
  return text;
}

Digest sha256(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.finish();
}

TEST(Sha256, TellsItsDigestOnTheWay) {
  Sha256 whole;
  whole.update("abc");
  Sha256 part;
  part.update("a");
  static_cast<void>(part.so_far());
  part.update("bc");
  EXPECT_EQ(part.so_far(), whole.so_far());
  EXPECT_EQ(part.finish(), whole.finish());
}

TEST(Sha256, GivesThePublishedValues) {  // FIPS 180-2, appendix B
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnTheChunks) {
  const std::string text(1000, 'x');
  Sha256 hash;
  for (const char c : text) hash.update({&c, 1});
  EXPECT_EQ(hash.finish(), sha256(text));
}

TEST(Sha256, GoesOnAfterAMove) {
  Sha256 first;
  first.update("ab");
  Sha256 second = std::move(first);
  second.update("c");
  EXPECT_EQ(second.finish(), sha256("abc"));
}

struct KeyCase {
  std::string name;
  TestKey key;
  unsigned bits;
};
std::ostream& operator<<(std::ostream& out, const KeyCase& c) { return out << c.name; }

class RsaKey : public testing::TestWithParam<KeyCase> {};

TEST_P(RsaKey, VerifiesItsOwnSignatureInBothForms) {  // K-08, K-09; RFC 6376 3.6.1
  const std::string text = "some octets";
  const std::string signature = support::sign_octets(GetParam().key, text);
  for (const auto& der :
       {support::public_key_info(GetParam().key), support::bare_public_key(GetParam().key)}) {
    const auto key = PublicKey::rsa(der);
    ASSERT_TRUE(key) << key.error().text;
    EXPECT_EQ(key->type(), KeyType::Rsa);
    EXPECT_EQ(key->bits(), GetParam().bits);
    EXPECT_TRUE(key->verify(sha256(text), signature));
    EXPECT_FALSE(key->verify(sha256("other octets"), signature));
  }
}

TEST_P(RsaKey, IsRefusedWithOctetsMissingOrLeftOver) {
  const std::string der = support::public_key_info(GetParam().key);
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(PublicKey::rsa(der.substr(0, size))) << size;
  }
  EXPECT_FALSE(PublicKey::rsa(der + '\0'));
  EXPECT_FALSE(PublicKey::rsa(support::bare_public_key(GetParam().key) + '\0'));
}

INSTANTIATE_TEST_SUITE_P(Sizes, RsaKey,
                         testing::Values(KeyCase{"Bits2048", TestKey::Rsa2048, 2048},
                                         KeyCase{"Bits1024", TestKey::Rsa1024, 1024},
                                         KeyCase{"Bits768", TestKey::Rsa768, 768}),
                         [](const auto& test) { return test.param.name; });

TEST(PublicKey, RefusesAWrongSignature) {
  const auto key = PublicKey::rsa(support::public_key_info(TestKey::Rsa2048));
  ASSERT_TRUE(key);
  const std::string signature = support::sign_octets(TestKey::Rsa2048, "text");
  const Digest digest = sha256("text");
  ASSERT_TRUE(key->verify(digest, signature));
  std::string changed = signature;
  changed[100] = static_cast<char>(changed[100] ^ 1);
  EXPECT_FALSE(key->verify(digest, changed));
  EXPECT_FALSE(key->verify(digest, signature.substr(1)));
  EXPECT_FALSE(key->verify(digest, '\0' + signature));
  EXPECT_FALSE(key->verify(digest, ""));
  EXPECT_FALSE(key->verify(digest, support::sign_octets(TestKey::OtherRsa2048, "text")));
}

TEST(PublicKey, KnowsEd25519) {  // K-09; RFC 8463 3
  const auto key = PublicKey::ed25519(support::published_key(TestKey::Ed25519));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->type(), KeyType::Ed25519);
  EXPECT_EQ(key->bits(), 256U);
  const std::string signature = support::sign_octets(TestKey::Ed25519, "text");
  EXPECT_TRUE(key->verify(sha256("text"), signature));
  EXPECT_FALSE(key->verify(sha256("Text"), signature));
  EXPECT_FALSE(key->verify(sha256("text"), signature.substr(0, 63)));
  EXPECT_FALSE(key->verify(sha256("text"), ""));
}

TEST(PublicKey, TakesExactly32OctetsForEd25519) {
  EXPECT_FALSE(PublicKey::ed25519(std::string(31, 'k')));
  EXPECT_FALSE(PublicKey::ed25519(std::string(33, 'k')));
  EXPECT_FALSE(PublicKey::ed25519(""));
  EXPECT_FALSE(PublicKey::ed25519(support::public_key_info(TestKey::Ed25519)));
}

TEST(PublicKey, SurvivesPointsOffTheCurve) {
  for (const char filler : {'\x00', '\x02', '\x7f', '\xff'}) {
    const auto key = PublicKey::ed25519(std::string(32, filler));
    EXPECT_FALSE(key && key->verify(sha256("text"), std::string(64, '\xff')));
  }
}

/// A DER element, with its length in the shortest form.
std::string element(char tag, const std::string& contents) {
  std::string length;
  if (contents.size() < 128) {
    length = static_cast<char>(contents.size());
  } else if (contents.size() < 256) {
    length = {'\x81', static_cast<char>(contents.size())};
  } else {
    length = {'\x82', static_cast<char>(contents.size() / 256),
              static_cast<char>(contents.size() % 256)};
  }
  return tag + length + contents;
}
std::string integer(const std::string& digits) { return element('\x02', digits); }
std::string rsa_key(const std::string& modulus, const std::string& exponent) {
  return element('\x30', integer(modulus) + integer(exponent));
}

constexpr std::string_view kExponent("\x01\x00\x01", 3);
const std::string kEcKey = decode_base64(
                               "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                               "AAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                               "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")
                               .value_or("");

struct DerCase {
  std::string name;
  std::string der;
  bool is_good;
};
std::ostream& operator<<(std::ostream& out, const DerCase& c) { return out << c.name; }

class RsaDer : public testing::TestWithParam<DerCase> {};

TEST_P(RsaDer, IsJudged) {
  const auto key = PublicKey::rsa(GetParam().der);
  EXPECT_EQ(key.has_value(), GetParam().is_good) << (key ? "" : key.error().text);
}

std::vector<DerCase> der_cases() {
  const std::string modulus = std::string(128, '\x7f');
  const std::string large(2048, '\x7f');
  const std::string too_large(2049, '\x7f');
  const std::string exponent(kExponent);
  const std::string good = rsa_key(modulus, exponent);
  return {
      {"Good", good, true},
      {"ExponentThree", rsa_key(modulus, "\x03"), true},
      {"LargestModulus", rsa_key(large, exponent), true},
      {"LargestExponentOfALargeModulus", rsa_key(large, "\x01\xff\xff"), true},
      {"LargeModulusAndExponent", rsa_key(large, "\x03\xff\xff"), false},
      {"ModulusTooLarge", rsa_key(too_large, exponent), false},
      {"EvenModulus", rsa_key(std::string(127, '\x7f') + '\x7e', exponent), false},
      {"EvenExponent", rsa_key(modulus, "\x02"), false},
      {"ExponentOne", rsa_key(modulus, "\x01"), false},
      {"ExponentZero", rsa_key(modulus, std::string(1, '\0')), false},
      {"LargestExponent", rsa_key(modulus, std::string(8, '\x7f')), true},
      {"ExponentTooLarge", rsa_key(modulus, std::string(9, '\x7f')), false},
      {"NegativeModulus", rsa_key('\xff' + modulus, exponent), false},
      {"NegativeExponent", rsa_key(modulus, "\xff"), false},
      {"PaddedModulus", rsa_key('\0' + modulus, exponent), false},
      {"EmptyModulus", rsa_key("", exponent), false},
      {"EmptyExponent", rsa_key(modulus, ""), false},
      {"ThirdNumber", element('\x30', integer(modulus) + integer(exponent) + integer("\x05")),
       false},
      {"OneNumber", element('\x30', integer(modulus)), false},
      {"LongLengthForm", std::string("\x30\x84\x00\x00\x00", 5) + good.substr(2), false},
      {"IndefiniteLength", "\x30\x80" + good.substr(3) + std::string(2, '\0'), false},
      {"Nothing", "", false},
      {"EmptySequence", std::string("\x30\x00", 2), false},
      {"NoSequence", integer(modulus), false},
      {"EllipticCurve", kEcKey, false},
      {"Ed25519", support::public_key_info(TestKey::Ed25519), false},
  };
}

INSTANTIATE_TEST_SUITE_P(Forms, RsaDer, testing::ValuesIn(der_cases()),
                         [](const auto& test) { return test.param.name; });

TEST(PublicKey, NeverCrashesOnAChangedKey) {  // K-13, Q-01
  const std::string der = support::public_key_info(TestKey::Rsa768);
  const std::string signature = support::sign_octets(TestKey::Rsa768, "text");
  const Digest digest = sha256("text");
  for (std::size_t i = 0; i < der.size(); ++i) {
    for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
      std::string changed = der;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ flip);
      const auto key = PublicKey::rsa(changed);
      EXPECT_FALSE(key && key->verify(digest, signature)) << i;
    }
  }
}

TEST(PublicKey, ServesManyThreads) {
  const auto key = PublicKey::rsa(support::public_key_info(TestKey::Rsa1024));
  ASSERT_TRUE(key);
  const std::string signature = support::sign_octets(TestKey::Rsa1024, "text");
  const Digest digest = sha256("text");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 25; ++n) EXPECT_TRUE(key->verify(digest, signature));
    });
  }
}

}  // namespace
}  // namespace waarmerk::crypto
