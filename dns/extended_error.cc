// Reads Extended DNS Errors and names them.
#include "dns/extended_error.h"

#include <array>
#include <string_view>

#include "base/text.h"

namespace waarmerk::dns {
namespace {

constexpr unsigned kOptionExtendedError = 15;
constexpr std::size_t kMaxErrors = 8;

constexpr unsigned kFirstBogus = 6;
constexpr unsigned kLastBogus = 12;

/// The names of codes 0 to 24. RFC 8914 4
constexpr std::array<std::string_view, 25> kNames{
    "Other",
    "Unsupported DNSKEY Algorithm",
    "Unsupported DS Digest Type",
    "Stale Answer",
    "Forged Answer",
    "DNSSEC Indeterminate",
    "DNSSEC Bogus",
    "Signature Expired",
    "Signature Not Yet Valid",
    "DNSKEY Missing",
    "RRSIGs Missing",
    "No Zone Key Bit Set",
    "NSEC Missing",
    "Cached Error",
    "Not Ready",
    "Blocked",
    "Censored",
    "Filtered",
    "Prohibited",
    "Stale NXDOMAIN Answer",
    "Not Authoritative",
    "Not Supported",
    "No Reachable Authority",
    "Network Error",
    "Invalid Data",
};

}  // namespace

std::optional<std::vector<ExtendedError>> read_extended_errors(Cursor options) {
  std::vector<ExtendedError> errors;
  while (options.remaining() > 0) {
    const unsigned code = options.u16();
    Cursor option(options.take(options.u16()));
    if (code != kOptionExtendedError || !options.ok() || errors.size() == kMaxErrors) continue;
    const std::uint16_t info = option.u16();
    if (!option.ok()) return std::nullopt;
    errors.push_back({info, std::string(option.take_rest())});
  }
  if (!options.ok()) return std::nullopt;
  return errors;
}

bool says_bogus(const ExtendedError& error) {
  return error.code >= kFirstBogus && error.code <= kLastBogus;
}

std::string describe(const std::vector<ExtendedError>& errors) {
  std::string text;
  for (const ExtendedError& error : errors) {
    if (!text.empty()) text += "; ";
    text += "EDE " + std::to_string(error.code);
    if (error.code < kNames.size()) {
      text += " (";
      text += kNames[error.code];
      text += ')';
    }
    if (!error.text.empty()) text += ": " + printable(error.text);
  }
  return printable(text);
}

}  // namespace waarmerk::dns
