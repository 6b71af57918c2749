#include "milter/message_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "policy/auth_results.h"
#include "tests/milter/session_fixture.h"

namespace waarmerk::milter {
namespace {

using policy::kMaxFields;
using policy::kMaxHeaderBytes;
using support::TestLookup;

struct AddressCase {
  std::string name;
  std::string argument;
  std::string want;
};
std::ostream& operator<<(std::ostream& out, const AddressCase& row) { return out << row.argument; }

class EnvelopeAddress : public testing::TestWithParam<AddressCase> {};

TEST_P(EnvelopeAddress, IsTheBareAddress) {
  EXPECT_EQ(envelope_address(GetParam().argument), GetParam().want);
}

// M-19
INSTANTIATE_TEST_SUITE_P(
    Table, EnvelopeAddress,
    testing::Values(
        AddressCase{"Brackets", "<a@example.com>", "a@example.com"},
        AddressCase{"NoBrackets", "a@example.com", "a@example.com"},
        AddressCase{"NullPath", "<>", ""}, AddressCase{"Nothing", "", ""},
        AddressCase{"Spaces", " <a@example.com> ", "a@example.com"},
        AddressCase{"UpperCaseStays", "<A@Example.COM>", "A@Example.COM"},
        AddressCase{"SourceRoute", "<@relay.example,@b.example:a@example.com>", "a@example.com"},
        AddressCase{"RouteWithoutEnd", "<@relay.example>", "@relay.example"},
        AddressCase{"QuotedLocalPart", "<\"a>:b\"@example.com>", "\"a>:b\"@example.com"},
        AddressCase{"Utf8", "<\xC3\xA9@example.com>", "\xC3\xA9@example.com"}),
    [](const auto& row) { return row.param.name; });

class MessageContextTest : public testing::Test {
 protected:
  MessageContext make(policy::Exemption exemption = policy::Exemption::None) {
    return MessageContext(std::make_shared<const policy::Settings>(),
                          {.client = {}, .mail_from = "a@example.com", .exemption = exemption},
                          lookup);
  }

