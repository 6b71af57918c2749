// Key records: each rule with a record that keeps it and one that breaks it.
#include "policy/dkim/key.h"

#include <gtest/gtest.h>

#include <ostream>

#include "base/base64.h"
#include "tests/support/dkim_signer.h"

namespace waarmerk::policy::dkim {
namespace {

using support::TestKey;

const std::string& rsa_p() {
  static const std::string p = "p=" + encode_base64(support::published_key(TestKey::Rsa1024));
  return p;
}
const std::string& ed25519_p() {
  static const std::string p = "p=" + encode_base64(support::published_key(TestKey::Ed25519));
  return p;
}

struct GoodCase {
  std::string name;
  std::string record;
  bool is_strict = false;
  bool is_testing = false;
};
std::ostream& operator<<(std::ostream& out, const GoodCase& c) { return out << c.name; }

class DkimGoodKey : public testing::TestWithParam<GoodCase> {};

TEST_P(DkimGoodKey, IsRead) {
  const auto key = parse_key(GetParam().record);
  ASSERT_TRUE(key) << key.error().text;
  EXPECT_EQ(key->is_strict, GetParam().is_strict);
  EXPECT_EQ(key->is_testing, GetParam().is_testing);
}

std::vector<GoodCase> good_cases() {  // K-09, K-11; RFC 6376 3.6.1
  return {
      {"Full", "v=DKIM1; k=rsa; " + rsa_p()},
      {"OnlyP", rsa_p()},
      {"FinalSemicolon", rsa_p() + "; "},
      {"Spaces", " v = DKIM1 ;\tk = rsa ; " + rsa_p()},
      {"UpperCaseType", "k=RSA; " + rsa_p()},
      {"Ed25519", "v=DKIM1; k=ed25519; " + ed25519_p()},
      {"BareRsaPublicKey", "p=" + encode_base64(support::bare_public_key(TestKey::Rsa1024))},
      {"SpaceInsideP", rsa_p().substr(0, 40) + " " + rsa_p().substr(40)},
      {"Mail", "s=email; " + rsa_p()},
      {"AnyService", "s=*; " + rsa_p()},
      {"ServiceList", "s=chat : email; " + rsa_p()},
      {"Sha256", "h=sha256; " + rsa_p()},
      {"HashList", "h=sha1 : SHA256 : sha3; " + rsa_p()},
      {"Strict", "t=s; " + rsa_p(), true, false},
      {"Testing", "t=y; " + rsa_p(), false, true},
      {"BothFlags", "t=y : s; " + rsa_p(), true, true},
      {"UnknownFlag", "t=x:ys; " + rsa_p()},
      {"NoFlags", "t=; " + rsa_p()},
      {"OldGranularity", "g=; n=notes; " + rsa_p()},
      {"UnknownTag", "zz=1; " + rsa_p()},
      {"EightBitNotes", "v=DKIM1; n=gr\xC3\xBC\xC3\x9F; " + rsa_p()},
  };
}

INSTANTIATE_TEST_SUITE_P(Records, DkimGoodKey, testing::ValuesIn(good_cases()),
                         [](const auto& test) { return test.param.name; });

struct BadCase {
  std::string name;
  std::string record;
  KeyProblem problem = KeyProblem::Malformed;
};
std::ostream& operator<<(std::ostream& out, const BadCase& c) { return out << c.name; }

class DkimBadKey : public testing::TestWithParam<BadCase> {};

TEST_P(DkimBadKey, IsRefused) {
  const auto key = parse_key(GetParam().record);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().problem, GetParam().problem) << key.error().text;
  EXPECT_NE(key.error().text, "");
}

std::vector<BadCase> bad_cases() {  // K-11, K-13; RFC 6376 3.6.1, 6.1.2
  const std::string info = support::public_key_info(TestKey::Ed25519);
  return {
      {"Empty", ""},
      {"NoTags", "hello"},
      {"SpfRecord", "v=spf1 -all"},
      {"WrongVersion", "v=DKIM2; " + rsa_p()},
      {"LowerCaseVersion", "v=dkim1; " + rsa_p()},
      {"EmptyVersion", "v=; " + rsa_p()},
      {"VersionNotFirst", "k=rsa; v=DKIM1; " + rsa_p()},
      {"DuplicateTag", "k=rsa; k=rsa; " + rsa_p()},
      {"NoP", "v=DKIM1; k=rsa"},
      {"UpperCaseP", "v=DKIM1; P=AAAA"},
      {"Control", std::string("n=\0; ", 5) + rsa_p()},
      {"UnknownType", "k=dsa; " + rsa_p(), KeyProblem::UnknownType},
      {"EmptyType", "k=; " + rsa_p(), KeyProblem::UnknownType},
      {"OtherService", "s=chat; " + rsa_p(), KeyProblem::OtherService},
      {"NoService", "s=; " + rsa_p(), KeyProblem::OtherService},
      {"Sha1Only", "h=sha1; " + rsa_p(), KeyProblem::OtherHash},
      {"NoHash", "h=; " + rsa_p(), KeyProblem::OtherHash},
      {"Revoked", "v=DKIM1; p=", KeyProblem::Revoked},
      {"RevokedEd25519", "v=DKIM1; k=ed25519; p= ;", KeyProblem::Revoked},
      {"NoBase64", "p=***", KeyProblem::Undecodable},
      {"NoKey", "p=AAAA", KeyProblem::Undecodable},
      {"TypeLies", "k=ed25519; " + rsa_p(), KeyProblem::Undecodable},
      {"TypeForgotten", ed25519_p(), KeyProblem::Undecodable},
      {"Ed25519AsKeyInfo", "k=ed25519; p=" + encode_base64(info), KeyProblem::Undecodable},
  };
}

INSTANTIATE_TEST_SUITE_P(Records, DkimBadKey, testing::ValuesIn(bad_cases()),
                         [](const auto& test) { return test.param.name; });

TEST(DkimKey, IsTheOnePublished) {
  const auto rsa = parse_key(support::key_record(TestKey::Rsa2048));
  ASSERT_TRUE(rsa);
  EXPECT_EQ(rsa->public_key.bits(), 2048U);
  EXPECT_EQ(rsa->public_key.type(), crypto::KeyType::Rsa);
  const auto ed25519 = parse_key(support::key_record(TestKey::Ed25519));
  ASSERT_TRUE(ed25519);
  EXPECT_EQ(ed25519->public_key.type(), crypto::KeyType::Ed25519);
}

}  // namespace
}  // namespace waarmerk::policy::dkim
