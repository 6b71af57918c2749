// What the DNS says today of the questions that a message asked.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "dns/lookup.h"
#include "policy/explain.h"
#include "policy/facts.h"

namespace waarmerk::cli {

/// One question, then and now.
struct DnsChange {
  policy::DnsTrace then;
  policy::DnsTrace now;
  /// Another status, another DNSSEC state, or other records; their order does not count.
  bool changed = false;
};

/// Asks every question of the log again. Waits at most until `deadline`.
[[nodiscard]] std::vector<DnsChange> ask_again(const std::vector<policy::DnsTrace>& then,
                                               dns::Lookup& lookup, Instant deadline);

/// What changed, in sentences.
[[nodiscard]] policy::Paragraph tell_changes(const std::vector<DnsChange>& changes);

/// Adds "dns_now":[{"name","type","changed","then":{status,dnssec,text},"now":{...}}] to the object
/// that is open in `json`.
void write_changes(const std::vector<DnsChange>& changes, JsonWriter& json);

}  // namespace waarmerk::cli
