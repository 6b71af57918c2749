// The postmaster's settings, parsed and immutable. A message keeps one snapshot from MAIL to its
// end.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/domain_name.h"
#include "base/ip_address.h"
#include "base/mail_address.h"
#include "base/words.h"
#include "dns/server_address.h"
#include "policy/dmarc/method.h"
#include "policy/engine.h"
#include "policy/rules/rule.h"

namespace waarmerk::policy {

enum class Mode : std::uint8_t {
  Enforce,  ///< as configured
  Tag,      ///< reject, hold and defer become the tag
  Monitor,  ///< nothing is done to mail but the headers
};
enum class OnReject : std::uint8_t { Evidence, Reject, Quarantine };
enum class OnQuarantine : std::uint8_t { Tag, Hold, Reject };
enum class OnTempError : std::uint8_t { Accept, Defer };
enum class OnSpf : std::uint8_t { None, Tag, Hold, Reject };
enum class OnSpfError : std::uint8_t { None, Tag, Defer, Reject };
/// For the several From fields and several domains and no From settings.
enum class OnFrom : std::uint8_t { Reject, Quarantine, Evaluate, Accept };
/// For a header that is larger than what is kept of one.
enum class OnOversized : std::uint8_t { Reject, Quarantine, Accept };
enum class OnError : std::uint8_t { Defer, Accept };
/// What becomes of a right signature that leaves a part of the body unsigned (l=).
enum class OnBodyLength : std::uint8_t { Policy, Accept };

/// The form of aggregate reports.
enum class ReportFormat : std::uint8_t { Rfc9990, Rfc7489 };
/// Whether the way to the mail server that takes our reports is encrypted.
enum class SmtpTls : std::uint8_t { None, Opportunistic, Required };

/// The words that the configuration and the log share.
inline constexpr Words<Mode, 3> kModeWords{
    {{{Mode::Enforce, "enforce"}, {Mode::Tag, "tag"}, {Mode::Monitor, "monitor"}}}};
/// Every setting with its default; etc/waarmerk.toml gives the reasons.
struct Settings {
  Mode mode = Mode::Enforce;

  struct Milter {
    std::string socket = "unix:/run/waarmerk/waarmerk.sock";
    std::string socket_group;
    unsigned socket_mode = 0660;
    std::string user;
    /// Empty: the MTA's own name (macro j).
    std::string authserv_id;
    std::vector<std::string> more_authserv_ids;
    /// Results of others are removed as well, but for those of these ids.
    bool remove_foreign_results = false;
    std::vector<std::string> kept_authserv_ids;
    /// Our field names who logged in.
    bool show_login = false;
    std::chrono::seconds drain{30};
  } milter;

  struct Exempt {
    bool loopback = true;
    bool authenticated = true;
    std::vector<IpPrefix> networks;
    bool operator==(const Exempt&) const = default;
  } exempt;

  /// Addresses behind which a content filter re-injects: fields that could be ours are kept.
  std::vector<IpPrefix> trusted_reinjection;

  OnReject on_reject = OnReject::Evidence;
  OnQuarantine on_quarantine = OnQuarantine::Tag;
  OnTempError on_temperror = OnTempError::Accept;
  OnSpf on_spf_fail = OnSpf::None;
  OnSpfError on_spf_error = OnSpfError::None;
  OnFrom several_from_fields = OnFrom::Reject;
  OnFrom several_from_domains = OnFrom::Evaluate;
  OnFrom no_from = OnFrom::Reject;
  OnFrom unusable_from = OnFrom::Reject;
  OnOversized oversized_header = OnOversized::Reject;
  OnError on_error = OnError::Defer;
  /// Known forwarders and lists: client networks, and domains whose passing d= is trusted.
  std::vector<IpPrefix> forwarder_networks;
  std::vector<DomainName> forwarder_domains;
  /// Lists that are trusted when their domain is authenticated, by a passing d= or by SPF.
  std::vector<DomainName> known_lists;
  /// Names of evidence items (policy/evidence.h) that are not weighed.
  std::vector<std::string> ignore_evidence;

  struct Spf {
    unsigned void_limit = 2;
  } spf;

  struct Dkim {
    unsigned max_signatures = 20;
    unsigned min_rsa_bits = 1024;
    OnBodyLength on_body_length = OnBodyLength::Policy;
    std::chrono::seconds clock_skew{300};
  } dkim;

  struct Dmarc {
    DiscoveryMethod org_domain = DiscoveryMethod::TreeWalk;
    PslSections psl_sections = PslSections::All;
    bool compare_psl = false;
  } dmarc;

  struct Dns {
    /// In the order of asking; empty: the name servers of /etc/resolv.conf.
    std::vector<dns::ServerAddress> servers;
    /// Resolvers off loopback whose AD bit is believed.
    std::vector<IpAddress> trusted;
    std::chrono::milliseconds query_timeout{2000};
    unsigned tries = 2;
    std::chrono::milliseconds message_budget{20000};
    std::size_t cache_bytes = std::size_t{64} << 20U;
    unsigned max_waiting = 1000;
  } dns;

  struct Log {
    std::string directory = "/var/log/waarmerk";
    bool addresses = false;
    std::chrono::seconds sync{0};
  } log;

  /// Aggregate reports to domain owners. RFC 9990
  struct Report {
    /// "postgresql://..." or the path of an SQLite file.
    std::string store = "/var/lib/waarmerk/reports.db";
    /// Who we are: org_name, email, extra_contact_info. Nothing is sent without the address.
    std::string organization;
    std::optional<MailAddress> email;
    std::string contact;
    /// Our domain in names of reports; nullopt: that of `email`.
    std::optional<DomainName> submitter;
    ReportFormat format = ReportFormat::Rfc9990;

    /// Where mail is handed over: "host" or "host:port".
    std::string smtp = "127.0.0.1:25";
    SmtpTls smtp_tls = SmtpTls::Opportunistic;
    std::string smtp_user;
    std::string smtp_password_file;
    /// Certificates that a required one goes back to; empty: those of the system.
    std::string smtp_ca_file;
    /// Envelope sender; nullopt: `email`.
    std::optional<MailAddress> sender;

    /// After the end of a day, before its reports are closed though a node has not been heard of.
    std::chrono::minutes grace{360};
    /// Over which the reports of a day are spread.
    std::chrono::minutes spread{720};
    unsigned max_per_hour = 1000;
    /// Only domains that had an aligned pass in so many days; 0: all.
    unsigned active_days = 30;
    /// These, and what is below them: always in spite of active_days, or never.
    std::vector<DomainName> always;
    std::vector<DomainName> never;
    /// Where others send reports about us: mail to these alone is report traffic.
    std::vector<MailAddress> mailboxes;
    /// Of a document as it is sent, packed.
    std::size_t max_bytes = std::size_t{7} << 20U;
    /// How long counted mail is kept.
    unsigned retention_days = 90;
  } report;

  Engine engine = Engine::Native;

  /// In order; the first that matches decides.
  std::vector<Rule> rules;
};

}  // namespace waarmerk::policy
