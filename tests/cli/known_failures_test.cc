// Failures that were measured with filters in wide use, and ours beside them: for each trick or
// mishap what must come of it, and for the honest mail that looks like it.
#include <gtest/gtest.h>

#include "reporting/record.h"
#include "tests/cli/whole_chain.h"

namespace waarmerk::cli {
namespace {

Mail under(std::string header, Mail mail) {
  mail.added_on_top = std::move(header);
  return mail;
}
Mail forged_under(std::string header) { return under(std::move(header), from_elsewhere()); }
Mail configured(std::string settings, Mail mail) {
  mail.settings = std::move(settings);
  return mail;
}
Mail in_zone(std::string zone, Mail mail) {
  mail.whole_zone = std::move(zone);
  return mail;
}
Mail with_sender(std::string mail_from, Mail mail) {
  mail.mail_from = std::move(mail_from);
  return mail;
}

/// The bank with another DMARC record.
std::string published(const std::string& dmarc) {
  return "_dmarc.bank.example TXT " + dmarc + "\nbank.example TXT v=spf1 ip4:192.0.2.0/24 -all\n";
}
/// The bank with another SPF record.
std::string authorising(const std::string& spf) {
  return "_dmarc.bank.example TXT v=DMARC1; p=reject\nbank.example TXT " + spf + "\n";
}

/// Header fields are no evidence, whoever they seem to be from.
std::vector<Row> words_in_the_header() {
  const std::string claim = "; dkim=pass header.d=bank.example\n";
  return {
      {"results_in_our_name", "R-12",
       forged_under("Authentication-Results: mx.example.org" + claim), kForged,
       under("Authentication-Results: mx.example.org" + claim, {}),
       "spf=pass dmarc=pass accept removed=1"},
      {"our_name_among_comments", "R-13",
       forged_under("Authentication-Results: (c) mx.example.org (x)" + claim), kForged,
       under("Authentication-Results: (c) mx.example.org (x)" + claim, {}),
       "spf=pass dmarc=pass accept removed=1"},
      {"our_name_quoted", "R-13",
       forged_under("Authentication-Results: \"mx.example.org\"" + claim), kForged,
       under("Authentication-Results: \"mx.example.org\"" + claim, {}),
       "spf=pass dmarc=pass accept removed=1"},
      {"our_name_in_capitals", "R-13",
       forged_under("Authentication-Results: MX.EXAMPLE.ORG" + claim), kForged,
       under("Authentication-Results: MX.EXAMPLE.ORG" + claim, {}),
       "spf=pass dmarc=pass accept removed=1"},
      {"our_name_with_a_version", "R-15",
       forged_under("Authentication-Results: mx.example.org 1" + claim), kForged,
       under("Authentication-Results: mx.example.org 1" + claim, {}),
       "spf=pass dmarc=pass accept removed=1"},
      {"every_method_in_our_name", "R-18",
       forged_under("Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=bank.example\n"
                    "Authentication-Results: mx.example.org; arc=pass\n"
                    "Authentication-Results: mx.example.org; strange=pass\n"),
       kForged,
       under("Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=bank.example\n"
             "Authentication-Results: mx.example.org; arc=fail\n"
             "Authentication-Results: mx.example.org; strange=fail\n"
             "Authentication-Results: other.example; arc=fail\n",
             {}),
       "spf=pass dmarc=pass accept removed=3"},
      {"dkim_behind_another_method", "R-12",
       forged_under("Authentication-Results: mx.example.org; arc=pass" + claim), kForged,
       under("Authentication-Results: mx.example.org; arc=pass" + claim, {}),
       "spf=pass dmarc=pass accept removed=1"},
      {"received_spf_says_pass", "S-39",
       forged_under("Received-SPF: Pass identity=mailfrom; envelope-from=ada@bank.example\n"),
       kForged,
       under("Received-SPF: Fail identity=mailfrom; envelope-from=ada@bank.example\n", {})},
      {"arc_result_of_a_trusted_name", "P-04",
       configured("[policy]\nforwarder_domains = [\"offers.example\"]\n",
                  forged_under("Authentication-Results: mx.example.org; arc=pass "
                               "arc.chain=offers.example\n")),
       kForged,
       configured("[policy]\nforwarder_domains = [\"offers.example\"]\n",
                  signed_by("offers.example", from_elsewhere())),
       "spf=fail dmarc=fail tag"},
      {"arc_fields_of_nonsense", "P-04",
       forged_under("ARC-Seal: x\nARC-Authentication-Results: i=0; ;;\nARC-Seal: i=1; cv=pass\n"),
       kForged,
       under("ARC-Seal: x\nARC-Authentication-Results: i=0; ;;\nARC-Seal: i=1; cv=pass\n", {})},
  };
}

/// None, temporary, permanent, fail: four different things.
std::vector<Row> errors_that_are_results() {
  const std::string spf = "bank.example TXT v=spf1 ip4:192.0.2.0/24 -all\n";
  return {
      {"policy_not_reachable", "D-60",
       in_zone("_dmarc.bank.example TXT !SERVFAIL\n" + spf, from_elsewhere()),
       "spf=fail dmarc=temperror accept"},
      {"policy_times_out_and_deferring", "P-08",
       configured("[policy]\non_temperror = \"defer\"\n",
                  in_zone("_dmarc.bank.example TXT !TIMEOUT\n" + spf, from_elsewhere())),
       "spf=fail dmarc=temperror defer", configured("[policy]\non_temperror = \"defer\"\n", {})},
      {"spf_softfail_is_no_fail", "S-35",
       in_zone(authorising("v=spf1 ip4:192.0.2.0/24 ~all"), from_elsewhere()),
       "spf=softfail dmarc=fail reject", in_zone(authorising("v=spf1 ip4:192.0.2.0/24 ~all"), {})},
      {"spf_permerror_is_no_fail", "D-72",
       in_zone(authorising("v=spf1 ip4:192.0.2.0/24 ip4:1.2.3 -all"), from_elsewhere()),
       "spf=permerror dmarc=fail tag", in_zone(authorising("v=spf1 ip4:192.0.2.0/24 -all"), {})},
      {"spf_not_reachable_is_no_fail", "D-62", in_zone(authorising("!SERVFAIL"), from_elsewhere()),
       "spf=temperror dmarc=temperror accept"},
      {"key_of_a_stranger_not_reachable", "D-62",
       in_zone(published("v=DMARC1; p=reject") + "sel._domainkey.offers.example TXT !SERVFAIL\n",
               signed_by("offers.example", from_elsewhere())),
       kForged,
       in_zone(published("v=DMARC1; p=reject") + "sel._domainkey.offers.example TXT !SERVFAIL\n",
               signed_by("offers.example"))},
      {"walk_of_the_signer_not_reachable", "T-19",
       in_zone(published("v=DMARC1; p=reject") + "sel._domainkey.news.bank.example TXT " +
                   support::key_record(support::TestKey::Rsa2048) +
                   "\n_dmarc.news.bank.example TXT !SERVFAIL\n",
               signed_by("news.bank.example", from_elsewhere())),
       "spf=fail dmarc=temperror accept",
       in_zone(published("v=DMARC1; p=reject") + "sel._domainkey.news.bank.example TXT " +
                   support::key_record(support::TestKey::Rsa2048) + "\n",
               signed_by("news.bank.example", from_elsewhere())),
       kProvenBySignature},
      {"walk_of_a_stranger_not_reachable", "T-19",
       signed_by("offers.example",
                 from_elsewhere(Mail{.zone = "_dmarc.offers.example TXT !SERVFAIL\n"})),
       kForged, Mail{.zone = "_dmarc.offers.example TXT !SERVFAIL\n"}},
      {"spf_of_a_stranger_not_reachable", "D-62",
       with_sender("x@other.example",
                   from_elsewhere(Mail{.zone = "other.example TXT !SERVFAIL\n"})),
       "spf=temperror dmarc=fail tag", Mail{.zone = "other.example TXT !SERVFAIL\n"}},
      {"key_of_a_subdomain_not_reachable_but_strict", "D-62",
       in_zone(published("v=DMARC1; p=reject; adkim=s") +
                   "sel._domainkey.news.bank.example TXT !SERVFAIL\n",
               signed_by("news.bank.example", from_elsewhere())),
       kForged, signed_by("news.bank.example", {})},
      {"address_with_local_part_aligns", "D-70", with_sender("x@offers.example", from_elsewhere()),
       "spf=pass dmarc=fail tag", with_sender("someone.else+tag@bank.example", {})},
  };
}

/// Records are read as the RFC says, not by their first letters.
std::vector<Row> records() {
  const auto row = [](std::string name, std::string id, const std::string& record,
                      std::string end) {
    return Row{std::move(name), std::move(id), in_zone(published(record), from_elsewhere()),
               std::move(end), in_zone(published("v=DMARC1; p=reject"), {})};
  };
  const std::string two = "\n_dmarc.bank.example TXT v=DMARC1; p=";
  const std::string none = "spf=fail dmarc=none accept";
  const std::string monitored = "spf=fail dmarc=fail accept";
  return {
      row("pct_0_samples_nothing_out", "D-59", "v=DMARC1; p=reject; pct=0", kForged),
      row("pct_50_draws_no_lots", "D-59", "v=DMARC1; p=reject; pct=50", kForged),
      row("two_records_strict_first", "D-22", "v=DMARC1; p=reject" + two + "none", none),
      row("two_records_mild_first", "D-22", "v=DMARC1; p=none" + two + "reject", none),
      row("abbreviated_policy", "D-27", "v=DMARC1; p=r; rua=mailto:d@bank.example", monitored),
      row("policy_missing", "D-31", "v=DMARC1; rua=mailto:d@bank.example", monitored),
      row("policy_missing_without_rua", "D-32", "v=DMARC1; adkim=s", none),
      row("policy_of_subdomains_invalid", "D-31",
          "v=DMARC1; p=reject; sp=x; rua=mailto:d@bank.example", monitored),
      row("version_in_small_letters", "D-23", "v=dmarc1; p=reject", none),
      row("version_with_something_behind", "D-23", "v=DMARC1x; p=reject", none),
      row("unknown_tag_touches_no_other", "D-26", "v=DMARC1; p=reject; rf=iodef; aspf=r", kForged),
      row("test_mode", "D-57", "v=DMARC1; p=reject; t=y", "spf=fail dmarc=fail tag"),
      {"hold_needs_no_other_setting", "P-16",
       configured("[policy]\non_quarantine = \"hold\"\n",
                  in_zone(published("v=DMARC1; p=quarantine"), from_elsewhere())),
       "spf=fail dmarc=fail hold", configured("[policy]\non_quarantine = \"hold\"\n", {})},
      {"subdomain_that_does_not_exist", "D-52",
       in_zone("_dmarc.bank.example TXT v=DMARC1; p=none; np=reject\n",
               with_sender("x@no.bank.example",
                           written_by("From: ada@no.bank.example\n", from_elsewhere()))),
       "spf=none dmarc=fail reject",
       in_zone(published("v=DMARC1; p=none; np=reject") + "no.bank.example A 192.0.2.1\n",
               written_by("From: ada@no.bank.example\n"))},
      {"subdomain_with_two_records_inherits", "D-22",
       in_zone(published("v=DMARC1; p=reject") +
                   "_dmarc.news.bank.example TXT v=DMARC1; p=none\n"
                   "_dmarc.news.bank.example TXT v=DMARC1; p=none; fo=1\n",
               written_by("From: ada@news.bank.example\n", from_elsewhere())),
       kForged, written_by("From: ada@news.bank.example\n")},
      {"organization_below_an_unknown_suffix", "T-06",
       in_zone("_dmarc.corp.test TXT v=DMARC1; p=reject\nnews.corp.test A 192.0.2.8\n"
               "bank.example TXT v=spf1 -all\n",
               written_by("From: ada@news.corp.test\n", from_elsewhere())),
       kForged,
       in_zone("_dmarc.corp.test TXT v=DMARC1; p=reject\ncorp.test TXT v=spf1 ip4:192.0.2.7 -all\n"
               "news.corp.test A 192.0.2.8\n",
               with_sender("x@corp.test", written_by("From: ada@news.corp.test\n")))},
      {"author_domain_without_an_address", "D-63",
       in_zone("_dmarc.bank.example TXT v=DMARC1; p=reject\n", from_elsewhere()),
       "spf=none dmarc=fail reject",
       in_zone("_dmarc.bank.example TXT v=DMARC1; p=reject\nsel._domainkey.bank.example TXT " +
                   support::key_record(support::TestKey::Rsa2048) + "\n",
               signed_by("bank.example", from_elsewhere())),
       "spf=none dmarc=pass accept"},
  };
}

/// Alignment is about organizations, not about the ends of names.
std::vector<Row> alignment() {
  const std::string key = " TXT " + support::key_record(support::TestKey::Rsa2048) + "\n";
  const std::string city =
      "_dmarc.city.example TXT v=DMARC1; p=reject; psd=y\n"
      "bank.example TXT v=spf1 -all\nshop.city.example A 192.0.2.4\n"
      "sel._domainkey.city.example" +
      key + "sel._domainkey.shop.city.example" + key;
  const Mail shop = in_zone(city, written_by("From: ada@shop.city.example\n", from_elsewhere()));
  const std::string strict =
      published("v=DMARC1; p=reject; adkim=s; aspf=s") +
      "news.bank.example TXT v=spf1 ip4:192.0.2.0/24 -all\nsel._domainkey.news.bank.example" + key +
      "sel._domainkey.bank.example" + key;
  return {
      {"suffix_signs_for_those_below", "K-06, T-09", signed_by("city.example", shop), kForged,
       signed_by("shop.city.example", shop), kProvenBySignature},
      {"top_level_signs_for_all", "T-14",
       in_zone(published("v=DMARC1; p=reject") + "sel._domainkey.example" + key,
               signed_by("example", from_elsewhere())),
       kForged, signed_by("bank.example", from_elsewhere()), kProvenBySignature},
      {"strict_means_equal_for_dkim", "D-77",
       in_zone(strict, signed_by("news.bank.example", from_elsewhere())), "spf=fail dmarc=fail tag",
       in_zone(strict, signed_by("bank.example", from_elsewhere())), kProvenBySignature},
      {"strict_means_equal_for_spf", "D-77",
       in_zone(strict, with_sender("x@news.bank.example", {})), "spf=pass dmarc=fail tag",
       in_zone(strict, {})},
      {"longer_name_with_the_same_end", "D-77",
       with_sender("x@notbank.example",
                   Mail{.zone = "notbank.example TXT v=spf1 ip4:192.0.2.7 -all\n"}),
       "spf=pass dmarc=fail tag"},
  };
}

/// Who the author is.
std::vector<Row> authors() {
  const std::string xn =
      "_dmarc.xn--bcher-kva.example TXT v=DMARC1; p=reject\n"
      "xn--bcher-kva.example TXT v=spf1 ip4:192.0.2.0/24 -all\n";
  return {
      {"harmless_from_first", "D-03",
       written_by("From: x@offers.example\nFrom: ada@bank.example\n", from_elsewhere()),
       "spf=fail dmarc=fail reject"},
      {"two_domains_in_from", "D-05",
       written_by("From: x@offers.example, ada@bank.example\n", from_elsewhere()), kForged,
       written_by("From: eve@bank.example, ada@bank.example\n")},
      {"no_from", "D-07", written_by("", {}), "spf=pass dmarc=- reject"},
      {"group_of_nobody", "D-07", written_by("From: undisclosed:;\n"), "spf=pass dmarc=- reject",
       written_by("From: Staff: ada@bank.example;\n")},
      {"bracket_without_partner", "D-02", written_by("From: ada@bank.example>\n", from_elsewhere()),
       "spf=fail dmarc=- reject", written_by("From: ada@bank.example\n")},
      {"domain_in_utf_8", "D-11",
       Mail{.ip = "198.51.100.66",
            .mail_from = "x@xn--bcher-kva.example",
            .from = "From: a@b\xC3\xBC"
                    "cher.example\n",
            .zone = xn},
       kForged,
       Mail{.mail_from = "x@xn--bcher-kva.example",
            .from = "From: a@b\xC3\xBC"
                    "cher.example\n",
            .zone = xn}},
  };
}

class KnownFailureTest : public testing::TestWithParam<Row> {};

TEST_P(KnownFailureTest, IsNotOurs) {
  EXPECT_EQ(outcome(send(GetParam().trick)), GetParam().trick_ends_as);
  EXPECT_EQ(outcome(send(GetParam().honest)), GetParam().honest_ends_as);
}

std::string name_of(const testing::TestParamInfo<Row>& row) { return row.param.name; }
INSTANTIATE_TEST_SUITE_P(Header, KnownFailureTest, testing::ValuesIn(words_in_the_header()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Errors, KnownFailureTest, testing::ValuesIn(errors_that_are_results()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Records, KnownFailureTest, testing::ValuesIn(records()), name_of);
INSTANTIATE_TEST_SUITE_P(Alignment, KnownFailureTest, testing::ValuesIn(alignment()), name_of);
INSTANTIATE_TEST_SUITE_P(Authors, KnownFailureTest, testing::ValuesIn(authors()), name_of);

/// D-07, P-10: what was not evaluated is said and logged all the same.
TEST(KnownFailure, MailWithoutAuthorIsStampedAndLogged) {
  const auto output =
      send(configured("[policy]\nno_from = \"accept\"\n", written_by("From: undisclosed:;\n")));
  ASSERT_EQ(output.actions.add.size(), 1U);
  EXPECT_EQ(output.actions.add.front().name, "Authentication-Results");
  EXPECT_EQ(output.record.facts.author.kind, policy::FromKind::None);
}

/// P-07: a refusal says by whose policy and why.
TEST(KnownFailure, RefusalSaysWhy) {
  const auto output = send(from_elsewhere());
  ASSERT_TRUE(output.actions.reply);
  for (const char* part : {"DMARC", "bank.example", "SPF"}) {
    EXPECT_NE(output.actions.reply->text().find(part), std::string::npos) << part;
  }
  EXPECT_EQ(output.actions.reply->text(), output.record.verdict.decision.why);
}

/// D-59: no chance takes part, so a message can be judged again.
TEST(KnownFailure, TheSameMailEndsTheSameEveryTime) {
  const Mail mail = in_zone(published("v=DMARC1; p=reject; pct=50"), from_elsewhere());
  const auto first = send(mail);
  for (int i = 0; i < 50; ++i) ASSERT_EQ(send(mail).record.verdict, first.record.verdict);
}

/// K-12: permanent and temporary errors of a key are told apart, to the log.
TEST(KnownFailure, ErrorsOfKeysAreNotMixedUp) {
  const Mail mail = signed_by(
      "one.example",
      signed_by(
          "two.example",
          Mail{.zone = "sel._domainkey.two.example TXT !SERVFAIL\none.example A 192.0.2.1\n"}));
  const auto facts = send(mail).record.facts;
  ASSERT_EQ(facts.dkim.size(), 2U);
  EXPECT_EQ(facts.dkim[0].result, policy::DkimResult::PermError);
  EXPECT_EQ(facts.dkim[1].result, policy::DkimResult::TempError);
}

/// What a client says in HELO cannot shift or end anything in the log.
TEST(KnownFailure, SeparatorsInHeloStayInTheirPlace) {
  for (const char* helo : {"a,b,c", "a;b=c", "a\"b\\", "a\nb", "[\"x\"]", "a\tb"}) {
    Mail mail;
    mail.helo = helo;
    const auto record = send(mail).record;
    const std::string line = reporting::write_record(record);
    EXPECT_EQ(line.find('\n'), std::string::npos) << helo;
    const auto parsed = reporting::parse_record(line);
    ASSERT_TRUE(parsed) << helo;
    EXPECT_EQ(*parsed, record) << helo;
  }
}

}  // namespace
}  // namespace waarmerk::cli
