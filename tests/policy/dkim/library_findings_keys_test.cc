// Findings about libopendkim in keys, and in messages with several signatures; comments say what
// the library alone makes of them. See library_finding.h. RFC 6376, RFC 8301
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.h"
#include "tests/policy/dkim/library_finding.h"

namespace waarmerk::policy::dkim {
namespace {

using enum Reference;
using support::key_record;
using support::SignOptions;
using support::TestKey;

class DkimKeyFinding : public testing::TestWithParam<Finding> {};

TEST_P(DkimKeyFinding, IsJudgedByTheRfcWithBothEngines) { expect_finding(GetParam()); }

const auto kFindingName = [](const auto& test) { return test.param.name; };

std::string p_of(TestKey key) { return "p=" + encode_base64(support::published_key(key)); }

/// A good key record of so many octets.
std::string record_of(std::size_t octets) {
  const std::string record = key_record(TestKey::Rsa2048);
  return key_record(TestKey::Rsa2048, "n=" + std::string(octets - record.size() - 4, 'n') + "; ");
}

/// A message whose key's name answers with a word of the zone grammar.
Mail with_answer(std::string_view word) {
  Mail mail;
  mail.zone =
      dns::Zone::parse("sel._domainkey.example.com TXT " + std::string(word) + "\n").value();
  mail.sign();
  return mail;
}

Mail with_keys(const std::vector<std::string>& records) {
  Mail mail;
  for (const std::string& record : records) mail.publish_record(record);
  mail.sign();
  return mail;
}

const SignOptions kEd25519{.key = TestKey::Ed25519};

INSTANTIATE_TEST_SUITE_P(
    K_11_K_13_Records, DkimKeyFinding,
    testing::Values(
        // All of these are taken.
        Finding{"version_not_first",
                [] { return with_key("k=rsa; v=DKIM1; " + p_of(TestKey::Rsa2048)); },
                {kKey}},
        Finding{"version_first",
                [] { return with_key("v=DKIM1; k=rsa; " + p_of(TestKey::Rsa2048)); },
                {kPass}},
        Finding{"tag_twice",
                [] { return with_key("v=DKIM1; k=rsa; k=rsa; " + p_of(TestKey::Rsa2048)); },
                {kKey}},
        Finding{"key_twice",
                [] {
                  return with_key(key_record(TestKey::Rsa2048) + "; " +
                                  p_of(TestKey::OtherRsa2048));
                },
                {kKey}},
        Finding{"type_that_lies",
                [] { return with_key("k=ed25519; " + p_of(TestKey::Rsa2048)); },
                {kKey}},
        Finding{"type_that_lies_for_ed25519",
                [] { return with_key("k=rsa; " + p_of(TestKey::Ed25519), kEd25519); },
                {kKey}},
        Finding{"type_for_ed25519",
                [] { return with_key("k=ed25519; " + p_of(TestKey::Ed25519), kEd25519); },
                {kPass}},
        Finding{"type_of_another_algorithm",
                [] { return with_key(key_record(TestKey::Ed25519)); },
                {kKey}},
        // The form of RFC 6376 3.6.1, which is not known.
        Finding{"bare_rsa_public_key",
                [] {
                  return with_key("p=" + encode_base64(support::bare_public_key(TestKey::Rsa2048)));
                },
                {kPass}},
        Finding{"half_a_bare_rsa_public_key",
                [] {
                  return with_key(
                      "p=" +
                      encode_base64(support::bare_public_key(TestKey::Rsa2048).substr(0, 128)));
                },
                {kKey}},
        // No more than 1024 octets, and ASCII only.
        Finding{"of_1024_octets", [] { return with_key(record_of(1024)); }, {kPass}},
        Finding{"of_1025_octets", [] { return with_key(record_of(1025)); }, {kPass}},
        Finding{"of_4000_octets", [] { return with_key(record_of(4000)); }, {kPass}},
        Finding{"notes_in_utf8",
                [] { return with_key(key_record(TestKey::Rsa2048, "n=gr\xC3\xBC\xC3\x9F; ")); },
                {kPass}},
        Finding{"revoked", [] { return with_key("v=DKIM1; p="); }, {kKey}},
        Finding{"empty", [] { return with_key(""); }, {kKey}}),
    kFindingName);

// i= is compared as it is written.
INSTANTIATE_TEST_SUITE_P(
    K_11_Strict, DkimKeyFinding,
    testing::Values(Finding{"escaped",
                            [] {
                              return with_key(key_record(TestKey::Rsa2048, "t=s; "),
                                              {.more_tags = "i=joe@example=2Ecom; "});
                            },
                            {kPass},
                            Refuses},
                    Finding{"escaped_below",
                            [] {
                              return with_key(key_record(TestKey::Rsa2048, "t=s; "),
                                              {.more_tags = "i=joe@mail=2Eexample.com; "});
                            },
                            {kKey}},
                    Finding{"plain",
                            [] {
                              return with_key(key_record(TestKey::Rsa2048, "t=s; "),
                                              {.more_tags = "i=joe@EXAMPLE.com; "});
                            },
                            {kPass}},
                    Finding{"below",
                            [] {
                              return with_key(key_record(TestKey::Rsa2048, "t=y:s; "),
                                              {.more_tags = "i=joe@mail.example.com; "});
                            },
                            {kKey}}),
    kFindingName);

// What the DNS could not say is a wrong signature, and what is not there an error that may pass.
INSTANTIATE_TEST_SUITE_P(
    K_12_Answers, DkimKeyFinding,
    testing::Values(
        Finding{"timeout", [] { return with_answer("!TIMEOUT"); }, {kDns}},
        Finding{"servfail", [] { return with_answer("!SERVFAIL"); }, {kDns}},
        Finding{"nxdomain", [] { return with_answer("!NXDOMAIN"); }, {kKey}},
        Finding{"nodata", [] { return with_answer("!NODATA"); }, {kKey}},
        // Several records are an error.
        Finding{"other_texts_beside",
                [] { return with_keys({"v=spf1 -all", key_record(TestKey::Rsa2048), "token=1"}); },
                {kPass}},
        Finding{"other_keys_beside",
                [] {
                  return with_keys({key_record(TestKey::Ed25519), key_record(TestKey::OtherRsa2048),
                                    key_record(TestKey::Rsa2048)});
                },
                {kPass}},
        Finding{"only_other_keys",
                [] {
                  return with_keys(
                      {key_record(TestKey::Ed25519), key_record(TestKey::OtherRsa2048)});
                },
                {kHeaderHash}}),
    kFindingName);

// ---- Several signatures -------------------------------------------------------------------------

/// A message with a good signature and that of another key above it.
Mail with_second(TestKey key, std::string_view selector) {
  Mail mail = signed_mail();
  mail.publish(key, {}, std::string(selector) + "._domainkey.example.com");
  mail.sign({.key = key, .selector = std::string(selector)});
  return mail;
}

Mail with_second_tag(std::string tag) {
  Mail mail = signed_mail();
  mail.sign({.more_tags = std::move(tag) + "; "});
  return mail;
}

Mail with_second_answer(std::string_view word) {
  Mail mail;
  mail.zone = dns::Zone::parse("two._domainkey.example.com TXT " + std::string(word)).value();
  mail.publish(TestKey::Rsa2048);
  mail.sign();
  mail.sign({.selector = "two"});
  return mail;
}

Mail with_second_value(std::string value) {
  Mail mail = signed_mail();
  mail.fields.insert(mail.fields.begin(), {"DKIM-Signature", std::move(value)});
  return mail;
}

/// Two signatures, and no line end behind the last line.
Mail without_final_line_end() {
  Mail mail = with_body("Are you hungry?");
  mail.sign({.canonicalization = "simple/simple"});
  return mail;
}

INSTANTIATE_TEST_SUITE_P(
    K_01_K_20_Several, DkimKeyFinding,
    testing::Values(
        // The size of a key is not looked at once another signature is right.
        Finding{"short_key_above",
                [] { return with_second(TestKey::Rsa768, "two"); },
                {kAlgorithm, kPass}},
        Finding{
            "ed25519_above", [] { return with_second(TestKey::Ed25519, "two"); }, {kPass, kPass}},
        // A field of more than 64 KiB makes all the others vanish.
        Finding{"field_of_70_kilobytes_above",
                [] { return with_second_tag("n=" + std::string(70'000, 'n')); },
                {kPass, kPass},
                Refuses},
        Finding{"notes_of_20_kilobytes_above",
                [] { return with_second_tag("z=" + std::string(20'000, 'z')); },
                {kPass, kPass}},
        Finding{"junk_of_70_kilobytes_above",
                [] { return with_second_value(" v=1; " + std::string(70'000, 'j')); },
                {kSyntax, kPass}},
        // No result is given for it.
        Finding{"empty_field_above", [] { return with_second_value(""); }, {kSyntax, kPass}},
        Finding{
            "broken_field_above", [] { return with_second_value(" v=1; a"); }, {kSyntax, kPass}},
        Finding{"timeout_above", [] { return with_second_answer("!TIMEOUT"); }, {kDns, kPass}},
        Finding{
            "refused_above", [] { return with_second_tag("xb=AAEC"); }, {kPass, kPass}, Refuses},
        Finding{"no_final_line_end", [] { return without_final_line_end(); }, {kPass, kPass}}),
    kFindingName);

TEST(DkimKeyFindings, K_11_NoteATestingKey) {
  // That it is a test is a result of its own.
  Mail mail = with_key(key_record(TestKey::Rsa2048, "t=y; "));
  for (const Engine engine : {Engine::Native, Engine::Reference}) {
    mail.engine = engine;
    const DkimOutcome outcome = mail.verify().at(0);
    EXPECT_EQ(verdict(outcome), kPass);
    EXPECT_TRUE(outcome.testing);
  }
}

TEST(DkimKeyFindings, K_18_K_19_HashManyLengths) {
  // There is no limit to their number.
  Mail mail;
  mail.publish(TestKey::Ed25519);
  mail.body = std::string(500, 'x') + "\r\n";
  mail.options.max_signatures = 40;
  mail.options.refuse_body_length = false;
  for (std::size_t i = 0; i < 50; ++i) {
    mail.sign({.key = TestKey::Ed25519, .body_length = 10 * i});
  }
  std::vector<std::string> want(50, verdict(DkimResult::Policy, DkimCause::Limit));
  std::fill_n(want.begin(), 40, kPass);
  expect_finding({"lengths", [&mail] { return mail; }, want});
}

}  // namespace
}  // namespace waarmerk::policy::dkim
