// Attacks on the seams between HELO, MAIL FROM, signatures and From: where two parts of a mail
// system read the same octets in two ways, one may be shown an author that the other never checked.
// Each is refused or at least not believed, and the honest mail beside it passes.
#include <gtest/gtest.h>

#include "tests/cli/whole_chain.h"

namespace waarmerk::cli {
namespace {

using std::string_literals::operator""s;

/// From a client that may send for offers.example, with `mail_from` as the envelope.
Mail enveloped(std::string mail_from, Mail mail = {}) {
  mail = from_elsewhere(std::move(mail));
  mail.mail_from = std::move(mail_from);
  return mail;
}
/// The null reverse-path beside a HELO name.
Mail bounce(std::string helo, Mail mail) {
  mail.mail_from.clear();
  mail.helo = std::move(helo);
  return mail;
}
/// Signed by the attacker, whose d= and s= are odd.
Mail oddly_signed(std::string domain, std::string selector = "sel") {
  return signed_as({.key = support::TestKey::OtherRsa2048,
                    .domain = std::move(domain),
                    .selector = std::move(selector),
                    .names = {"From", "To", "Subject"}},
                   enveloped("ada@bank.example"));
}
/// Genuinely signed by the bank, taken and sent again with something added.
Mail replayed(std::vector<std::string> names, std::string on_top, std::string behind = {}) {
  Mail mail = signed_as({.domain = "bank.example", .names = std::move(names)}, from_elsewhere());
  mail.added_on_top = std::move(on_top);
  mail.added_to_body = std::move(behind);
  return mail;
}
Mail replayed_behind_length(std::string behind) {
  Mail mail =
      signed_as({.domain = "bank.example", .names = {"From", "To", "Subject"}, .body_length = 24},
                from_elsewhere());
  mail.added_to_body = std::move(behind);
  return mail;
}
Mail author(std::string value) {
  return written_by("From: " + std::move(value) + "\n", enveloped("x@offers.example"));
}
Mail honest_author(std::string value) { return written_by("From: " + std::move(value) + "\n"); }

/// A forgery by its signature, beside a signature of the bank.
Row against_signature(std::string name, std::string id, Mail trick) {
  return {std::move(name),
          std::move(id),
          std::move(trick),
          kForged,
          signed_by("bank.example", from_elsewhere()),
          kProvenBySignature};
}

/// Which identity was authenticated?
std::vector<Row> identities() {
  const std::string helo_passes = "mail.offers.example TXT v=spf1 ip4:198.51.100.66 -all\n";
  return {
      {"envelope_passes_for_the_attacker", "D-70", enveloped("x@offers.example"),
       "spf=pass dmarc=fail tag"},
      {"helo_passes_for_the_attacker", "D-70",
       enveloped("ada@bank.example", Mail{.zone = helo_passes}), kForged},
      {"helo_passes_for_the_victim_only", "D-70",
       Mail{.helo = "bank.example", .mail_from = "x@offers.example"}, kForged,
       Mail{.helo = "bank.example"}},
      {"empty_envelope_with_the_name_of_the_victim", "D-71",
       bounce("bank.example", from_elsewhere()), kForged, bounce("bank.example", {})},
      {"empty_envelope_with_the_name_of_the_attacker", "D-71",
       bounce("offers.example", from_elsewhere()), "spf=pass dmarc=fail tag",
       bounce("bank.example", {})},
      {"subdomain_that_was_never_there", "D-52",
       written_by("From: it@admin.bank.example\n", enveloped("it@admin.bank.example")),
       "spf=none dmarc=fail reject",
       written_by("From: it@admin.bank.example\n", signed_by("bank.example", {}))},
  };
}

/// Octets in d=, s= and MAIL FROM at which one reader stops and another does not.
std::vector<Row> special_octets() {
  return {
      against_signature("nul_in_the_signing_domain", "K-02",
                        oddly_signed("bank.example\0.offers.example"s)),
      against_signature("parenthesis_in_the_signing_domain", "K-02",
                        oddly_signed("bank.example(.offers.example")),
      against_signature("quote_in_the_signing_domain", "K-02",
                        oddly_signed("bank.example'.offers.example")),
      against_signature("quoted_signing_domain", "K-02",
                        oddly_signed("\"bank.example\".offers.example")),
      against_signature("nul_in_the_selector", "K-02",
                        oddly_signed("offers.example", "sel\0._domainkey.bank.example"s)),
      against_signature("selector_that_leads_elsewhere", "K-12",
                        oddly_signed("offers.example", "sel._domainkey.offers.example.x")),
      {"parenthesis_in_the_envelope", "R-11", enveloped("x@bank.example(.offers.example"),
       "spf=none dmarc=fail reject"},
      {"quote_in_the_envelope", "R-11", enveloped("x@bank.example'.offers.example"),
       "spf=none dmarc=fail reject"},
      {"nul_in_the_envelope", "R-11", enveloped("x@bank.example\0.offers.example"s),
       "spf=none dmarc=fail reject"},
      {"two_addresses_in_the_envelope", "R-11", enveloped("ada@bank.example,x@offers.example"),
       "spf=pass dmarc=fail tag"},
  };
}

/// Which From field, and what counts as one?
std::vector<Row> from_fields() {
  const std::string refused = "spf=pass dmarc=fail reject";
  const std::string unread = "spf=pass dmarc=- reject";
  const Mail own = enveloped("x@offers.example");
  return {
      {"victim_above_the_attacker", "D-03",
       written_by("From: ada@bank.example\nFrom: x@offers.example\n", own), refused},
      {"victim_below_the_attacker", "D-03",
       written_by("From: x@offers.example\nFrom: ada@bank.example\n", own), refused},
      {"space_before_the_colon", "D-14",
       written_by("From : ada@bank.example\nFrom: x@offers.example\n", own), refused,
       written_by("From : ada@bank.example\n")},
      {"tab_before_the_colon_in_small_letters", "D-14",
       written_by("from\t: ada@bank.example\nFrom: x@offers.example\n", own), refused,
       written_by("from\t: ada@bank.example\n")},
      {"folded_before_the_address", "D-10", written_by("From:\n  ada@bank.example\n", own),
       "spf=pass dmarc=fail tag", written_by("From:\n  ada@bank.example\n")},
      {"sender_instead_of_from", "D-15", written_by("Sender: ada@bank.example\n", own), unread,
       written_by("From: ada@bank.example\nSender: x@offers.example\n")},
      {"resent_from_instead_of_from", "D-15", written_by("Resent-From: ada@bank.example\n", own),
       unread, written_by("From: ada@bank.example\nResent-From: x@offers.example\n")},
      {"sender_signs_and_passes", "D-15",
       signed_by("offers.example",
                 written_by("From: ada@bank.example\nSender: x@offers.example\n", own)),
       "spf=pass dmarc=fail tag"},
  };
}

/// Which address in the From field?
std::vector<Row> from_addresses() {
  const std::string failed = "spf=pass dmarc=fail tag";
  const std::string unread = "spf=pass dmarc=- reject";
  const auto row = [](std::string name, std::string id, std::string trick, std::string end,
                      std::string honest) {
    return Row{std::move(name), std::move(id), author(std::move(trick)), std::move(end),
               honest_author(std::move(honest))};
  };
  return {
      row("several_addresses", "D-05", "<x@offers.example>, <ada@bank.example>", failed,
          "<eve@bank.example>, <ada@bank.example>"),
      row("address_beside_an_address", "D-02", "<ada@bank.example> <x@offers.example>", unread,
          "<ada@bank.example>"),
      row("all_in_an_encoded_word", "D-12", "=?utf-8?B?YWRhQGJhbmsuZXhhbXBsZQ==?=", unread,
          "=?utf-8?B?QWRh?= <ada@bank.example>"),
      row("encoded_word_inside_brackets", "D-12", "<=?utf-8?Q?ada=40bank.example?=>", unread,
          "=?utf-8?Q?Ad=61?= <ada@bank.example>"),
      row("route_through_the_attacker", "D-10", "<@offers.example:ada@bank.example>", failed,
          "<@relay.example:ada@bank.example>"),
      row("routes_through_several", "D-10", "<@offers.example,@x.example:ada@bank.example>", failed,
          "<@relay.example,@x.example:ada@bank.example>"),
      row("address_in_a_comment", "D-09", "ada@bank.example (x@offers.example)", failed,
          "ada@bank.example (Ada)"),
      row("comment_inside_the_domain", "D-10", "ada@bank(x@offers.example).example", failed,
          "ada@bank(Ada).example"),
      row("quoted_pair_outside_quotes", "D-02", "<ada@bank.example\\,x@offers.example>", unread,
          "\"A\\,da\" <ada@bank.example>"),
      row("two_at_signs", "D-02", "<ada@bank.example@offers.example>", unread,
          "<\"ada@offers.example\"@bank.example>"),
      row("address_behind_the_brackets", "D-02", "<ada@bank.example>x@offers.example", unread,
          "Ada <ada@bank.example>"),
      row("semicolon_between", "D-02", "ada@bank.example;x@offers.example", unread,
          "Staff: ada@bank.example, eve@bank.example;"),
      row("quote_never_closed", "D-02", "\"Ada <ada@bank.example>, <x@offers.example>", unread,
          "\"Ada\" <ada@bank.example>"),
      row("nul_in_the_address", "D-02", "<ada@bank.example\0@offers.example>"s, unread,
          "<ada@bank.example>"),
      row("address_as_a_name_without_quotes", "D-02", "x@offers.example <ada@bank.example>", unread,
          "ada@bank.example <ada@bank.example>"),
  };
}

/// What a right signature does not cover.
std::vector<Row> replays() {
  const std::vector<std::string> once = {"From", "To", "Subject"};
  const std::vector<std::string> twice = {"From", "From", "To", "To", "Subject", "Subject"};
  const auto row = [](std::string name, std::string id, Mail trick, std::string end, Mail honest) {
    return Row{std::move(name), std::move(id),     std::move(trick),
               std::move(end),  std::move(honest), kProvenBySignature};
  };
  return {
      row("from_added_to_a_signed_mail", "D-03", replayed(once, "From: Boss <boss@bank.example>\n"),
          "spf=fail dmarc=pass reject", replayed(once, "")),
      row("subject_added_to_a_signed_mail", "K-15", replayed(twice, "Subject: Pay now\n"), kForged,
          replayed(twice, "X-Loop: yes\n")),
      row("text_behind_the_signed_body", "K-18", replayed(once, "", "Pay to this account.\n"),
          "spf=fail dmarc=fail tag", replayed(once, "")),
      row("text_behind_the_signed_length", "K-18", replayed_behind_length("Pay to this account.\n"),
          "spf=fail dmarc=fail tag", replayed_behind_length("")),
      row("from_not_signed", "K-03",
          signed_as({.domain = "bank.example", .names = {"To", "Subject"}}, from_elsewhere()),
          kForged, replayed(once, "")),
  };
}

class ComposedAttackTest : public testing::TestWithParam<Row> {};

TEST_P(ComposedAttackTest, IsNotBelieved) {
  EXPECT_EQ(outcome(send(GetParam().trick)), GetParam().trick_ends_as);
  EXPECT_EQ(outcome(send(GetParam().honest)), GetParam().honest_ends_as);
}

std::string name_of(const testing::TestParamInfo<Row>& row) { return row.param.name; }
INSTANTIATE_TEST_SUITE_P(Identities, ComposedAttackTest, testing::ValuesIn(identities()), name_of);
INSTANTIATE_TEST_SUITE_P(Octets, ComposedAttackTest, testing::ValuesIn(special_octets()), name_of);
INSTANTIATE_TEST_SUITE_P(FromFields, ComposedAttackTest, testing::ValuesIn(from_fields()), name_of);
INSTANTIATE_TEST_SUITE_P(Addresses, ComposedAttackTest, testing::ValuesIn(from_addresses()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Replays, ComposedAttackTest, testing::ValuesIn(replays()), name_of);

}  // namespace
}  // namespace waarmerk::cli
