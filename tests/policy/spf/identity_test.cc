// The identities that a client shows. RFC 7208 2.3, 2.4, 4.3
#include "policy/spf/identity.h"

#include <gtest/gtest.h>

#include <ostream>

namespace waarmerk::policy::spf {
namespace {

const auto kRowName = [](const auto& row) { return row.param.name; };

struct Row {
  std::string name;
  std::string mail_from;
  std::string helo;
  std::string want;  ///< local part "@" domain; "-" for no domain
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << '<' << row.mail_from << "> from " << row.helo;
}

std::string text(const Identity& identity) {
  return identity.local_part + "@" + (identity.domain ? identity.domain->text() : "-");
}

class MailFromIdentity : public testing::TestWithParam<Row> {};

TEST_P(MailFromIdentity, IsReadAsTheRfcSays) {
  EXPECT_EQ(text(mail_from_identity(GetParam().mail_from, GetParam().helo)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    S_03_S_04_S_06, MailFromIdentity,
    testing::Values(
        Row{"mailbox", "user@Example.COM", "mx.example.org", "user@example.com"},
        Row{"null_path", "", "mx.example.org", "postmaster@mx.example.org"},
        Row{"null_path_of_a_literal", "", "[192.0.2.1]", "postmaster@-"},
        Row{"null_path_of_one_label", "", "localhost", "postmaster@-"},
        Row{"null_path_without_helo", "", "", "postmaster@-"},
        Row{"no_local_part", "@example.com", "mx.example.org", "postmaster@example.com"},
        Row{"no_at", "example.com", "mx.example.org", "postmaster@example.com"},
        Row{"only_a_user", "user", "mx.example.org", "postmaster@-"},
        Row{"quoted_at", "\"a@b\"@example.com", "mx.example.org", "\"a@b\"@example.com"},
        Row{"address_literal", "user@[192.0.2.1]", "mx.example.org", "user@-"},
        Row{"ipv6_literal", "user@[IPv6:2001:db8::1]", "mx.example.org", "user@-"},
        Row{"bare_address", "user@192.0.2.1", "mx.example.org", "user@-"},
        Row{"one_label", "user@localhost", "mx.example.org", "user@-"},
        Row{"empty_label", "user@a...example.com", "mx.example.org", "user@-"},
        Row{"long_label", "user@" + std::string(64, 'a') + ".example.com", "mx.example.org",
            "user@-"},
        Row{"longest_label", "user@" + std::string(63, 'a') + ".example.com", "mx.example.org",
            "user@" + std::string(63, 'a') + ".example.com"},
        Row{"line_break", "user@example.com\r\nX: y", "mx.example.org", "user@-"},
        Row{"source_route", "@a.example,@b.example:user@example.com", "mx.example.org",
            "user@example.com"},
        Row{"colon_in_a_local_part", "a:b@example.com", "mx.example.org", "a:b@example.com"},
        Row{"final_dot", "user@example.com.", "mx.example.org", "user@example.com"}),
    kRowName);

INSTANTIATE_TEST_SUITE_P(I_01_I_04, MailFromIdentity,
                         testing::Values(Row{"u_label",
                                             "user@b\xc3\xbc"
                                             "cher.example",
                                             "mx.example.org", "user@xn--bcher-kva.example"},
                                         Row{"ideographic_dot",
                                             "user@example\xe3\x80\x82"
                                             "com",
                                             "mx.example.org", "user@example.com"},
                                         Row{"non_ascii_local_part", "jos\xc3\xa9@example.com",
                                             "mx.example.org", "jos\xc3\xa9@example.com"},
                                         Row{"invalid_utf8",
                                             "user@b\xfc"
                                             "cher.example",
                                             "mx.example.org", "user@-"},
                                         Row{"a_label_that_does_not_decode",
                                             "user@xn--\x61\x2d\x2d.example", "mx.example.org",
                                             "user@-"}),
                         kRowName);

class HeloIdentity : public testing::TestWithParam<Row> {};

TEST_P(HeloIdentity, IsReadAsTheRfcSays) {
  EXPECT_EQ(text(helo_identity(GetParam().helo)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    S_01_I_02, HeloIdentity,
    testing::Values(Row{"name", "", "MX.example.org", "postmaster@mx.example.org"},
                    Row{"a_label", "", "xn--bcher-kva.example", "postmaster@xn--bcher-kva.example"},
                    Row{"u_label", "",
                        "b\xc3\xbc"
                        "cher.example",
                        "postmaster@-"},
                    Row{"one_label", "", "OEMCOMPUTER", "postmaster@-"},
                    Row{"literal", "", "[192.0.2.1]", "postmaster@-"},
                    Row{"bare_address", "", "192.0.2.1", "postmaster@-"},
                    Row{"bare_ipv6_address", "", "2001:db8::1", "postmaster@-"},
                    Row{"nothing", "", "", "postmaster@-"},
                    Row{"stray_characters", "", "JUMPIN' JUPITER.example", "postmaster@-"}),
    kRowName);

}  // namespace
}  // namespace waarmerk::policy::spf
