// What a report to a domain owner is made of. RFC 9990 3.1
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/domain_name.h"
#include "base/ip_address.h"
#include "base/words.h"
#include "policy/dmarc/method.h"
#include "policy/dmarc/record.h"
#include "policy/facts.h"
#include "policy/verdict.h"

namespace waarmerk::reporting {

/// A policy as it was found, and where. Two of them are one and the same if domain, discovery and
/// the record's text are.
struct PublishedPolicy {
  /// Where the record stands: the policy domain. A report goes out for each.
  DomainName domain;
  policy::DiscoveryMethod discovery = policy::DiscoveryMethod::TreeWalk;
  policy::dmarc::Record record;

  bool operator==(const PublishedPolicy&) const = default;
};

/// What names the report that mail is counted in: one for each policy and UTC day.
struct ReportKey {
  PublishedPolicy policy;
  std::chrono::sys_days day;

  bool operator==(const ReportKey&) const = default;
};

/// What was done with mail, in the words of reports. RFC 9990 App. A, A-09
enum class ReportDisposition : std::uint8_t {
  None,        ///< nothing: it passed under p=none, or failed and was let through
  Pass,        ///< nothing: it passed, and a policy was asked for
  Quarantine,  ///< it failed and was marked or held
  Reject,      ///< it failed and was refused
};
inline constexpr Words<ReportDisposition, 4> kReportDispositionWords{
    {{{ReportDisposition::None, "none"},
      {ReportDisposition::Pass, "pass"},
      {ReportDisposition::Quarantine, "quarantine"},
      {ReportDisposition::Reject, "reject"}}}};

/// Raw result of a signature. RFC 9990 3.1.1.12
struct ReportedDkim {
  /// d= and s=; printable.
  std::string domain;
  std::string selector;
  policy::DkimResult result = policy::DkimResult::None;
  /// Why it did not pass; empty if it did.
  std::string human_result;

  bool operator==(const ReportedDkim&) const = default;
};

/// Raw result of SPF for MAIL FROM. RFC 9990 3.1.1.13
struct ReportedSpf {
  std::string domain;
  policy::SpfResult result = policy::SpfResult::None;
  /// What is wrong, for temperror and permerror; else empty.
  std::string human_result;

  bool operator==(const ReportedSpf&) const = default;
};

/// The tuple that a `record` of a report shows; equal ones are summed up. RFC 9990 3.1.1.7, A-05
struct ReportRow {
  IpAddress source_ip;
  ReportDisposition disposition = ReportDisposition::None;
  /// The aligned results, whatever was overridden. A-07
  bool dkim_aligned = false;
  bool spf_aligned = false;
  /// Why the disposition is not what was asked for.
  std::vector<policy::Override> reasons;
  /// The author domain.
  std::string header_from;
  /// The domain of MAIL FROM; empty for the null reverse-path. A-13
  std::string envelope_from;
  /// In the order of A-10, at most kMaxReportedSignatures.
  std::vector<ReportedDkim> dkim;
  /// nullopt when there was no domain to check.
  std::optional<ReportedSpf> spf;

  bool operator==(const ReportRow&) const = default;
};

/// RFC 9990 3.1.3
inline constexpr std::size_t kMaxReportedSignatures = 100;

/// How many messages a row stands for.
struct MessageCount {
  std::uint64_t all = 0;
  /// Of these, how many were no report traffic: without any of them no report is sent. A-38
  std::uint64_t ordinary = 0;

  bool operator==(const MessageCount&) const = default;
};

/// A row as it is counted.
struct CountedRow {
  ReportRow row;
  MessageCount messages;

  bool operator==(const CountedRow&) const = default;
};

/// What a message counts as, for one author domain.
struct ReportTuple {
  ReportKey key;
  ReportRow row;

  bool operator==(const ReportTuple&) const = default;
};

/// "2026-05-01".
[[nodiscard]] std::string day_text(std::chrono::sys_days day);
/// The day of that text; nullopt for another text.
[[nodiscard]] std::optional<std::chrono::sys_days> day_from(std::string_view text);

}  // namespace waarmerk::reporting
