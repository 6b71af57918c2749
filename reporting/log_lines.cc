// Finding the ends of lines.
#include "reporting/log_lines.h"

namespace waarmerk::reporting {

std::optional<Result<LogEntry>> LogLines::next() {
  for (;;) {
    const auto newline = rest_.find('\n');
    if (newline == std::string_view::npos) return std::nullopt;
    line_ = rest_.substr(0, newline);
    rest_.remove_prefix(newline + 1);
    ++line_number_;
    if (!line_.empty()) return parser_.parse(line_);
  }
}

}  // namespace waarmerk::reporting
