#include "reporting/document/published.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

using policy::Disposition;
using policy::dmarc::Record;

/// How many URIs the first rua tag of a record names.
std::size_t named_uris(std::string_view record) {
  for (const std::string_view tag : split(record, ';')) {
    const auto equals = tag.find('=');
    if (equals == std::string_view::npos || !iequals(trim(tag.substr(0, equals)), "rua")) continue;
    const auto uris = split(tag.substr(equals + 1), ',');
    return static_cast<std::size_t>(
        std::ranges::count_if(uris, [](std::string_view uri) { return !trim(uri).empty(); }));
  }
  return 0;
}

std::string policy_fault(const Record& record) {
  if (record.policy_tag_invalid) return "p, sp or np is invalid or given twice: p=none applies";
  if (!record.p) return "p is missing: p=none applies";
  return {};
}

std::string uri_fault(const Record& record) {
  const std::size_t named = named_uris(record.text);
  if (named <= record.rua.size()) return {};
  return "of " + std::to_string(named) + " URIs in rua " +
         std::to_string(named - record.rua.size()) + " cannot be used";
}

}  // namespace

PoliciesInForce policies_in_force(const Record& record) {
  if (!record.p || record.policy_tag_invalid) return {};
  const Disposition sp = record.sp.value_or(*record.p);
  return {.p = *record.p, .sp = sp, .np = record.np.value_or(sp)};
}

std::string record_faults(const Record& record) {
  std::string faults;
  for (const std::string& fault : std::array{policy_fault(record), uri_fault(record)}) {
    if (!faults.empty() && !fault.empty()) faults += "; ";
    faults += fault;
  }
  return faults;
}

}  // namespace waarmerk::reporting
