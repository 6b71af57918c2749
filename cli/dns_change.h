// What the DNS says today of the questions that a message asked.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "dns/lookup.h"
#include "policy/explain.h"
#include "policy/facts.h"
#include "reporting/record.h"

namespace waarmerk::cli {

/// How an answer of now stands to the one of then.
enum class Sameness : std::uint8_t {
  Same,
  Changed,  ///< another status, another DNSSEC state, or other records; their order does not count
  Unknown,  ///< the line was too long to keep the records of then
};

/// One question, then and now.
struct DnsChange {
  policy::DnsTrace then;
  policy::DnsTrace now;
  Sameness sameness = Sameness::Same;
};

/// Asks every question of a line of the log again. Waits at most until `deadline`.
[[nodiscard]] std::vector<DnsChange> ask_again(const reporting::Record& then, dns::Lookup& lookup,
                                               Instant deadline);

/// What changed, in sentences.
[[nodiscard]] policy::Paragraph tell_changes(const std::vector<DnsChange>& changes);

/// Adds "dns_now":[{"name","type","changed","then":{status,dnssec,text},"now":{...}}] to the object
/// that is open in `json`; "changed" is null where that is unknown.
void write_changes(const std::vector<DnsChange>& changes, JsonWriter& json);

}  // namespace waarmerk::cli
