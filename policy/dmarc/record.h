// DMARC policy records. RFC 9989 4.7, 4.8
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace waarmerk::policy {

/// What is asked for, or done with, a message that fails; in rising order of strictness.
enum class Disposition : std::uint8_t { None, Quarantine, Reject };
/// "none", "quarantine" or "reject".
[[nodiscard]] std::string_view to_string(Disposition disposition);
/// The disposition of that name; exact match.
[[nodiscard]] std::optional<Disposition> disposition_from(std::string_view name);

}  // namespace waarmerk::policy

namespace waarmerk::policy::dmarc {

enum class AlignmentMode : std::uint8_t { Relaxed, Strict };
/// The psd tag. RFC 9989 4.7
enum class Psd : std::uint8_t { Unspecified, Yes, No };

/// At most so many report URIs of one tag are kept; a record cannot make us write to more.
inline constexpr std::size_t kMaxReportUris = 20;

/// A parsed record: what its tags say, defaults applied only where the RFC gives one.
/// RFC 9989 4.7, 4.8
struct Record {
  /// nullopt when the tag is absent, invalid or given twice. D-30, D-31
  std::optional<Disposition> p;
  std::optional<Disposition> sp;
  std::optional<Disposition> np;
  /// p, sp or np is present but invalid (or given twice). RFC 9989 4.10.1
  bool policy_tag_invalid = false;
  Psd psd = Psd::Unspecified;
  bool testing = false;  ///< t=y
  AlignmentMode adkim = AlignmentMode::Relaxed;
  AlignmentMode aspf = AlignmentMode::Relaxed;
  /// fo as given, valid values only, lower case; "0" by default.
  std::string fo = "0";
  /// Syntactically valid URIs of supported schemes (mailto), size suffix removed; the first
  /// kMaxReportUris. D-33..D-36
  std::vector<std::string> rua;
  std::vector<std::string> ruf;
  /// pct of old records as given; ignored, logged. D-59
  std::string pct;
  /// The record as published; printable, with spaces for tabs.
  std::string text;

  bool operator==(const Record&) const = default;
};

/// Reads one TXT text found at a _dmarc name. Error: it is no DMARC record at all (does not begin
/// with "v=DMARC1" as its first tag) and is to be discarded before counting. Any other fault only
/// discards the tag it is in. Tag names are taken in any case; of a tag given twice the first
/// counts, but a policy tag given twice is invalid. Linear in the length of the text. Pure;
/// thread-safe. RFC 9989 4.8, 4.10
[[nodiscard]] Result<Record> parse_record(std::string_view text);

/// True if the record can be applied: it has a valid p and no invalid policy tag, or at least one
/// valid rua (then a missing or invalid policy counts as none). RFC 9989 4.10.1, D-31, D-32
[[nodiscard]] bool is_usable(const Record& record);

}  // namespace waarmerk::policy::dmarc
