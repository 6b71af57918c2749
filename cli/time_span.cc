#include "cli/time_span.h"

#include "base/text.h"
#include "reporting/record_text.h"

namespace waarmerk::cli {
namespace {

constexpr std::size_t kDayLength = std::string_view("2026-05-01").size();
constexpr std::size_t kSecondLength = std::string_view("2026-05-01T12:30:00Z").size();

/// The text as the log writes times; a text of another length as it is.
std::string in_full(const std::string& text) {
  if (text.size() == kDayLength) return text + "T00:00:00.000000Z";
  if (text.size() == kSecondLength && text.ends_with('Z')) {
    return text.substr(0, text.size() - 1) + ".000000Z";
  }
  return text;
}

Result<WallTime> parse_time(const std::string& text, std::string_view option) {
  if (const auto time = reporting::timestamp_from(in_full(text))) return *time;
  return fail("\"" + printable(text) + "\" is no time; expected 2026-05-01 or 2026-05-01T12:30:00Z",
              std::string(option));
}

}  // namespace

Result<reporting::TimeSpan> time_span(const std::string& since, const std::string& until) {
  reporting::TimeSpan span;
  if (!since.empty()) {
    const auto begin = parse_time(since, "--since");
    if (!begin) return std::unexpected(begin.error());
    span.since = *begin;
  }
  if (!until.empty()) {
    const auto end = parse_time(until, "--until");
    if (!end) return std::unexpected(end.error());
    span.until = until.size() == kDayLength ? *end + std::chrono::days(1) : *end;
  }
  if (span.since && span.until && *span.since >= *span.until) {
    return fail("it ends before it begins", "--since, --until");
  }
  return span;
}

}  // namespace waarmerk::cli
