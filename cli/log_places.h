// Where the log is that a subcommand reads.
#pragma once

#include <string>
#include <vector>

#include "cli/outcome.h"
#include "reporting/log_reader.h"

namespace waarmerk::cli {

/// Where to read, as the command line said it.
struct LogPlaces {
  /// Files, directories and "-"; empty: log.directory of the settings.
  std::vector<std::string> places;
  /// Empty: the usual settings, if they are there.
  std::string config_file;
};

/// The places that are meant, at least one.
[[nodiscard]] Outcome<std::vector<std::string>> find_log(const LogPlaces& where);

/// Says on `streams.err` which files end in a line without newline, when all are read.
void say_unfinished(const reporting::LogReader& reader, const Streams& streams);

/// The lines at those places, of files that can hold records of `days`.
[[nodiscard]] Outcome<reporting::LogReader> open_log(const LogPlaces& where,
                                                     const reporting::DayRange& days);

}  // namespace waarmerk::cli
