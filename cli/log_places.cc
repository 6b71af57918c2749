#include "cli/log_places.h"

#include <sysexits.h>

#include <ostream>

#include "base/text.h"
#include "cli/settings.h"

namespace waarmerk::cli {

Outcome<std::vector<std::string>> find_log(const LogPlaces& where) {
  if (!where.places.empty()) return where.places;
  const auto settings = load_usual_settings(where.config_file);
  if (!settings) return std::unexpected(settings.error());
  return std::vector{settings->log.directory};
}

Outcome<reporting::LogReader> open_log(const LogPlaces& where, const reporting::DayRange& days) {
  const auto places = find_log(where);
  if (!places) return std::unexpected(places.error());
  auto reader = reporting::LogReader::open(*places, days);
  if (!reader) return failure(EX_NOINPUT, reader.error());
  return std::move(*reader);
}

void say_unfinished(const reporting::LogReader& reader, const Streams& streams) {
  for (const Error& piece : reader.unfinished()) {
    streams.err << printable(to_string(piece), 1000) << "\n";
  }
}

}  // namespace waarmerk::cli
