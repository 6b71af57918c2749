// Names of types and outcomes, and which outcomes are errors.
#include "dns/types.h"

#include <gtest/gtest.h>

#include "tests/support/dns_values.h"

namespace waarmerk::dns {
namespace {

using test::ask;

TEST(DnsTypes, EveryNameLeadsBackToItsValue) {
  for (const Type type : {Type::A, Type::Ns, Type::Cname, Type::Soa, Type::Ptr, Type::Mx, Type::Txt,
                          Type::Aaaa, Type::Tlsa}) {
    EXPECT_EQ(type_from(to_string(type)), type);
  }
  for (const Status status :
       {Status::Found, Status::NoData, Status::NxDomain, Status::ServFail, Status::Refused,
        Status::Malformed, Status::Timeout, Status::Exhausted}) {
    EXPECT_EQ(status_from(to_string(status)), status);
  }
  for (const Security security :
       {Security::Secure, Security::Insecure, Security::Bogus, Security::Unknown}) {
    EXPECT_EQ(security_from(to_string(security)), security);
  }
}

TEST(DnsTypes, NamesAreReadInAnyCaseAndNothingElse) {
  EXPECT_EQ(type_from("aAAa"), Type::Aaaa);
  EXPECT_EQ(type_from("SPF"), std::nullopt);
  EXPECT_EQ(type_from(""), std::nullopt);
  EXPECT_EQ(status_from("found "), std::nullopt);
  EXPECT_EQ(security_from("yes"), std::nullopt);
}

// S-07, E-12, D-60: what says nothing about the name is an error, what denies it is none.
TEST(DnsTypes, DenialsAreAnswersAndFailuresAreErrors) {
  for (const Status status : {Status::Found, Status::NoData, Status::NxDomain}) {
    EXPECT_FALSE(is_error(status)) << status;
  }
  for (const Status status :
       {Status::ServFail, Status::Refused, Status::Malformed, Status::Timeout, Status::Exhausted}) {
    EXPECT_TRUE(is_error(status)) << status;
  }
}

//
TEST(DnsTypes, QuestionsAreEqualWhateverCaseAndFinalDot) {
  const std::hash<Question> hash;
  EXPECT_EQ(ask("Example.COM."), ask("example.com"));
  EXPECT_EQ(hash(ask("Example.COM.")), hash(ask("example.com")));
  EXPECT_NE(ask("example.com", Type::A), ask("example.com", Type::Txt));
  EXPECT_NE(ask("example.com"), ask("example.org"));
}

}  // namespace
}  // namespace waarmerk::dns
