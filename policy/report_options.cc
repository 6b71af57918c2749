// What the postmaster can say about reports to domain owners.
#include "policy/report_options.h"

#include <algorithm>
#include <iterator>

#include "policy/option_kinds.h"

namespace waarmerk::policy {
namespace {

constexpr Words<ReportFormat, 2> kFormats{
    {{{ReportFormat::Rfc9990, "rfc9990"}, {ReportFormat::Rfc7489, "rfc7489"}}}};
constexpr Words<SmtpTls, 3> kSmtpTls{{{{SmtpTls::None, "none"},
                                       {SmtpTls::Opportunistic, "opportunistic"},
                                       {SmtpTls::Required, "required"}}}};

// A captureless lambda becomes a Place; the unary plus makes it a plain function pointer.
#define WAARMERK_AT(member) +[](Settings& s) -> decltype(auto) { return (s.report.member); }

/// What is counted, and how long it is kept.
std::vector<Option> store_options() {
  return {
      text({.key = "report.store",
            .reason = "Where `waarmerk report collect` counts what the log says: a file, or\n"
                      "\"postgresql://user@host/database\" for several mail servers. Keep a\n"
                      "password in ~/.pgpass, not here."},
           WAARMERK_AT(store)),
      number({.key = "report.retention_days",
              .reason = "How long that is kept; `waarmerk report expire` removes what is older."},
             WAARMERK_AT(retention_days), {2, 3650}),
  };
}

/// Who writes, and how it looks.
std::vector<Option> sender_options() {
  return {
      text({.key = "report.organization",
            .reason = "The name of the organization that runs this mail server. Empty: the domain\n"
                      "of `email`."},
           WAARMERK_AT(organization)),
      optional_mailbox(
          {.key = "report.email",
           .reason = "Who can be asked about the reports; their From. Nothing is sent without it.\n"
                     "Mail from it must pass DMARC, as all mail should."},
          WAARMERK_AT(email)),
      text({.key = "report.contact",
            .reason = "More ways to reach you, e.g. the address of a page; may be empty."},
           WAARMERK_AT(contact)),
      optional_domain(
          {.key = "report.submitter",
           .reason = "Our domain in subjects and file names of reports. Empty: that of\n"
                     "`email`. All mail servers of one store need the same."},
          WAARMERK_AT(submitter)),
      word({.key = "report.format",
            .reason = "The form of reports: \"rfc9990\", or the older \"rfc7489\" for receivers\n"
                      "that know no other."},
           kFormats, WAARMERK_AT(format)),
      mebibytes({.key = "report.max_megabytes",
                 .reason = "A report that is larger, packed, is sent in parts. In a mail it grows\n"
                           "by a third, and mail servers refuse mail above some 10 MB."},
                WAARMERK_AT(max_bytes), {1, 64}),
  };
}

/// How mail leaves.
std::vector<Option> way_options() {
  return {
      text({.key = "report.smtp",
            .reason = "The mail server that takes the reports, \"host\" or \"host:port\". It must\n"
                      "sign them, queues them, and sends them on with TLS where it can."},
           WAARMERK_AT(smtp)),
      word({.key = "report.smtp_tls",
            .reason = "Encryption on that way: \"none\", \"opportunistic\" (STARTTLS if offered,\n"
                      "any certificate), or \"required\" (with a certificate that is valid)."},
           kSmtpTls, WAARMERK_AT(smtp_tls)),
      text({.key = "report.smtp_user", .reason = "A login there, if one is needed."},
           WAARMERK_AT(smtp_user)),
      text({.key = "report.smtp_password_file",
            .reason = "The file whose first line is its password."},
           WAARMERK_AT(smtp_password_file)),
      text({.key = "report.smtp_ca_file",
            .reason = "The file of certificates (PEM) that a required one must go back to. Empty:\n"
                      "those of the system."},
           WAARMERK_AT(smtp_ca_file)),
      optional_mailbox({.key = "report.sender",
                        .reason = "The envelope sender of reports, to which bounces go. Empty:\n"
                                  "`email`. Best in a domain without rua= of its own, so that\n"
                                  "reports cause no reports."},
                       WAARMERK_AT(sender)),
  };
}

/// When, and to whom.
std::vector<Option> manner_options() {
  return {
      minutes({.key = "report.grace_minutes",
               .reason = "A day is closed when all mail servers of the store have logged mail of\n"
                         "the next one, and in any case so long after midnight (UTC). What is\n"
                         "counted later goes into a further report."},
              WAARMERK_AT(grace), {0, 2880}),
      minutes(
          {.key = "report.spread_minutes", .reason = "Over which the reports of a day are spread."},
          WAARMERK_AT(spread), {0, 1380}),
      number({.key = "report.max_per_hour", .reason = "At most so many mails."},
             WAARMERK_AT(max_per_hour), {1, 100000}),
      number({.key = "report.active_days",
              .reason = "Only domains for which a message passed DMARC in so many days get\n"
                        "reports: forgers name domains that never write to us, also their own.\n"
                        "0: all that ask."},
             WAARMERK_AT(active_days), {0, 365}),
      domains({.key = "report.always",
               .reason = "These domains, and what is below them, get reports in spite of that."},
              WAARMERK_AT(always)),
      domains({.key = "report.never",
               .reason = "These, and what is below them, never do. Nor does an address there."},
              WAARMERK_AT(never)),
      mailboxes(
          {.key = "report.mailboxes",
           .reason = "Where others send reports about you (rua=). Mail to these alone, and\n"
                     "mail with the null sender, is counted but never the only cause of a\n"
                     "report: else two servers would report on each other's reports for ever."},
          WAARMERK_AT(mailboxes)),
  };
}

#undef WAARMERK_AT

}  // namespace

std::vector<Option> report_options() {
  std::vector<Option> all;
  for (const auto& group : {store_options, sender_options, way_options, manner_options}) {
    std::ranges::move(group(), std::back_inserter(all));
  }
  return all;
}

}  // namespace waarmerk::policy
