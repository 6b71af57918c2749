#include "base/mail_address.h"

#include <gtest/gtest.h>

#include <string>

namespace waarmerk {
namespace {

TEST(MailAddress, TakesWhatCanBeWrittenAnywhere) {
  for (const char* text : {"reports@example.org", "a.b+c=d@example.org", "x@sub.example.org",
                           "!#$%&'*/?^_`{|}~-@example.org"}) {
    const auto address = MailAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
  EXPECT_EQ(MailAddress::parse("Ruf@Example.ORG.")->text(), "Ruf@example.org");
  EXPECT_EQ(MailAddress::parse("a@b\xc3\xbc"
                               "cher.example")
                ->domain()
                .text(),
            "xn--bcher-kva.example");
  EXPECT_TRUE(MailAddress::parse(std::string(64, 'a') + "@example.org"));
}

TEST(MailAddress, RefusesTheRest) {
  for (const std::string text :
       {"", "@", "a", "a@", "@example.org", ".a@example.org", "a.@example.org", "a..b@example.org",
        "\"a b\"@example.org", "a b@example.org", "a@b@example.org", "<a@example.org>",
        "a@[192.0.2.1]", "a@example.org>", "a@example.org\r\nBcc: b@example.org", "a,b@example.org",
        "\xc3\xbc@example.org", "a\x01@example.org"}) {
    EXPECT_FALSE(MailAddress::parse(text)) << text;
  }
  EXPECT_FALSE(MailAddress::parse(std::string(65, 'a') + "@example.org"));
}

}  // namespace
}  // namespace waarmerk
