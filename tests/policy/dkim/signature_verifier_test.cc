// One signature through the native verifier: results and causes.
#include "policy/dkim/signature_verifier.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/policy/dkim/signed_mail.h"

namespace waarmerk::policy::dkim {
namespace {

using support::key_record;
using support::SignOptions;
using support::TestKey;

TEST(DkimSignatureVerifier, FindsNothingInUnsignedMail) {
  Mail mail;
  KeyCache keys;
  const auto verifier = make_verifier(Engine::Native, keys);
  verifier->begin(mail.fields, mail.options);
  EXPECT_FALSE(verifier->wants_body());
  EXPECT_TRUE(verifier->key_questions().empty());
  verifier->feed(mail.body);
  EXPECT_TRUE(verifier->finish(mail.zone, kNow, Instant::max()).empty());
}

TEST(DkimSignatureVerifier, DescribesASignatureThatPasses) {  // K-23
  Mail mail = signed_mail({.more_tags = "i=joe@mail.example.com; "});
  const DkimOutcome outcome = mail.verify().at(0);
  EXPECT_EQ(to_string(outcome.result), "pass");
  EXPECT_EQ(outcome.domain, name("example.com"));
  EXPECT_EQ(outcome.selector, "sel");
  EXPECT_EQ(outcome.algorithm, "rsa-sha256");
  EXPECT_EQ(outcome.identity_domain, "mail.example.com");
  EXPECT_EQ(outcome.bits, 2048U);
  EXPECT_EQ(outcome.header_b.size(), 8U);
  EXPECT_NE(mail.fields[0].value.find("b=" + outcome.header_b), std::string::npos);
  EXPECT_EQ(outcome.reason, "");
  EXPECT_FALSE(outcome.testing);
}

TEST(DkimSignatureVerifier, LeavesOutAnIdentityThatIsTheDomain) {
  EXPECT_EQ(signed_mail({.more_tags = "i=joe@EXAMPLE.com; "}).verify().at(0).identity_domain, "");
}

struct FormCase {
  std::string name;
  SignOptions how;
};
std::ostream& operator<<(std::ostream& out, const FormCase& c) { return out << c.name; }

class DkimForm : public testing::TestWithParam<FormCase> {};

TEST_P(DkimForm, Passes) { EXPECT_EQ(signed_mail(GetParam().how).verdict(), kPass); }

TEST_P(DkimForm, DistinguishesAChangedBodyFromAChangedHeader) {  // K-21, K-27
  Mail body = signed_mail(GetParam().how);
  body.body += "-- \r\nA list\r\n";
  EXPECT_EQ(body.verdict(), kBodyHash);
  Mail header = signed_mail(GetParam().how);
  header.fields[3].value += " tonight";
  EXPECT_EQ(header.verdict(), kHeaderHash);
  header.body += "-- \r\nA list\r\n";
  EXPECT_EQ(header.verdict(), kHeaderHash);
}

TEST_P(DkimForm, CannotChangeItsOwnField) {  // K-16
  Mail mail = signed_mail(GetParam().how);
  std::string& value = mail.fields[0].value;
  value.replace(value.find("h=From"), 6, "h=from");
  EXPECT_EQ(mail.verdict(), kHeaderHash);
}

TEST_P(DkimForm, DoesNotDependOnTheChunks) {
  Mail mail = signed_mail(GetParam().how);
  for (mail.chunk = 1; mail.chunk < 30; ++mail.chunk) EXPECT_EQ(mail.verdict(), kPass);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, DkimForm,  // K-09, K-14, K-16
    testing::Values(FormCase{"SimpleSimple", {.canonicalization = "simple/simple"}},
                    FormCase{"SimpleRelaxed", {.canonicalization = "simple/relaxed"}},
                    FormCase{"RelaxedSimple", {.canonicalization = "relaxed/simple"}},
                    FormCase{"RelaxedRelaxed", {.canonicalization = "relaxed/relaxed"}},
                    FormCase{"HeaderOnly", {.canonicalization = "relaxed"}},
                    FormCase{"Ed25519", {.key = TestKey::Ed25519}},
                    FormCase{"Rsa1024", {.key = TestKey::Rsa1024}},
                    FormCase{"SpaceBeforeEquals", {.b_tag = "b \t="}},
                    FormCase{"FoldBeforeEquals",
                             {.canonicalization = "simple/simple", .b_tag = "b\r\n\t="}},
                    FormCase{"NameEndingInB", {.more_tags = "xb=AAEC; "}},
                    FormCase{"SpaceBeforeTheColon", {.field_name = "DKIM-Signature "}},
                    FormCase{"UpperCaseFieldName", {.field_name = "DKIM-SIGNATURE"}},
                    FormCase{"OverSigned", {.names = {"From", "From", "To", "Subject", "Cc"}}}),
    [](const auto& test) { return test.param.name; });

TEST(DkimSignatureVerifier, SeesAFieldAddedToAnOverSignedName) {  // K-15
  Mail over_signed = signed_mail({.names = {"From", "From", "To"}});
  over_signed.fields.insert(over_signed.fields.begin() + 1, {"From", " evil@example.org"});
  EXPECT_EQ(over_signed.verdict(), kHeaderHash);
  // Without over-signing an added field on top goes unseen: that From is judged by DMARC.
  Mail plain = signed_mail({.names = {"From", "To"}});
  plain.fields.insert(plain.fields.begin() + 1, {"From", " evil@example.org"});
  EXPECT_EQ(plain.verdict(), kPass);
  plain.fields.push_back({"From", " evil@example.org"});
  EXPECT_EQ(plain.verdict(), kHeaderHash);
}

TEST(DkimSignatureVerifier, KeepsWhiteSpaceAsItCame) {  // K-25
  Mail mail = signed_mail({.canonicalization = "simple/simple"});
  mail.fields[1].value.erase(0, 1);
  EXPECT_EQ(mail.verdict(), kHeaderHash);
}

struct TimeCase {
  std::string name;
  std::string tags;
  bool counts;
};
std::ostream& operator<<(std::ostream& out, const TimeCase& c) { return out << c.name; }

class DkimTime : public testing::TestWithParam<TimeCase> {};

TEST_P(DkimTime, IsLookedAt) {  // K-05. Now is 1760000000, the tolerance 300 seconds.
  EXPECT_EQ(signed_mail({.more_tags = GetParam().tags}).verdict(),
            GetParam().counts ? kPass : kExpired);
}

INSTANTIATE_TEST_SUITE_P(Tags, DkimTime,
                         testing::Values(TimeCase{"Past", "t=1; ", true},
                                         TimeCase{"Now", "t=1760000000; ", true},
                                         TimeCase{"JustInTolerance", "t=1760000300; ", true},
                                         TimeCase{"Future", "t=1760000301; ", false},
                                         TimeCase{"FarFuture", "t=99999999999999999999; ", false},
                                         TimeCase{"Lasting", "x=1760000001; ", true},
                                         TimeCase{"JustExpired", "x=1759999700; ", true},
                                         TimeCase{"Expired", "x=1759999699; ", false},
                                         TimeCase{"ExpiredIn1970", "x=0; ", false},
                                         TimeCase{"Endless", "x=99999999999999999999; ", true}),
                         [](const auto& test) { return test.param.name; });

TEST(DkimSignatureVerifier, IgnoresTimesOfAStoppedClock) {
  EXPECT_EQ(signed_mail({.more_tags = "x=5; "}).verdict(WallTime{}), kPass);
}

struct LengthCase {
  std::string name;
  std::size_t length;
  std::string appended;
  bool refuse;
  std::string want;
};
std::ostream& operator<<(std::ostream& out, const LengthCase& c) { return out << c.name; }

class DkimLength : public testing::TestWithParam<LengthCase> {};

TEST_P(DkimLength, IsJudged) {  // K-18. The canonical body has 24 octets.
  Mail mail = signed_mail({.body_length = GetParam().length});
  mail.body += GetParam().appended;
  mail.options.refuse_body_length = GetParam().refuse;
  EXPECT_EQ(mail.verdict(), GetParam().want);
}

const std::string kUnsigned = verdict(DkimResult::Policy, DkimCause::BodyLength);
const std::string kTooLong = verdict(DkimResult::Fail, DkimCause::BodyLength);

INSTANTIATE_TEST_SUITE_P(
    Lengths, DkimLength,
    testing::Values(LengthCase{"Whole", 24, "", true, kPass},
                    LengthCase{"EmptyLinesAppended", 24, "\r\n\r\n", true, kPass},
                    LengthCase{"Appended", 24, "more\r\n", true, kUnsigned},
                    LengthCase{"AppendedAndTolerated", 24, "more\r\n", false, kPass},
                    LengthCase{"Zero", 0, "", true, kUnsigned},
                    LengthCase{"ZeroAndTolerated", 0, "", false, kPass},
                    LengthCase{"TooLong", 25, "", true, kTooLong},
                    LengthCase{"TooLongAndTolerated", 25, "", false, kTooLong}),
    [](const auto& test) { return test.param.name; });

TEST(DkimSignatureVerifier, SeesAChangeInsideOfTheSignedLength) {  // K-18
  Mail mail = signed_mail({.body_length = 24});
  mail.body[0] = 'B';
  EXPECT_EQ(mail.verdict(), kBodyHash);
}

TEST(DkimSignatureVerifier, SaysWhyAFieldCannotVerify) {  // K-01, K-02, K-03, K-07, K-27
  EXPECT_EQ(signed_mail({.names = {"To", "Subject"}}).verdict(), kSyntax);
  EXPECT_EQ(signed_mail({.more_tags = "d=example.org; "}).verdict(), kSyntax);
  EXPECT_EQ(signed_mail({.algorithm = "rsa-sha1"}).verdict(),
            verdict(DkimResult::PermError, DkimCause::Algorithm));
  Mail mail;
  mail.fields.insert(mail.fields.begin(), {"DKIM-Signature", " nonsense"});
  const DkimOutcome outcome = mail.verify().at(0);
  EXPECT_EQ(to_string(outcome.result), "permerror");
  EXPECT_FALSE(outcome.domain);
  EXPECT_NE(outcome.reason, "");
}

TEST(DkimSignatureVerifier, NeedsAKey) {  // K-12, K-13
  Mail no_key;
  no_key.sign();
  EXPECT_EQ(no_key.verdict(), verdict(DkimResult::PermError, DkimCause::Key));

  Mail no_answer;
  no_answer.zone = *dns::Zone::parse("sel._domainkey.example.com TXT !SERVFAIL\n");
  no_answer.sign();
  EXPECT_EQ(no_answer.verdict(), verdict(DkimResult::TempError, DkimCause::Dns));

  Mail other_key;
  other_key.publish(TestKey::OtherRsa2048);
  other_key.sign();
  EXPECT_EQ(other_key.verdict(), kHeaderHash);
  other_key.publish(TestKey::Rsa2048);
  EXPECT_EQ(other_key.verdict(), kPass);
}

TEST(DkimSignatureVerifier, NeverPassesAShortKey) {  // K-08
  Mail mail = signed_mail({.key = TestKey::Rsa768});
  mail.options.min_rsa_bits = 512;
  const DkimOutcome outcome = mail.verify().at(0);
  EXPECT_EQ(to_string(outcome.result), "permerror");
  EXPECT_EQ(to_string(outcome.cause), to_string(DkimCause::Algorithm));
  EXPECT_EQ(outcome.bits, 768U);
}

TEST(DkimSignatureVerifier, RefusesKeysBelowTheSetSizeByPolicy) {  // K-08
  Mail mail = signed_mail({.key = TestKey::Rsa1024});
  mail.options.min_rsa_bits = 2048;
  EXPECT_EQ(mail.verdict(), verdict(DkimResult::Policy, DkimCause::Algorithm));
  mail.body += "changed";
  EXPECT_EQ(mail.verdict(), kBodyHash);
  Mail ed25519 = signed_mail({.key = TestKey::Ed25519});
  ed25519.options.min_rsa_bits = 4096;
  EXPECT_EQ(ed25519.verdict(), kPass);
}

TEST(DkimSignatureVerifier, NotesTheTestingFlagAndChangesNothing) {  // K-11
  Mail mail;
  mail.publish(TestKey::Rsa2048, "t=y; ");
  mail.sign();
  EXPECT_TRUE(mail.verify().at(0).testing);
  EXPECT_EQ(mail.verdict(), kPass);
  mail.body += "changed";
  EXPECT_EQ(mail.verdict(), kBodyHash);
}

TEST(DkimSignatureVerifier, HashesULabelsAsTheyStand) {  // K-24
  Mail mail;
  mail.publish(TestKey::Rsa2048, {}, "sel._domainkey.xn--exmple-cua.com");
  mail.sign({.domain = "ex\xC3\xA4mple.com"});
  EXPECT_EQ(mail.verdict(), kPass);
  std::string& value = mail.fields[0].value;
  value.replace(value.find("ex\xC3\xA4mple.com"), 12, "xn--exmple-cua.com");
  EXPECT_EQ(mail.verdict(), kHeaderHash);
}

TEST(DkimSignatureVerifier, NotesTheSecurityOfTheKey) {
  Mail mail;
  mail.sign();
  mail.zone = *dns::Zone::parse("sel._domainkey.example.com +ad\nsel._domainkey.example.com TXT " +
                                key_record(TestKey::Rsa2048) + "\n");
  EXPECT_EQ(mail.verify().at(0).key_security, dns::Security::Secure);
}

}  // namespace
}  // namespace waarmerk::policy::dkim
