// The answer that a logged message would get with today's DNS.
#pragma once

#include "base/clock.h"
#include "base/json.h"
#include "dns/lookup.h"
#include "policy/explain.h"
#include "policy/settings.h"
#include "reporting/record.h"

namespace waarmerk::cli {

/// A logged message, judged again.
struct Today {
  /// The evidence with the answers of now, and the verdict on it; the rest is that of the log.
  reporting::Record record;
  /// DMARC, its policy and the action are those of then.
  bool same = false;
  /// What is decided here of the evidence of then: another action shows that something else than
  /// the DNS differs.
  policy::Decision without_dns;
};

/// Asks again and decides by `settings`, in the mode of then. Waits at most until `deadline`.
[[nodiscard]] Today judge_today(const reporting::Record& then, const policy::Settings& settings,
                                dns::Lookup& lookup, Instant deadline);

/// The answer, what of SPF and DKIM makes it another one, and what cannot be known; printable.
[[nodiscard]] policy::Paragraph tell_today(const reporting::Record& then, const Today& today);

/// Adds "today":{"same","without_dns":ACTION,"sentences":[...],"record":{...}} to the object that
/// is open in `json`; `record` is as an object of the log.
void write_today(const reporting::Record& then, const Today& today, JsonWriter& json);

}  // namespace waarmerk::cli
