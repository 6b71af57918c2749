// Records of the aggregate log for tests: typical messages, records made by chance, and monsters.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "reporting/record.h"

namespace waarmerk::support {

/// A message from example.com that passes everything; nothing in it is at its default by accident.
[[nodiscard]] reporting::Record plain_record();

struct NamedRecord {
  std::string name;
  reporting::Record record;
};
/// One record for each kind of message that the log knows; nothing in them needs cutting.
[[nodiscard]] std::vector<NamedRecord> typical_records();

/// What the texts of a chance record are made of.
enum class Texts : std::uint8_t {
  WellFormed,  ///< UTF-8 within the limits, but with controls, quotes and separators
  Hostile,     ///< any octets, any length
};
/// A record whose every member is drawn by `random`: all enumerators, all shapes of lists, domain
/// names with any octets. The same generator gives the same record.
[[nodiscard]] reporting::Record chance_record(std::mt19937& random, Texts texts);

/// A record whose every list holds `entries` entries (at most 10 where lists stand in lists) and
/// whose every text has `octets` octets of the kind that takes most room.
[[nodiscard]] reporting::Record overfull_record(std::size_t entries, std::size_t octets);

}  // namespace waarmerk::support
