// Several signatures in one message, the limits, and the questions to the DNS.
#include "policy/dkim/signature_verifier.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/policy/dkim/signed_mail.h"

namespace waarmerk::policy::dkim {
namespace {

using support::SignOptions;
using support::TestKey;

TEST(DkimSignatureVerifier, JudgesEverySignatureForItself) {  // K-20
  Mail mail;
  mail.publish(TestKey::Rsa2048);
  mail.publish(TestKey::Ed25519, {}, "two._domainkey.example.com");
  mail.sign();
  mail.sign({.key = TestKey::Ed25519, .selector = "two", .canonicalization = "simple/simple"});
  mail.sign({.domain = "example.org"});
  mail.sign({.canonicalization = "unknown"});
  const auto outcomes = mail.verify();
  ASSERT_EQ(outcomes.size(), 4U);
  EXPECT_EQ(to_string(outcomes[0].result), "permerror");
  EXPECT_EQ(to_string(outcomes[1].result), "permerror");
  EXPECT_EQ(outcomes[1].domain, name("example.org"));
  EXPECT_EQ(to_string(outcomes[2].result), "pass");
  EXPECT_EQ(outcomes[2].algorithm, "ed25519-sha256");
  EXPECT_EQ(to_string(outcomes[3].result), "pass");
}

TEST(DkimSignatureVerifier, VerifiesOnlySoMany) {  // K-19
  Mail mail;
  mail.publish(TestKey::Ed25519);
  for (int i = 0; i < 5; ++i) mail.sign({.key = TestKey::Ed25519});
  mail.fields.insert(mail.fields.begin(), {"DKIM-Signature", " broken"});
  mail.options.max_signatures = 3;
  const auto outcomes = mail.verify();
  ASSERT_EQ(outcomes.size(), 6U);
  EXPECT_EQ(to_string(outcomes[0].result), "permerror");
  for (const std::size_t i : {1U, 2U, 3U}) EXPECT_EQ(to_string(outcomes[i].result), "pass");
  for (const std::size_t i : {4U, 5U}) {
    EXPECT_EQ(to_string(outcomes[i].result), "policy");
    EXPECT_EQ(to_string(outcomes[i].cause), to_string(DkimCause::Limit));
    EXPECT_EQ(outcomes[i].reason, "limit");
    EXPECT_EQ(outcomes[i].domain, name("example.com"));
  }
}

TEST(DkimSignatureVerifier, VerifiesPreferredDomainsFirst) {  // K-19
  for (const char* preferred : {"example.com", "mail.example.com", "a.b.example.com"}) {
    Mail mail;
    mail.publish(TestKey::Ed25519);
    mail.sign({.key = TestKey::Ed25519});
    for (int i = 0; i < 5; ++i) mail.sign({.key = TestKey::Ed25519, .domain = "badexample.org"});
    mail.options.max_signatures = 1;
    EXPECT_EQ(to_string(mail.verify().at(5).result), "policy");
    mail.options.preferred = {name(preferred)};
    EXPECT_EQ(to_string(mail.verify().at(5).result), "pass") << preferred;
    EXPECT_EQ(to_string(mail.verify().at(0).result), "policy") << preferred;
  }
}

TEST(DkimSignatureVerifier, WantsNoBodyWhenNothingIsSelected) {
  KeyCache keys;
  const auto wants_body = [&keys](const Mail& mail) {
    const auto verifier = make_verifier(Engine::Native, keys);
    verifier->begin(mail.fields, mail.options);
    return verifier->wants_body();
  };
  Mail mail = signed_mail();
  EXPECT_TRUE(wants_body(mail));
  mail.options.max_signatures = 0;
  EXPECT_FALSE(wants_body(mail));
  EXPECT_EQ(mail.verdict(), verdict(DkimResult::Policy, DkimCause::Limit));
  EXPECT_FALSE(wants_body(signed_mail({.algorithm = "rsa-sha1"})));
}

TEST(DkimSignatureVerifier, TellsItsQuestionsOnce) {
  Mail mail;
  mail.sign();
  mail.sign();
  mail.sign({.selector = "two"});
  mail.sign({.selector = "three", .algorithm = "rsa-sha1"});
  KeyCache keys;
  SignatureVerifier verifier(keys, make_native_hasher(), nullptr);
  verifier.begin(mail.fields, mail.options);
  const std::vector<dns::Question> want{{name("two._domainkey.example.com"), dns::Type::Txt},
                                        {name("sel._domainkey.example.com"), dns::Type::Txt}};
  EXPECT_EQ(verifier.key_questions(), want);
}

TEST(DkimSignatureVerifier, MayBeginAnew) {
  Mail first = signed_mail();
  Mail second = signed_mail();
  second.body = "";
  KeyCache keys;
  SignatureVerifier verifier(keys, make_native_hasher(), nullptr);
  verifier.begin(first.fields, first.options);
  verifier.feed(first.body);
  EXPECT_EQ(to_string(verifier.finish(first.zone, kNow, Instant::max()).at(0).result), "pass");
  verifier.begin(second.fields, second.options);
  EXPECT_EQ(to_string(verifier.finish(second.zone, kNow, Instant::max()).at(0).result), "fail");
}

TEST(DkimSignatureVerifier, SharesKeysBetweenMessages) {
  KeyCache keys;
  Mail mail = signed_mail();
  EXPECT_EQ(to_string(mail.verify(keys).at(0).result), "pass");
  EXPECT_EQ(keys.size(), 1U);
  EXPECT_EQ(to_string(mail.verify(keys).at(0).result), "pass");
  EXPECT_EQ(keys.size(), 1U);
}

TEST(DkimSignatureVerifier, ShowsEnoughOfEachSignature) {  // K-23
  Mail mail;
  mail.publish(TestKey::Rsa2048);
  mail.sign();
  HeaderField twin = mail.fields[0];
  const auto b = twin.value.rfind("b=") + 2;
  twin.value[b + 20] = twin.value[b + 20] == 'A' ? 'B' : 'A';
  mail.fields.insert(mail.fields.begin(), twin);
  const auto outcomes = mail.verify();
  EXPECT_EQ(outcomes.at(0).header_b.size(), 21U);
  EXPECT_NE(outcomes.at(0).header_b, outcomes.at(1).header_b);
}

TEST(DkimSignatureVerifier, TakesHostileAmounts) {  // K-28, Q-01, Q-03
  Mail mail;
  mail.publish(TestKey::Ed25519);
  for (int i = 0; i < 10'000; ++i) mail.fields.push_back({"X-Filler", " x"});
  mail.fields.push_back({"Comments", " " + std::string(1'000'000, 'c')});
  SignOptions how{.key = TestKey::Ed25519};
  how.names.insert(how.names.end(), {"X-Filler", "Comments"});
  const HeaderField signature = support::sign(mail.fields, mail.body, how);
  mail.fields.insert(mail.fields.begin(), 500, signature);
  const auto outcomes = mail.verify();
  ASSERT_EQ(outcomes.size(), 500U);
  EXPECT_EQ(std::ranges::count(outcomes, DkimResult::Pass, &DkimOutcome::result), 20);
  EXPECT_EQ(std::ranges::count(outcomes, DkimCause::Limit, &DkimOutcome::cause), 480);
}

TEST(DkimSignatureVerifier, SaysWhereAFieldMayHaveBeenCut) {  // K-28
  const auto reason_for = [](std::size_t octets, std::vector<std::string> names) {
    Mail mail;
    mail.publish(TestKey::Ed25519);
    mail.fields.push_back({"Comments", " " + std::string(octets + 100, 'c')});
    mail.sign({.key = TestKey::Ed25519, .names = std::move(names)});
    mail.fields.back().value.resize(octets);
    mail.fields[1].value += " changed";
    return mail.verify().at(0).reason;
  };
  const std::vector<std::string> all{"From", "Comments"};
  EXPECT_TRUE(reason_for(60'000, all).ends_with("may have cut a field of this length"));
  EXPECT_EQ(reason_for(50'000, all), "the signature does not match the header");
  EXPECT_EQ(reason_for(60'000, {"From"}), "the signature does not match the header");
}

TEST(DkimSignatureVerifier, HashesManyLengthsOfABody) {  // K-18, Q-01
  Mail mail;
  mail.publish(TestKey::Ed25519);
  mail.body = std::string(500, 'x') + "\r\n";
  mail.options.max_signatures = 100;
  mail.options.refuse_body_length = false;
  for (std::size_t i = 0; i < 100; ++i) {
    mail.sign({.key = TestKey::Ed25519,
               .canonicalization = i % 2 == 0 ? "relaxed/relaxed" : "relaxed/simple",
               .body_length = 3 * i});
  }
  EXPECT_EQ(std::ranges::count(mail.verify(), DkimResult::Pass, &DkimOutcome::result), 100);
}

TEST(DkimSignatureVerifier, ReadsOnlySoManyFields) {  // K-19, K-28, Q-01
  Mail mail;
  mail.publish(TestKey::Ed25519);
  mail.sign({.key = TestKey::Ed25519});
  mail.fields.insert(mail.fields.begin(), kMaxParsedSignatures - 1, {"DKIM-Signature", " broken"});
  EXPECT_EQ(to_string(mail.verify().back().result), "pass");
  mail.fields.insert(mail.fields.begin(), {"DKIM-Signature", " broken"});
  const auto outcomes = mail.verify();
  ASSERT_EQ(outcomes.size(), kMaxParsedSignatures + 1);
  EXPECT_EQ(to_string(outcomes.back().result), "policy");
  EXPECT_EQ(outcomes.back().cause, DkimCause::Limit);
  EXPECT_EQ(to_string(outcomes.front().result), "permerror");
}

TEST(DkimKeyQuestion, NamesTheKey) {
  Mail mail;
  mail.sign();
  EXPECT_EQ(key_question(mail.fields[0].value),
            (dns::Question{name("sel._domainkey.example.com"), dns::Type::Txt}));
}

TEST(DkimKeyQuestion, IsNotAskedInVain) {
  EXPECT_FALSE(key_question(""));
  EXPECT_FALSE(key_question("v=1; d=example.com; s=sel"));
  Mail mail;
  mail.sign({.algorithm = "rsa-sha1"});
  EXPECT_FALSE(key_question(mail.fields[0].value));
}

}  // namespace
}  // namespace waarmerk::policy::dkim
