// What is looked at before what is changed, and what is never looked at: fields that arrive, texts
// inside the body, addresses in traces.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "tests/cli/whole_chain.h"

namespace waarmerk::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kClaim = "Authentication-Results: mx.example.org; dmarc=pass\n";

Mail with_header(std::string more, Mail mail = {}) {
  mail.header += more;
  return mail;
}

Mail signed_with(std::vector<std::string> names, Mail mail) {
  return signed_as({.domain = "bank.example", .names = std::move(names)}, std::move(mail));
}

std::string our_field(const ChainOutput& output) {
  const auto& added = output.actions.add;
  return added.empty() ? std::string() : added.back().value;
}

/// A signature may cover the very field that has to go. It is judged on the message as it came.
/// K-25
TEST(OrderOfWork, R_19_VerifiesBeforeItRemoves) {
  const std::vector<std::string> names{"From", "To", "Subject", "Authentication-Results"};
  const auto output = send(signed_with(names, with_header(kClaim, from_elsewhere())));
  EXPECT_EQ(outcome(output), std::string(kProvenBySignature) + " removed=1");
  EXPECT_THAT(our_field(output), HasSubstr("dkim=pass"));
}

TEST(OrderOfWork, R_19_SeesAFieldThatWasAddedToASignedName) {
  const std::vector<std::string> names{"From", "To", "Subject", "Authentication-Results"};
  Mail mail = signed_with(names, from_elsewhere());
  mail.added_on_top = kClaim;
  EXPECT_EQ(outcome(send(mail)), kForged);
}

Mail with_attachment(const std::string& inside, Mail mail = {}) {
  mail.header += "Content-Type: message/rfc822\n";
  mail.body = inside + "From: ada@bank.example\nSubject: inside\n\nHello.\n";
  return mail;
}

TEST(OrderOfWork, R_25_ReadsNoFieldInsideTheBody) {
  EXPECT_EQ(outcome(send(with_attachment(kClaim, from_elsewhere()))), kForged);
  EXPECT_EQ(outcome(send(with_attachment(kClaim))), kGenuine) << "nothing is removed from a body";
  EXPECT_EQ(outcome(send(with_header(kClaim))), std::string(kGenuine) + " removed=1");
}

/// Whoever wrote them: results of others decide nothing, known words or not.
TEST(OrderOfWork, R_24_ReadsPastWhatOthersFound) {
  const std::string others =
      "Authentication-Results: mx.other.example; dmarc=pass header.from=bank.example\n"
      "Authentication-Results: mx.other.example; strange=odd new.thing=x; spf=sound policy.y=z\n";
  EXPECT_EQ(outcome(send(with_header(others, from_elsewhere()))), kForged);
  EXPECT_EQ(outcome(send(with_header(others))), kGenuine);
}

TEST(UnknownWords, R_24_AreReadAsTheyStand) {
  const auto read = policy::parse_auth_results(
      "mx.other.example; strange=odd new.thing=x; dkim=splendid header.d=a.example");
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->tolerated);
  ASSERT_EQ(read->results.size(), 2U);
  EXPECT_EQ(read->results[0].method, "strange");
  EXPECT_EQ(read->results[1].result, "splendid");
}

/// A message of other scripts: names as A-labels, and no local part at all.
TEST(OurField, R_26_IsAsciiWhateverTheMessageIs) {
  Mail mail;
  mail.mail_from =
      "j\xC3\xB6rg@b\xC3\xBC"
      "cher.example";
  mail.from =
      "From: J\xC3\xB6rg <j\xC3\xB6rg@b\xC3\xBC"
      "cher.example>\n";
  mail.zone =
      "_dmarc.xn--bcher-kva.example TXT v=DMARC1; p=reject\n"
      "xn--bcher-kva.example TXT v=spf1 ip4:192.0.2.0/24 -all\n";
  const auto output = send(mail);
  EXPECT_EQ(outcome(output), kGenuine);
  const std::string field = our_field(output);
  EXPECT_TRUE(is_all_ascii(field)) << field;
  EXPECT_THAT(field, HasSubstr("smtp.mailfrom=xn--bcher-kva.example"));
  EXPECT_THAT(field, HasSubstr("header.from=xn--bcher-kva.example"));
  EXPECT_THAT(field, Not(HasSubstr("@")));
}

/// Traces name addresses that would be authorised, or not: the mail server's word counts.
TEST(ClientAddress, S_05_M_49_IsNeverTakenFromATrace) {
  const std::string authorised =
      "Received: from mail.bank.example ([192.0.2.7]) by mx.example.org; 1 May 2026 00:00 +0000\n"
      "X-Originating-IP: [192.0.2.7]\n";
  EXPECT_EQ(outcome(send(with_header(authorised, from_elsewhere()))), kForged);
  const std::string strange =
      "Received: from mail.offers.example ([198.51.100.66]) by relay.example.org; 1 May 2026\n";
  EXPECT_EQ(outcome(send(with_header(strange))), kGenuine);
}

}  // namespace
}  // namespace waarmerk::cli
