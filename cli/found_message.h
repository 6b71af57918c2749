// Messages of the log, found by their queue id.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cli/output.h"
#include "reporting/log_reader.h"

namespace waarmerk::cli {

/// A record, and the later lines that correct it.
struct FoundMessage {
  reporting::Record record;
  /// "FILE:LINE", or empty.
  std::string place;
  std::vector<reporting::Amendment> amendments;
};

/// What is looked for.
struct MessageSearch {
  std::string queue_id;
  std::optional<WallTime> since;
};

/// Every message of that queue id, in the order of the log: a mail server may give an id again.
/// Lines whose beginning shows another id are not parsed; of the others, damaged ones are said on
/// `streams.err`.
[[nodiscard]] std::vector<FoundMessage> find_messages(reporting::LogReader& lines,
                                                      const MessageSearch& search,
                                                      const Streams& streams);

}  // namespace waarmerk::cli
