#include "cli/counted_mail.h"

#include <sysexits.h>

#include <utility>

#include "cli/report_store.h"
#include "cli/settings.h"
#include "cli/time_span.h"

namespace waarmerk::cli {
namespace {

/// The days that a part of the span falls into.
Outcome<reporting::CountedMail> read_mail(const CountedQuestion& question) {
  using std::chrono::days;
  using std::chrono::floor;
  const auto span = time_span(question.since, question.until, SystemClock().now());
  if (!span) return failure(EX_USAGE, span.error());
  std::optional<std::chrono::sys_days> first;
  std::optional<std::chrono::sys_days> last;
  if (span->since) first = floor<days>(*span->since);
  // The moment itself is not asked for: midnight belongs to the next day.
  if (span->until) last = floor<days>(*span->until - std::chrono::microseconds(1));
  auto mail = reporting::counted_mail(first, last, question.domain);
  if (!mail) return failure(EX_USAGE, {mail.error().text, "--domain"});
  return std::move(*mail);
}

}  // namespace

Outcome<OpenedMail> open_counted_mail(const CountedQuestion& question) {
  auto mail = read_mail(question);
  if (!mail) return std::unexpected(std::move(mail.error()));
  auto settings = load_usual_settings(question.config_file);
  if (!settings) return std::unexpected(std::move(settings.error()));
  auto database = open_collected(*settings);
  if (!database) return std::unexpected(std::move(database.error()));
  return OpenedMail{std::move(*settings), std::move(*database), std::move(*mail)};
}

}  // namespace waarmerk::cli