  TestLookup lookup{"example.com TXT v=spf1 -all\n"};
  policy::dkim::KeyCache keys;
};

TEST_F(MessageContextTest, KeepsFieldsOctetForOctet) {
  auto message = std::make_unique<MessageContext>(std::make_shared<const policy::Settings>(),
                                                  MessageContext::Origin{}, lookup);
  message->add_field({"Subject ", "\tx\r\n y"});
  ASSERT_EQ(message->fields().size(), 1U);
  EXPECT_EQ(message->fields()[0], (policy::HeaderField{"Subject ", "\tx\r\n y"}));
}

TEST_F(MessageContextTest, BoundsTheNumberOfFields) {
  MessageContext message = make();
  for (std::size_t i = 0; i < kMaxFields + 10; ++i) message.add_field({"X", " y"});
  EXPECT_EQ(message.fields().size(), kMaxFields);
  EXPECT_TRUE(message.parts().oversized_header);
  EXPECT_EQ(message.fault(), "");
  EXPECT_EQ(message.failure(), "");
}

TEST_F(MessageContextTest, BoundsTheOctetsOfFields) {
  MessageContext message = make();
  for (int i = 0; i < 10; ++i) message.add_field({"X", std::string(kMaxHeaderBytes / 4, 'y')});
  EXPECT_LE(message.fields().size(), 4U);
  EXPECT_TRUE(message.parts().oversized_header);
}

TEST_F(MessageContextTest, TakesALongHeaderThatIsWithinBounds) {
  MessageContext message = make();
  for (int i = 0; i < 1000; ++i) message.add_field({"Received", std::string(1000, 'y')});
  EXPECT_EQ(message.fields().size(), 1000U);
  EXPECT_FALSE(message.parts().oversized_header);
}

/// Padding must hide neither a second author nor a forged result.
TEST_F(MessageContextTest, SeesImportantFieldsBeyondTheBounds) {
  MessageContext message = make();
  for (std::size_t i = 0; i < kMaxFields + 10; ++i) message.add_field({"X", " y"});
  message.add_field({"from", " a@example.com"});
  message.add_field({"Authentication-Results", " mx.example.org; dmarc=pass"});
  message.add_field({"X-Waarmerk-Action", " none"});
  EXPECT_EQ(message.fields().size(), kMaxFields + 3);
  EXPECT_EQ(policy::forged_fields(message.fields(), {"mx.example.org"}).size(), 2U);
}

TEST_F(MessageContextTest, BoundsImportantFieldsAsWell) {
  MessageContext message = make();
  for (std::size_t i = 0; i < 3 * kMaxFields; ++i) message.add_field({"From", " a@example.com"});
  EXPECT_EQ(message.fields().size(), 2 * kMaxFields);
}

/// More of them than are kept are no reason to hold the message up.
TEST_F(MessageContextTest, BoundsRecipientsButCountsThem) {
  MessageContext message = make();
  for (std::size_t i = 0; i < kMaxRecipients + 5; ++i) message.add_recipient("a@example.org");
  EXPECT_EQ(message.parts().recipients.size(), kMaxRecipients);
  EXPECT_EQ(message.parts().recipient_count, kMaxRecipients + 5);
  EXPECT_TRUE(message.fault().empty());
}

TEST_F(MessageContextTest, BoundsTheOctetsOfRecipients) {
  MessageContext message = make();
  for (int i = 0; i < 20; ++i) message.add_recipient(std::string(kMaxRecipientBytes / 10, 'a'));
  EXPECT_EQ(message.parts().recipients.size(), 10U);
  EXPECT_EQ(message.parts().recipient_count, 20U);
}

TEST_F(MessageContextTest, HasAFaultWhenNotEveryClaimCanBeRemoved) {
  MessageContext message = make();
  for (std::size_t i = 0; i < 3 * kMaxFields; ++i) message.add_field({"X-Waarmerk-Action", " x"});
  EXPECT_EQ(message.fault(), "");
  message.add_field({"X-Waarmerk-Action", " x"});
  EXPECT_EQ(message.fault(), "more fields that could be ours than can be removed");
}

TEST_F(MessageContextTest, BoundsPrefetches) {
  MessageContext message = make();
  for (int i = 0; i < 500; ++i) {
    const std::string tags =
        " v=1; a=rsa-sha256; s=s; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=YQ==; "
        "d=d";
    message.add_field({"DKIM-Signature", tags + std::to_string(i) + ".example"});
    message.add_field({"From", " a@a" + std::to_string(i) + ".example"});
  }
  // Three names of the envelope, ten keys, and the walks of three signers and three authors.
  EXPECT_EQ(lookup.prefetched.size(), 20U);
}

TEST_F(MessageContextTest, RefusesFieldsAfterTheHeader) {
  MessageContext message = make();
  message.add_field({"From", " a@example.com"});
  message.end_headers(keys);
  message.add_field({"From", " b@example.com"});
  EXPECT_EQ(message.fields().size(), 1U);
  EXPECT_FALSE(message.fault().empty());
}

TEST_F(MessageContextTest, VerifiesNothingOfAnOversizedHeader) {
  MessageContext message = make();
  message.add_field({"From", std::string(2 * kMaxHeaderBytes + 1, 'y')});
  message.end_headers(keys);
  EXPECT_EQ(message.parts().verifier, nullptr);
  EXPECT_FALSE(message.wants_body());
}

/// The name of the key holds the infix twice; the domain stands behind the last one.
TEST_F(MessageContextTest, IsNotMisledByASelector) {
  MessageContext message = make();
  message.add_field({"DKIM-Signature",
                     " v=1; a=rsa-sha256; d=signer.example; s=s._domainkey.other.example; h=from; "
                     "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=YQ=="});
  EXPECT_TRUE(lookup.has_prefetched("_dmarc.signer.example"));
  EXPECT_FALSE(lookup.has_prefetched("_dmarc.other.example._domainkey.signer.example"));
}

/// By the public suffix list only an author domain has records that matter.
TEST_F(MessageContextTest, T_20_AsksEarlyWhatTheListLeavesToBeAsked) {
  policy::Settings settings;
  settings.dmarc.org_domain = policy::DiscoveryMethod::Psl;
  MessageContext message(std::make_shared<const policy::Settings>(settings),
                         {.client = {}, .mail_from = "a@sender.example.com"}, lookup);
  EXPECT_FALSE(lookup.has_prefetched("_dmarc.sender.example.com"));
  message.add_field({"From", " a@news.example.co.uk"});
  EXPECT_TRUE(lookup.has_prefetched("_dmarc.news.example.co.uk"));
  EXPECT_TRUE(lookup.has_prefetched("_dmarc.example.co.uk"));
  EXPECT_FALSE(lookup.has_prefetched("_dmarc.co.uk"));
}

TEST_F(MessageContextTest, VerifiesNothingAfterAFailure) {
  MessageContext message = make();
  message.add_field({"From", " a@example.com"});
  message.end_headers(keys);
  EXPECT_NE(message.parts().verifier, nullptr);
  message.fail("first");
  message.fail("second");
  EXPECT_EQ(message.parts().verifier, nullptr);
  EXPECT_EQ(message.parts().internal_error, "first");
  EXPECT_FALSE(message.wants_body());
}

TEST_F(MessageContextTest, VerifiesNothingOfExemptMail) {
  MessageContext message = make(policy::Exemption::Loopback);
  message.add_field({"From", " a@example.com"});
  message.end_headers(keys);
  EXPECT_EQ(message.parts().verifier, nullptr);
  EXPECT_TRUE(lookup.prefetched.empty());
}

}  // namespace
}  // namespace waarmerk::milter
