#include "milter/macros.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <string>

#include "tests/milter/session_fixture.h"

namespace waarmerk::milter {
namespace {

using support::RecordingMta;

// M-06
TEST(MacroRequests, NameEachStageOnceAndFewEnough) {
  std::set<Stage> stages;
  for (const MacroRequest& request : macro_requests()) {
    EXPECT_TRUE(stages.insert(request.stage).second);
    const std::string names = request.names;
    EXPECT_LT(std::ranges::count(names, ' '), 50);
    EXPECT_EQ(names.find("  "), std::string::npos);
  }
  EXPECT_EQ(stages.size(), 6U);
}

struct NameCase {
  std::string name;
  std::string host;
  std::map<std::string, std::string> macros;
  ReverseName want;
};
std::ostream& operator<<(std::ostream& out, const NameCase& row) { return out << row.name; }

class ReverseNames : public testing::TestWithParam<NameCase> {};

TEST_P(ReverseNames, AreRead) {
  RecordingMta mta;
  mta.macros = GetParam().macros;
  const ReverseName got = reverse_name(mta, GetParam().host);
  EXPECT_EQ(got.name, GetParam().want.name);
  EXPECT_EQ(got.iprev, GetParam().want.iprev);
}

// M-15
INSTANTIATE_TEST_SUITE_P(
    Table, ReverseNames,
    testing::Values(
        NameCase{"SendmailOk",
                 "mail.example.net",
                 {{"{client_resolve}", "OK"}},
                 {"mail.example.net", "pass"}},
        NameCase{"SendmailForged", "[192.0.2.1]", {{"{client_resolve}", "FORGED"}}, {"", "fail"}},
        NameCase{"SendmailForgedWithName",
                 "mail.example.net",
                 {{"{client_resolve}", "FORGED"}},
                 {"", "fail"}},
        NameCase{"SendmailTemp", "[192.0.2.1]", {{"{client_resolve}", "TEMP"}}, {"", "temperror"}},
        NameCase{"SendmailFail", "[192.0.2.1]", {{"{client_resolve}", "FAIL"}}, {"", "permerror"}},
        NameCase{"PostfixOk",
                 "mail.example.net",
                 {{"{client_name}", "mail.example.net"}, {"{client_ptr}", "mail.example.net"}},
                 {"mail.example.net", "pass"}},
        NameCase{"PostfixForged",
                 "[192.0.2.1]",
                 {{"{client_name}", "unknown"}, {"{client_ptr}", "mail.example.net"}},
                 {"", "fail"}},
        NameCase{"PostfixNone",
                 "[192.0.2.1]",
                 {{"{client_name}", "unknown"}, {"{client_ptr}", "unknown"}},
                 {"", "permerror"}},
        NameCase{"NoMacros", "mail.example.net", {}, {"mail.example.net", ""}},
        NameCase{"NothingAtAll", "", {}, {"", ""}},
        NameCase{"StrangeWord",
                 "mail.example.net",
                 {{"{client_resolve}", "MAYBE"}},
                 {"mail.example.net", ""}}),
    [](const auto& row) { return row.param.name; });

TEST(TlsMacros, AreReadTogether) {
  RecordingMta mta;
  mta.macros = {{"{tls_version}", "TLSv1.3"}, {"{cipher}", "TLS_AES_256_GCM_SHA384"},
                {"{cipher_bits}", "256"},     {"{verify}", "OK"},
                {"{cert_subject}", "/CN=c"},  {"{cert_issuer}", "/CN=ca"}};
  const policy::Tls want{.version = "TLSv1.3",
                         .cipher = "TLS_AES_256_GCM_SHA384",
                         .bits = 256,
                         .verify = "OK",
                         .cert_subject = "/CN=c",
                         .cert_issuer = "/CN=ca"};
  EXPECT_EQ(tls(mta), want);
}

TEST(TlsMacros, AreNothingWithoutAVersion) {
  RecordingMta mta;
  mta.macros = {{"{verify}", "NONE"}, {"{cipher}", "x"}};
  EXPECT_EQ(tls(mta), policy::Tls());
}

TEST(TlsMacros, TakeNoNonsenseForBits) {
  RecordingMta mta;
  mta.macros = {{"{tls_version}", "TLSv1.3"}, {"{cipher_bits}", "99999999999999999999"}};
  EXPECT_EQ(tls(mta).bits, 0U);
}

TEST(LoginMacros, NeedAnIdentity_M_45) {
  RecordingMta mta;
  mta.macros = {{"{auth_type}", "PLAIN"}};
  EXPECT_EQ(login(mta), policy::Login());
  mta.macros["{auth_authen}"] = "";
  EXPECT_EQ(login(mta), policy::Login());
  mta.macros["{auth_authen}"] = "user";
  EXPECT_EQ(login(mta), (policy::Login{.mechanism = "PLAIN", .name = "user"}));
  mta.macros.erase("{auth_type}");
  EXPECT_EQ(login(mta), (policy::Login{.mechanism = "", .name = "user"}));
}

}  // namespace
}  // namespace waarmerk::milter
