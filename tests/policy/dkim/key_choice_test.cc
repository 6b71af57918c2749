// Several records at one name: any usable one counts, in whatever order they come.
#include "policy/dkim/key_choice.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/base64.h"
#include "tests/support/dkim_signer.h"

namespace waarmerk::policy::dkim {
namespace {

using support::key_record;
using support::TestKey;

dns::Answer found(std::vector<std::string> texts) {
  dns::Answer answer;
  answer.status = dns::Status::Found;
  answer.texts = std::move(texts);
  return answer;
}

std::string signature_value(const std::string& algorithm, const std::string& more = "") {
  return "v=1; a=" + algorithm +
         "; d=example.com; s=sel; h=from; bh=" + encode_base64(std::string(32, 'h')) + "; b=AAEC" +
         more;
}

std::expected<std::vector<KeyPtr>, NoKey> choose(const dns::Answer& answer,
                                                 const std::string& value) {
  const SignatureField field = parse_signature(value);
  EXPECT_TRUE(field.signature);
  KeyCache cache;
  return usable_keys(answer, *field.signature, cache);
}

const std::string kRsa = signature_value("rsa-sha256");
const std::string kEd25519 = signature_value("ed25519-sha256");

TEST(DkimKeyChoice, TakesTheOnlyKey) {
  const auto keys = choose(found({key_record(TestKey::Rsa2048)}), kRsa);
  ASSERT_TRUE(keys) << keys.error().reason;
  ASSERT_EQ(keys->size(), 1U);
  EXPECT_EQ((*keys->front())->public_key.bits(), 2048U);
}

TEST(DkimKeyChoice, PassesOverWhatIsNoKeyForTheSignature) {  // K-12
  const std::vector<std::string> texts{"v=spf1 -all", "v=DKIM1; p=", key_record(TestKey::Ed25519),
                                       key_record(TestKey::Rsa2048), key_record(TestKey::Rsa768)};
  const auto rsa = choose(found(texts), kRsa);
  ASSERT_TRUE(rsa);
  ASSERT_EQ(rsa->size(), 1U);
  EXPECT_EQ((*rsa->front())->public_key.bits(), 2048U);
  const auto ed25519 = choose(found(texts), kEd25519);
  ASSERT_TRUE(ed25519);
  ASSERT_EQ(ed25519->size(), 1U);
  EXPECT_EQ((*ed25519->front())->public_key.bits(), 256U);
}

TEST(DkimKeyChoice, DoesNotDependOnTheOrder) {  // K-12, Q-06
  std::vector<std::string> texts{key_record(TestKey::Rsa2048), key_record(TestKey::OtherRsa2048),
                                 key_record(TestKey::Rsa1024), "junk"};
  std::ranges::sort(texts);
  const auto bits_of = [](const auto& keys) {
    std::vector<unsigned> bits;
    for (const KeyPtr& key : *keys) bits.push_back((*key)->public_key.bits());
    return bits;
  };
  const auto first = bits_of(choose(found(texts), kRsa));
  EXPECT_EQ(first.size(), 3U);
  while (std::ranges::next_permutation(texts).found) {
    EXPECT_EQ(bits_of(choose(found(texts), kRsa)), first);
  }
}

TEST(DkimKeyChoice, ExplainsFailureWithoutRegardToTheOrder) {  // K-12, K-27
  std::vector<std::string> texts{"",       "junk",          "v=DKIM1; p=", "k=dsa; p=AAAA",
                                 "p=AAAA", "s=chat; p=AAAA"};
  std::ranges::sort(texts);
  while (std::ranges::next_permutation(texts).found) {
    const auto keys = choose(found(texts), kRsa);
    ASSERT_FALSE(keys);
    ASSERT_EQ(keys.error().reason, "the key has been revoked");
  }
}

TEST(DkimKeyChoice, TriesOnlySoMany) {  // K-12, Q-01
  std::vector<std::string> texts;
  for (int i = 0; i < 30; ++i) {
    texts.push_back(key_record(TestKey::Rsa1024, "n=" + std::to_string(i) + "; "));
  }
  const auto keys = choose(found(texts), kRsa);
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), kMaxKeysTried);
}

/// A record with an RSA key of 5119 bits: SEQUENCE { INTEGER of 640 octets, INTEGER 65537 }.
std::string large_key_record(char filler) {
  const std::string der = std::string("\x30\x82\x02\x89\x02\x82\x02\x80", 8) + '\x7f' +
                          std::string(638, filler) + '\x01' +
                          std::string("\x02\x03\x01\x00\x01", 5);
  return "p=" + encode_base64(der);
}

