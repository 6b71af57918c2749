// The words of the options, their documentation, and the search for a key.
#include "policy/options.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "policy/option_kinds.h"
#include "policy/report_options.h"

namespace waarmerk::policy {
namespace {

constexpr Words<OnReject, 3> kOnReject{{{{OnReject::Evidence, "evidence"},
                                         {OnReject::Reject, "reject"},
                                         {OnReject::Quarantine, "quarantine"}}}};
constexpr Words<OnQuarantine, 3> kOnQuarantine{
    {{{OnQuarantine::Tag, "tag"}, {OnQuarantine::Hold, "hold"}, {OnQuarantine::Reject, "reject"}}}};
constexpr Words<OnTempError, 2> kOnTempError{
    {{{OnTempError::Accept, "accept"}, {OnTempError::Defer, "defer"}}}};
constexpr Words<OnSpf, 4> kOnSpf{{{{OnSpf::None, "none"},
                                   {OnSpf::Tag, "tag"},
                                   {OnSpf::Hold, "hold"},
                                   {OnSpf::Reject, "reject"}}}};
constexpr Words<OnSpfError, 4> kOnSpfError{{{{OnSpfError::None, "none"},
                                             {OnSpfError::Tag, "tag"},
                                             {OnSpfError::Defer, "defer"},
                                             {OnSpfError::Reject, "reject"}}}};
constexpr Words<OnFrom, 4> kOnFrom{{{{OnFrom::Reject, "reject"},
                                     {OnFrom::Quarantine, "quarantine"},
                                     {OnFrom::Evaluate, "evaluate"},
                                     {OnFrom::Accept, "accept"}}}};
/// Without any author domain there is nothing to evaluate.
constexpr Words<OnFrom, 3> kOnNoFrom{
    {{{OnFrom::Reject, "reject"}, {OnFrom::Quarantine, "quarantine"}, {OnFrom::Accept, "accept"}}}};
constexpr Words<OnOversized, 3> kOnOversized{{{{OnOversized::Reject, "reject"},
                                               {OnOversized::Quarantine, "quarantine"},
                                               {OnOversized::Accept, "accept"}}}};
constexpr Words<OnError, 2> kOnError{{{{OnError::Defer, "defer"}, {OnError::Accept, "accept"}}}};
constexpr Words<OnBodyLength, 2> kOnBodyLength{
    {{{OnBodyLength::Policy, "policy"}, {OnBodyLength::Accept, "accept"}}}};

// A captureless lambda becomes a Place; the unary plus makes it a plain function pointer.
#define WAARMERK_AT(member) +[](Settings& s) -> decltype(auto) { return (s.member); }

std::vector<Option> general_options() {
  return {
      word(
          {.key = "mode",
           .reason = "What is done to mail. The one setting that you must make yourself:\n"
                     "  \"monitor\"  verdicts are computed, logged and added as header fields; no\n"
                     "             message is refused, held or marked\n"
                     "  \"tag\"      what would be refused or held is delivered with the field\n"
                     "             \"X-Waarmerk-Action\" instead\n"
                     "  \"enforce\"  as configured below\n"
                     "In each of them fields that arrive with our name are removed, since anyone\n"
                     "could have written them: Authentication-Results and X-Waarmerk-*.\n"
                     "Start with \"monitor\", read the log for a week, then decide.",
           .installed = "monitor"},
          kModeWords, WAARMERK_AT(mode)),
  };
}

std::vector<Option> milter_options() {
  return {
      text({.key = "milter.socket",
            .reason = "Where the mail server finds us: Postfix's or Sendmail's spelling, unix or\n"
                      "inet. Inside Postfix's queue directory, because Debian's smtpd and cleanup\n"
                      "are chrooted there; in main.cf write the path relative to it:\n"
                      "  smtpd_milters = unix:waarmerk/waarmerk.sock",
            .installed = "unix:/var/spool/postfix/waarmerk/waarmerk.sock"},
           WAARMERK_AT(milter.socket)),
      text({.key = "milter.socket_group",
            .reason = "The group of a unix socket: that of the mail server.",
            .installed = "postfix"},
           WAARMERK_AT(milter.socket_group)),
      file_mode({.key = "milter.socket_mode",
                 .reason = "The rights of a unix socket: the mail server must be able to write to\n"
                           "it, nobody else needs to."},
                WAARMERK_AT(milter.socket_mode)),
      text({.key = "milter.user",
            .reason = "The user to become once the socket is open; empty: stay who we are.",
            .installed = "waarmerk"},
           WAARMERK_AT(milter.user)),
      authserv_id(
          {.key = "milter.authserv_id",
           .reason = "Our name in the Authentication-Results fields. Empty: the mail server's own\n"
                     "host name. Fields that arrive from outside under this name are removed."},
          WAARMERK_AT(milter.authserv_id)),
      authserv_ids(
          {.key = "milter.more_authserv_ids",
           .reason = "Further names that count as ours, e.g. those of the other mail servers of\n"
                     "this domain."},
          WAARMERK_AT(milter.more_authserv_ids)),
      boolean({.key = "milter.remove_foreign_results",
               .reason = "Whether Authentication-Results fields of others go too. They are no\n"
                         "forgeries of ours, but a filter that reads all of them may be fooled."},
              WAARMERK_AT(milter.remove_foreign_results)),
      authserv_ids(
          {.key = "milter.kept_authserv_ids",
           .reason = "The names of others whose fields are then kept: those that reach us\n"
                     "through servers which remove such fields themselves."},
          WAARMERK_AT(milter.kept_authserv_ids)),
      boolean(
          {.key = "milter.show_login",
           .reason = "Whether our field names who logged in (auth=pass smtp.auth=NAME) or only\n"
                     "says that the client did. What people send out takes the name along."},
          WAARMERK_AT(milter.show_login)),
      seconds({.key = "milter.drain_seconds",
               .reason = "How long a stopping daemon waits for messages that are being looked at."},
              WAARMERK_AT(milter.drain), {0, 600}),
  };
}

std::vector<Option> exempt_options() {
  return {
      boolean({.key = "exempt.loopback",
               .reason = "Mail of our own machine is not judged. Forged fields are removed from\n"
                         "exempt mail all the same."},
              WAARMERK_AT(exempt.loopback)),
      boolean(
          {.key = "exempt.authenticated", .reason = "Mail of people who logged in is not judged."},
          WAARMERK_AT(exempt.authenticated)),
      networks({.key = "exempt.networks",
                .reason = "Mail from these networks is not judged, e.g. [\"192.0.2.0/24\"]."},
               WAARMERK_AT(exempt.networks)),
      networks({.key = "exempt.trusted_reinjection",
                .reason = "Addresses from which a content filter hands mail back to us: fields\n"
                          "that could be ours are kept. Anyone there can forge them."},
               WAARMERK_AT(trusted_reinjection)),
  };
}

std::vector<Option> policy_options() {
  return {
      word({.key = "policy.on_reject",
            .reason =
                "A message that fails DMARC where the domain owner asks for rejection\n"
                "(p=reject). RFC 9989 7.4 forbids to reject for that alone, since mailing\n"
                "lists and forwarders break honest mail.\n"
                "  \"evidence\"    reject when the message also shows that it was forged and\n"
                "                nothing ties it to a list or forwarder that proved its\n"
                "                identity; otherwise quarantine\n"
                "  \"reject\"      always reject, except what comes through the forwarders and\n"
                "                lists that are named below; this goes against RFC 9989 7.4\n"
                "  \"quarantine\"  never reject"},
           kOnReject, WAARMERK_AT(on_reject)),
      word({.key = "policy.on_quarantine",
            .reason =
                "What quarantine means here:\n"
                "  \"tag\"     deliver with \"X-Waarmerk-Action: quarantine\", for a Sieve rule\n"
                "            that files into Junk\n"
                "  \"hold\"    put the message on hold in the mail server's queue\n"
                "  \"reject\"  refuse it"},
           kOnQuarantine, WAARMERK_AT(on_quarantine)),
      word({.key = "policy.on_temperror",
            .reason = "When the DNS left DMARC undecided: \"accept\" delivers with the result\n"
                      "temperror, \"defer\" asks to retry."},
           kOnTempError, WAARMERK_AT(on_temperror)),
      word({.key = "policy.on_spf_fail",
            .reason =
                "For sites that act on SPF alone: \"none\", \"tag\", \"hold\" or \"reject\" on an\n"
                "SPF fail. It applies only where DMARC did not pass."},
           kOnSpf, WAARMERK_AT(on_spf_fail)),
      word({.key = "policy.on_spf_error",
            .reason =
                "The same on an SPF error, temperror and permerror alike: \"none\", \"tag\",\n"
                "\"defer\" or \"reject\". \"defer\" answers 451 also on a permerror, until the\n"
                "sender gives up or mends the record; \"reject\" answers 451 on a temperror."},
           kOnSpfError, WAARMERK_AT(on_spf_error)),
      word({.key = "policy.several_from_fields",
            .reason =
                "Several From fields are a known trick to show a reader another author than\n"
                "the one that was checked: \"reject\", \"quarantine\", \"evaluate\" (each domain,\n"
                "the strictest failing policy counts; more than five are refused) or\n"
                "\"accept\"."},
           kOnFrom, WAARMERK_AT(several_from_fields)),
      word({.key = "policy.several_from_domains",
            .reason = "One From field with several domains is allowed by RFC 5322 and rare: the\n"
                      "same four words."},
           kOnFrom, WAARMERK_AT(several_from_domains)),
      word({.key = "policy.no_from",
            .reason = "No From field, or none with an address: \"reject\", \"quarantine\" or\n"
                      "\"accept\"."},
           kOnNoFrom, WAARMERK_AT(no_from)),
      word({.key = "policy.unusable_from",
            .reason =
                "A From field that can be read in two ways, or whose domain cannot be one, so\n"
                "that nobody can say whose DMARC holds. Forgers write those, and untidy\n"
                "programs: 'Sales@Acme <info@example.com>' without quotes, a ';' or ')'\n"
                "without its beginning, text behind the address. The same three words;\n"
                "\"quarantine\" if your users miss mail of that kind."},
           kOnNoFrom, WAARMERK_AT(unusable_from)),
      word({.key = "policy.oversized_header",
            .reason =
                "A header of more than 10,000 fields or 4 MiB is not read to its end, so that\n"
                "nothing can be verified: \"reject\" (552 5.3.4), \"quarantine\" or \"accept\",\n"
                "both unverified. No mail program writes such a one."},
           kOnOversized, WAARMERK_AT(oversized_header)),
      word({.key = "policy.on_error",
            .reason = "When something of ours goes wrong: \"defer\" asks the sender to try again,\n"
                      "\"accept\" delivers unchecked."},
           kOnError, WAARMERK_AT(on_error)),
      networks({.key = "policy.forwarder_networks",
                .reason = "Forwarders and lists that you know, by where they send from: mail\n"
                          "through them is never rejected for p=reject, only quarantined."},
               WAARMERK_AT(forwarder_networks)),
      domains({.key = "policy.forwarder_domains",
               .reason = "The same, by the domain of a signature of theirs that passes."},
              WAARMERK_AT(forwarder_domains)),
      domains(
          {.key = "policy.known_lists",
           .reason = "Mailing lists that you know, by the domain that they prove to be: a\n"
                     "signature or an SPF pass of exactly that domain. For lists whose List-Id\n"
                     "names another domain than the one they sign with."},
          WAARMERK_AT(known_lists)),
      evidence_names(
          {.key = "policy.ignore_evidence",
           .reason =
               "Items of evidence that are not weighed for a message under p=reject. For\n"
               "forgery: \"unauthorised-and-unsigned\", \"unauthorised-and-signature-broken\".\n"
               "For indirect mail: \"known-forwarder\", \"known-list\", \"list-identity\",\n"
               "\"author-signature-body-changed\", \"identity-undecided\"."},
          WAARMERK_AT(ignore_evidence)),
  };
}

std::vector<Option> verify_options() {
  return {
      word({.key = "verify.engine",
            .reason = "The verifier for SPF and DKIM: \"native\" is our own, \"reference\" is\n"
                      "libspf2 and libopendkim behind guards, where what they cannot take\n"
                      "never passes; with \"both\" ours decides, and what the other finds\n"
                      "differently is logged."},
           kEngineWords, WAARMERK_AT(engine)),
  };
}

std::vector<Option> spf_options() {
  return {
      number({.key = "spf.void_limit",
              .reason = "Lookups that find nothing before a record counts as broken. RFC 7208\n"
                        "4.6.4 says two."},
             WAARMERK_AT(spf.void_limit), {0, 10}),
  };
}

std::vector<Option> dkim_options() {
  return {
      number(
          {.key = "dkim.max_signatures",
           .reason = "Signatures that are verified in one message, those of the author's domain\n"
                     "first; the rest is reported as \"policy\"."},
          WAARMERK_AT(dkim.max_signatures), {1, 100}),
      number({.key = "dkim.min_rsa_bits",
              .reason = "RSA keys below this never pass. RFC 8301 says 1024; 2048 is stricter."},
             WAARMERK_AT(dkim.min_rsa_bits), {1024, 4096}),
      word({.key = "dkim.on_body_length",
            .reason = "A right signature that leaves a part of the body unsigned (l=): \"policy\"\n"
                      "(anyone may have added the rest) or \"accept\"."},
           kOnBodyLength, WAARMERK_AT(dkim.on_body_length)),
      seconds({.key = "dkim.clock_skew_seconds",
               .reason = "Tolerance for clocks, for t= and x= of a signature."},
              WAARMERK_AT(dkim.clock_skew), {0, 86400}),
  };
}

std::vector<Option> dmarc_options() {
  return {
      word({.key = "dmarc.org_domain",
            .reason =
                "How the organizational domain is found: \"treewalk\" asks the DNS (RFC 9989\n"
                "4.10), \"psl\" the public suffix list of this host (the older RFC 7489 3.2),\n"
                "which knows nothing of psd= and is as old as its package."},
           kDiscoveryWords, WAARMERK_AT(dmarc.org_domain)),
      word({.key = "dmarc.psl_sections",
            .reason = "Which rules of the public suffix list count: \"all\", or \"icann\" without\n"
                      "those of companies, so that all customers of github.io, say, are one\n"
                      "organization and can sign for one another."},
           kPslSectionsWords, WAARMERK_AT(dmarc.psl_sections)),
      boolean({.key = "dmarc.compare_psl",
               .reason = "Beside the tree walk: log where the list would have given another\n"
                         "organizational domain or another place of the policy (psl_differences).\n"
                         "It decides nothing and asks nothing of the DNS."},
              WAARMERK_AT(dmarc.compare_psl)),
  };
}

std::vector<Option> dns_options() {
  return {
      servers({.key = "dns.servers",
               .reason = "Resolvers, \"address\" or \"address:port\". Empty: those of\n"
                         "/etc/resolv.conf. Use a validating resolver on this machine (unbound):\n"
                         "only then is DNSSEC believed, and only then are answers hard to forge."},
              WAARMERK_AT(dns.servers)),
      addresses({.key = "dns.trusted",
                 .reason = "Resolvers elsewhere whose DNSSEC word is believed all the same."},
                WAARMERK_AT(dns.trusted)),
      milliseconds({.key = "dns.query_timeout_ms", .reason = "Patience with one question."},
                   WAARMERK_AT(dns.query_timeout), {10, 30000}),
      number({.key = "dns.tries", .reason = "How often it is asked."}, WAARMERK_AT(dns.tries),
             {1, 10}),
      milliseconds({.key = "dns.message_budget_ms",
                    .reason = "All questions of one message together; then what is missing is a\n"
                              "temporary error."},
                   WAARMERK_AT(dns.message_budget), {100, 120000}),
      mebibytes({.key = "dns.cache_megabytes", .reason = "Memory for answers."},
                WAARMERK_AT(dns.cache_bytes), {1, 4096}),
      number({.key = "dns.max_waiting",
              .reason = "Messages that may wait for the DNS at once; beyond it a message has a\n"
                        "temporary error at once."},
             WAARMERK_AT(dns.max_waiting), {1, 100000}),
  };
}

std::vector<Option> log_options() {
  return {
      text({.key = "log.directory",
            .reason = "One line of JSON for every message: aggregate-YYYY-MM-DD.jsonl, see\n"
                      "docs/log-format.md. A start makes the directory if there is none."},
           WAARMERK_AT(log.directory)),
      boolean({.key = "log.addresses",
               .reason = "Whether the log holds full addresses. Off: domains only."},
              WAARMERK_AT(log.addresses)),
      seconds(
          {.key = "log.sync_seconds",
           .reason = "Force the log to disk every so many seconds; 0 leaves that to the system.\n"
                     "It survives kill -9 either way."},
          WAARMERK_AT(log.sync), {0, 3600}),
  };
}

#undef WAARMERK_AT

std::vector<Option> all_options() {
  std::vector<Option> all;
  for (const auto& group :
       {general_options, milter_options, exempt_options, policy_options, verify_options,
        spf_options, dkim_options, dmarc_options, dns_options, log_options, report_options}) {
    std::ranges::move(group(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

std::string_view Option::section() const {
  const auto dot = key.find('.');
  return dot == std::string::npos ? std::string_view() : std::string_view(key).substr(0, dot);
}

std::string_view Option::name() const {
  const auto dot = key.find('.');
  return dot == std::string::npos ? std::string_view(key) : std::string_view(key).substr(dot + 1);
}

const std::vector<Option>& options() {
  static const std::vector<Option> table = all_options();
  return table;
}

const Option* find_option(std::string_view key) {
  const auto option = std::ranges::find(options(), key, &Option::key);
  return option == options().end() ? nullptr : &*option;
}

bool is_section(std::string_view name) {
  return !name.empty() && std::ranges::any_of(options(), [&](const Option& option) {
    return option.section() == name;
  });
}

}  // namespace waarmerk::policy
