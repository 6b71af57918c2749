// What a line that is too long loses, and what it keeps to the end: the entries that decided.
// Whoever sends a message chooses most of its evidence; junk must not push the rest out of the log.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include "policy/facts.h"
#include "reporting/record.h"

namespace waarmerk::reporting {

inline constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

/// How much of a record is written. Domain names and words have no limit: they are short by nature.
struct Limits {
  std::size_t dns_text = kMaxText;
  std::size_t dns = kAll;
  std::size_t recipients = kAll;
  /// The texts of signatures of which decides_nothing() is true.
  std::size_t junk_text = kMaxText;
  std::size_t text = kMaxText;
  std::size_t uris = kAll;
  std::size_t signatures = kMaxSignatures;
  std::size_t walks = kAll;
  std::size_t steps = kAll;
  /// Every other list: author domains, evaluations, aligned identifiers, evidence, traces,
  /// overrides.
  std::size_t others = kAll;
};

/// The order in which a line that is too long loses something: each row is tried in turn until the
/// line fits. First goes what no decision reads, but for recipients, which a rule may read and a
/// sender can pile up; the last row fits whatever the record holds. Before it, every row has room
/// for the walks of its signatures, of five author domains, of the SPF domain and of four lists,
/// and keeps one address of `rua`: a record may be usable for that alone.
// clang-format off
inline constexpr std::array kCutOrder = {
    // dns_text  dns  recipients  junk_text  text  uris  signatures  walks  steps  others
    Limits{},
    Limits{0, kAll, kAll, kMaxText, kMaxText, kAll, kMaxSignatures, kAll, kAll, kAll},
    Limits{0,   20, kAll, kMaxText, kMaxText, kAll, kMaxSignatures, kAll, kAll, kAll},
    Limits{0,   20,   10, kMaxText, kMaxText, kAll, kMaxSignatures, kAll, kAll, kAll},
    Limits{0,   20,   10,        0, kMaxText, kAll, kMaxSignatures, kAll, kAll, kAll},
    Limits{0,   20,   10,        0,      128, kAll, kMaxSignatures, kAll, kAll, kAll},
    Limits{0,   20,   10,        0,      128,    2, kMaxSignatures, kAll, kAll, kAll},
    Limits{0,   20,   10,        0,      128,    2,             20, kAll, kAll, kAll},
    Limits{0,   10,    3,        0,       64,    1,             20,   30,    8,   10},
    Limits{0,   10,    3,        0,       32,    1,             10,   20,    8,   10},
    Limits{0,    5,    3,        0,       32,    1,              5,   15,    8,    5},
    Limits{0,    1,    1,        0,       32,    1,              2,   12,    8,    5},
    Limits{0,    0,    1,        0,       32,    1,              1,    1,    1,    1},
};
// clang-format on

/// True if no decision reads the signature, whatever its domain: it neither passed, nor was held
/// against a key, nor failed for a DNS error alone. A message can carry thousands of these.
[[nodiscard]] bool decides_nothing(const policy::DkimOutcome& signature);

/// The positions, rising, of the at most `max` signatures that are kept. First those that concern
/// an author domain: passed, broken on the body or the header, temporary error, refused by a rule.
/// Then those that passed for a list of the message, the others that passed, the other ones that
/// broke; then what repeats domain, result and cause of an earlier one, and last those that decide
/// nothing. Among equals the upper ones. Pure; linear but for the signatures that were verified.
[[nodiscard]] std::vector<std::size_t> kept_signatures(const policy::Facts& facts, std::size_t max);

/// The positions, rising, of the at most `max` walks that are kept: those of the author domains, of
/// the SPF domain, of the signatures at `signatures` (as far as these decide), of the lists, of the
/// rest. Pure.
[[nodiscard]] std::vector<std::size_t> kept_walks(const policy::Facts& facts,
                                                  const std::vector<std::size_t>& signatures,
                                                  std::size_t max);

}  // namespace waarmerk::reporting