TEST(DkimKeyChoice, TriesOneLargeKeyBesideTheOthers) {  // K-08, Q-01
  const auto keys = choose(found({large_key_record('a'), large_key_record('b'),
                                  large_key_record('c'), key_record(TestKey::Rsa2048)}),
                           kRsa);
  ASSERT_TRUE(keys);
  const auto is_large = [](const KeyPtr& key) { return (*key)->public_key.bits() == 5119; };
  EXPECT_EQ(keys->size(), 2U);
  EXPECT_EQ(std::ranges::count_if(*keys, is_large), 1);
}

TEST(DkimKeyChoice, TakesEqualRecordsAsOne) {
  const std::string record = key_record(TestKey::Rsa1024);
  const auto keys = choose(found({record, record, record}), kRsa);
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), 1U);
}

TEST(DkimKeyChoice, FindsTheKeyAmongManyOtherTexts) {  // K-12
  std::vector<std::string> texts;
  for (int i = 0; i < 30; ++i) texts.push_back("token=" + std::to_string(i));
  texts.push_back(key_record(TestKey::Rsa1024));
  EXPECT_TRUE(choose(found(texts), kRsa));
}

struct RefusalCase {
  std::string name;
  std::string record;
  std::string value;
  DkimCause cause;
  unsigned bits;
  std::string reason;
};
std::ostream& operator<<(std::ostream& out, const RefusalCase& c) { return out << c.name; }

class DkimKeyRefusal : public testing::TestWithParam<RefusalCase> {};

TEST_P(DkimKeyRefusal, IsAPermanentError) {
  const auto keys = choose(found({GetParam().record}), GetParam().value);
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error(),
            (NoKey{DkimResult::PermError, GetParam().cause, GetParam().reason, GetParam().bits}));
}

std::vector<RefusalCase> refusals() {
  return {
      {"Revoked", "v=DKIM1; p=", kRsa, DkimCause::Key, 0, "the key has been revoked"},
      {"RsaForEd25519", key_record(TestKey::Rsa2048), kEd25519, DkimCause::Key, 2048,
       "the key is of another type than a="},
      {"Ed25519ForRsa", key_record(TestKey::Ed25519), kRsa, DkimCause::Key, 256,
       "the key is of another type than a="},
      {"Short", key_record(TestKey::Rsa768), kRsa, DkimCause::Algorithm, 768,
       "an RSA key of 768 bits is too short (RFC 8301)"},
      {"StrictAndBelow", key_record(TestKey::Rsa1024, "t=s; "),
       signature_value("rsa-sha256", "; i=@sub.example.com"), DkimCause::Key, 1024,
       "the key is not for subdomains (t=s)"},
      {"StrictTestingAndBelow", key_record(TestKey::Rsa1024, "t=y:s; "),
       signature_value("rsa-sha256", "; i=@sub.example.com"), DkimCause::Key, 1024,
       "the key is not for subdomains (t=s)"},
  };
}

INSTANTIATE_TEST_SUITE_P(Records, DkimKeyRefusal,
                         testing::ValuesIn(refusals()),  // K-08, K-11, K-13
                         [](const auto& test) { return test.param.name; });

TEST(DkimKeyChoice, LetsAStrictKeySignForItsDomain) {  // K-11
  const auto answer = found({key_record(TestKey::Rsa1024, "t=s; ")});
  EXPECT_TRUE(choose(answer, kRsa));
  EXPECT_TRUE(choose(answer, signature_value("rsa-sha256", "; i=joe@EXAMPLE.com")));
}

TEST(DkimKeyChoice, TellsNoKeyFromNoAnswer) {  // K-12
  for (const auto status : {dns::Status::NoData, dns::Status::NxDomain, dns::Status::Found}) {
    dns::Answer answer;
    answer.status = status;
    const auto keys = choose(answer, kRsa);
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error(),
              (NoKey{DkimResult::PermError, DkimCause::Key, "there is no key record", 0}));
  }
  for (const auto status : {dns::Status::ServFail, dns::Status::Refused, dns::Status::Malformed,
                            dns::Status::Timeout, dns::Status::Exhausted}) {
    dns::Answer answer;
    answer.status = status;
    answer.detail = "why\nnot";
    const auto keys = choose(answer, kRsa);
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().result, DkimResult::TempError);
    EXPECT_EQ(keys.error().cause, DkimCause::Dns);
    EXPECT_NE(keys.error().reason.find(dns::to_string(status)), std::string::npos);
    EXPECT_NE(keys.error().reason.find("(why?not)"), std::string::npos) << keys.error().reason;
  }
}

}  // namespace
}  // namespace waarmerk::policy::dkim
