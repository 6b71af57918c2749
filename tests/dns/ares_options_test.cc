// Which servers are believed.
#include <gtest/gtest.h>

#include "dns/ares_resolver.h"

namespace waarmerk::dns {
namespace {

// E-10
TEST(AresOptions, OnlyLoopbackAndListedServersAreBelieved) {
  AresOptions options;
  const auto ip = [](const char* text) { return IpAddress::parse(text).value(); };
  options.trusted = {ip("192.0.2.53")};
  for (const Security said : {Security::Secure, Security::Insecure, Security::Bogus}) {
    for (const char* near : {"127.0.0.1", "127.0.0.53", "::1", "192.0.2.53"}) {
      EXPECT_EQ(options.judge(ip(near), said), said) << near;
    }
    for (const char* far : {"192.0.2.54", "2001:db8::53", "128.0.0.1"}) {
      EXPECT_EQ(options.judge(ip(far), said), Security::Unknown) << far;
    }
  }
}

}  // namespace
}  // namespace waarmerk::dns
