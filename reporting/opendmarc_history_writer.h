// Messages of our log as entries of OpenDMARC's history file, for its tools and for what others
// built upon its tables.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reporting/record.h"

namespace waarmerk::reporting {

/// Which lines an entry has. opendmarc-import 1.4.2 warns of each line that it does not know.
enum class HistoryKeys : std::uint8_t {
  Released,   ///< those of OpenDMARC 1.4.2
  Developed,  ///< also "spf_scope" and "fo", of its development branch
};

/// What becomes of a message.
struct HistoryEntry {
  /// Lines, each with its newline; empty: the message is not in such a file.
  std::string text;
  /// What could not be written, one phrase each.
  std::vector<std::string> left_out;
};

/// The entry of a message. Like OpenDMARC without RecordAllMessages it has none for mail without an
/// applicable record, with several author domains, or that was not judged. A value that holds
/// anything but printable ASCII, or a space, is never written: a signature is left out for it, or
/// else the message. Discarded are our reasons, recipients, HELO, np, t and psd: the file has no
/// place for them. Pure; thread-safe.
[[nodiscard]] HistoryEntry history_entry(const Record& record,
                                         HistoryKeys keys = HistoryKeys::Released);

}  // namespace waarmerk::reporting
