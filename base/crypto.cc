// SHA-256, RSA and Ed25519 by OpenSSL 3. The DER of a key is read here, not there: a hostile key
// meets fifty lines that know one shape, instead of a general decoder.
#include "base/crypto.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <bit>
#include <cstddef>
#include <new>
#include <optional>
#include <string>

namespace waarmerk::crypto {
namespace {

/// Deletes an OpenSSL object by the function that belongs to its type.
template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using MdContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;

/// What can only fail for want of memory.
void require(bool done) {
  if (!done) throw std::bad_alloc();
}

const unsigned char* bytes(std::string_view octets) {
  return reinterpret_cast<const unsigned char*>(octets.data());
}

/// Fetched once: a fetch at each hash would cost as much as hashing a kilobyte.
const EVP_MD* sha256() {
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return kSha256;
}

}  // namespace

struct Sha256::State {
  MdContext context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  require(state_->context != nullptr);
  require(EVP_DigestInit_ex2(state_->context.get(), sha256(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view chunk) {
  require(EVP_DigestUpdate(state_->context.get(), chunk.data(), chunk.size()) == 1);
}

Digest Sha256::so_far() const {
  const MdContext copy(EVP_MD_CTX_new());
  require(copy != nullptr);
  require(EVP_MD_CTX_copy_ex(copy.get(), state_->context.get()) == 1);
  Digest digest{};
  require(EVP_DigestFinal_ex(copy.get(), digest.data(), nullptr) == 1);
  return digest;
}

Digest Sha256::finish() {
  Digest digest{};
  require(EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr) == 1);
  return digest;
}

namespace {

// The tags of X.690 that a public key is made of.
constexpr unsigned char kInteger = 0x02;
constexpr unsigned char kBitString = 0x03;
constexpr unsigned char kSequence = 0x30;

/// AlgorithmIdentifier { rsaEncryption, NULL }, and the same without parameters. RFC 3279 2.3.1
constexpr std::string_view kRsaEncryption("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00",
                                          13);
constexpr std::string_view kRsaWithoutParameters = kRsaEncryption.substr(0, 11);

/// The length octets at the beginning of `rest`, in their shortest form, which are taken off it.
std::optional<std::size_t> take_length(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const std::size_t first = static_cast<unsigned char>(rest.front());
  rest.remove_prefix(1);
  if (first < 0x80) return first;
  const std::size_t count = first - 0x80;
  if (count == 0 || count > 3 || count > rest.size()) return std::nullopt;
  std::size_t length = 0;
  for (const char c : rest.substr(0, count)) {
    length = (length << 8U) | static_cast<unsigned char>(c);
  }
  rest.remove_prefix(count);
  const std::size_t least = count == 1 ? 0x80 : std::size_t{1} << (8 * (count - 1));
  if (length < least) return std::nullopt;
  return length;
}

/// The contents of the element of type `tag` at the beginning of `rest`, which is taken off it.
std::optional<std::string_view> take(std::string_view& rest, unsigned char tag) {
  if (rest.empty() || static_cast<unsigned char>(rest.front()) != tag) return std::nullopt;
  rest.remove_prefix(1);
  const auto length = take_length(rest);
  if (!length || *length > rest.size()) return std::nullopt;
  const std::string_view contents = rest.substr(0, *length);
  rest.remove_prefix(*length);
  return contents;
}

/// The magnitude of a positive INTEGER in its shortest form.
std::optional<std::string_view> take_positive(std::string_view& rest) {
  auto digits = take(rest, kInteger);
  if (!digits || digits->empty()) return std::nullopt;
  if (digits->front() == '\0') {
    digits->remove_prefix(1);
    if (digits->empty() || static_cast<unsigned char>(digits->front()) < 0x80) return std::nullopt;
  } else if (static_cast<unsigned char>(digits->front()) >= 0x80) {
    return std::nullopt;
  }
  return digits;
}

struct RsaNumbers {
  std::string_view modulus;
  std::string_view exponent;
};

/// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }. RFC 8017 A.1.1
std::optional<RsaNumbers> read_rsa_public_key(std::string_view der) {
  auto body = take(der, kSequence);
  if (!body || !der.empty()) return std::nullopt;
  const auto modulus = take_positive(*body);
  if (!modulus) return std::nullopt;
  const auto exponent = take_positive(*body);
  if (!exponent || !body->empty()) return std::nullopt;
  return RsaNumbers{*modulus, *exponent};
}

/// The RSAPublicKey inside of a SubjectPublicKeyInfo; `der` itself if it is none. RFC 5280 4.1.2.7
Result<std::string_view> unwrap(std::string_view der) {
  std::string_view rest = der;
  auto body = take(rest, kSequence);
  if (!body) return fail("the key is no DER structure");
  const auto algorithm = take(*body, kSequence);
  if (!algorithm) return der;
  if (*algorithm != kRsaEncryption && *algorithm != kRsaWithoutParameters) {
    return fail("the key is of another type than RSA");
  }
  const auto bits = take(*body, kBitString);
  if (!bits || !bits->starts_with('\0') || !body->empty() || !rest.empty()) {
    return fail("the key is no SubjectPublicKeyInfo");
  }
  return bits->substr(1);
}

bool is_odd(std::string_view number) {
  return (static_cast<unsigned char>(number.back()) & 1U) != 0;
}

unsigned bit_count(std::string_view number) {
  const auto top = static_cast<unsigned char>(number.front());
  return static_cast<unsigned>(8 * (number.size() - 1)) +
         static_cast<unsigned>(std::bit_width(top));
}

constexpr unsigned kMaxModulusBits = 16384;

/// The work of a verification grows with the exponent and with the square of the modulus. All
/// exponents in use have 2 to 17 bits; a large one is only taken where it costs little.
unsigned max_exponent_bits(unsigned modulus_bits) { return modulus_bits > 4096 ? 17 : 64; }

/// Why no key is made of these numbers; nullptr if nothing speaks against them.
const char* number_problem(const RsaNumbers& numbers) {
  const unsigned modulus_bits = bit_count(numbers.modulus);
  const unsigned exponent_bits = bit_count(numbers.exponent);
  if (modulus_bits > kMaxModulusBits) return "the modulus has more than 16384 bits";
  if (!is_odd(numbers.modulus)) return "the modulus is even";
  if (!is_odd(numbers.exponent) || exponent_bits < 2) return "the exponent is even, or one";
  if (exponent_bits > max_exponent_bits(modulus_bits)) return "the exponent is too large";
  return nullptr;
}

Key build_rsa(const RsaNumbers& numbers) {
  const auto number = [](std::string_view digits) {
    return Number(BN_bin2bn(bytes(digits), static_cast<int>(digits.size()), nullptr));
  };
  const Number modulus = number(numbers.modulus);
  const Number exponent = number(numbers.exponent);
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  require(modulus && exponent && builder);
  require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1);
  require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1);
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  require(params && context && EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    ERR_clear_error();
  }
  return Key(key);
}

/// A context that is ready to verify, null if the key cannot; each verification works on a copy,
/// which is cheaper than a new one.
KeyContext prepare_rsa(EVP_PKEY* key) {
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  require(context != nullptr);
  const bool is_ready = EVP_PKEY_verify_init(context.get()) == 1 &&
                        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
                        EVP_PKEY_CTX_set_signature_md(context.get(), sha256()) == 1;
  if (!is_ready) ERR_clear_error();
  return is_ready ? std::move(context) : nullptr;
}

bool verify_rsa(const EVP_PKEY_CTX* prepared, const Digest& digest, std::string_view signature) {
  const KeyContext context(EVP_PKEY_CTX_dup(prepared));
  require(context != nullptr);
  return EVP_PKEY_verify(context.get(), bytes(signature), signature.size(), digest.data(),
                         digest.size()) == 1;
}

bool verify_ed25519(EVP_PKEY* key, const Digest& digest, std::string_view signature) {
  const MdContext context(EVP_MD_CTX_new());
  require(context != nullptr);
  require(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1);
  return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), digest.data(),
                          digest.size()) == 1;
}

}  // namespace

