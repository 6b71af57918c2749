// What a report is called, everywhere it is called something. RFC 9990 3.5
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/domain_name.h"
#include "reporting/report.h"

namespace waarmerk::reporting {

/// All that the names of a document depend on: whoever sends it again gives it the same ones.
struct DocumentKey {
  DomainName submitter;
  ReportKey report;
  unsigned generation = 0;
  /// From 1.
  unsigned part = 1;
};

/// Begin and end of a period, in seconds since 1970, both included. A-16
struct Period {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  bool operator==(const Period&) const = default;
};
/// From 00:00:00 to 23:59:59 UTC.
[[nodiscard]] Period period_of(std::chrono::sys_days day);

/// 32 hexadecimal digits: the start of the SHA-256 of what the policy is: domain, discovery, text.
[[nodiscard]] std::string policy_hash(const PublishedPolicy& policy);
/// 32 hexadecimal digits, in the document, the Subject and the file name.
[[nodiscard]] std::string report_id(const DocumentKey& key);
/// "submitter!policy-domain!begin!end!id.xml.gz". A-30
[[nodiscard]] std::string file_name(const DocumentKey& key);
/// What a file of that name is called on a disk: itself, or its end, which has the id, where it is
/// too long; never more than one name, and none of its characters is special to a shell but '!'.
/// Pure.
[[nodiscard]] std::string disk_name(std::string_view file_name);
/// "Report Domain: ... Submitter: ... Report-ID: ...", unfolded. A-32
[[nodiscard]] std::string subject(const DocumentKey& key);
/// With angle brackets; the same for every copy.
[[nodiscard]] std::string message_id(const DocumentKey& key);

}  // namespace waarmerk::reporting