/// Read-only once made, hence shared by threads.
struct PublicKey::Native {
  Key key;
  /// RSA only.
  KeyContext prepared;
};

PublicKey::PublicKey(KeyType type, unsigned bits, std::shared_ptr<const Native> native)
    : type_(type), bits_(bits), native_(std::move(native)) {}

Result<PublicKey> PublicKey::rsa(std::string_view der) {
  const auto inner = unwrap(der);
  if (!inner) return std::unexpected(inner.error());
  const auto numbers = read_rsa_public_key(*inner);
  if (!numbers) return fail("the key is no RSAPublicKey");
  if (const char* problem = number_problem(*numbers)) return fail(problem);
  Key key = build_rsa(*numbers);
  KeyContext prepared = key ? prepare_rsa(key.get()) : nullptr;
  if (!prepared) return fail("OpenSSL takes no such RSA key");
  return PublicKey(KeyType::Rsa, bit_count(numbers->modulus),
                   std::make_shared<const Native>(std::move(key), std::move(prepared)));
}

Result<PublicKey> PublicKey::ed25519(std::string_view raw) {
  if (raw.size() != 32)
    return fail("an Ed25519 key has 32 octets, not " + std::to_string(raw.size()));
  Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(raw), raw.size()));
  if (!key) return fail("OpenSSL takes no such Ed25519 key");
  return PublicKey(KeyType::Ed25519, 256, std::make_shared<const Native>(std::move(key), nullptr));
}

bool PublicKey::verify(const Digest& digest, std::string_view signature) const {
  const bool verified = type_ == KeyType::Rsa
                            ? verify_rsa(native_->prepared.get(), digest, signature)
                            : verify_ed25519(native_->key.get(), digest, signature);
  // A wrong signature leaves entries in the thread's error queue.
  if (!verified) ERR_clear_error();
  return verified;
}

}  // namespace waarmerk::crypto
