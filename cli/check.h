// `waarmerk check`: the whole chain on one saved message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.h"

namespace waarmerk::cli {

/// What the command line said.
struct CheckOptions {
  std::string message_file;
  /// Empty: built-in defaults, mode enforce.
  std::string config_file;
  /// A zone in a text file instead of the DNS; empty: the resolvers of the settings.
  std::string zone_file;
  std::string ip;
  std::string helo;
  /// The envelope sender; empty, or nullopt when nothing was said: the null sender.
  std::optional<std::string> mail_from;
  std::vector<std::string> recipients;
  /// Unix seconds; nullopt: now.
  std::optional<std::int64_t> time;
  /// Overrides the settings' engine; empty: do not.
  std::string engine;
};

/// Evaluates the message and prints the trace, or the log object with its actions. Returns the exit
/// status: 0 when it could be evaluated, else one of sysexits(3) after an error on `streams.err`.
[[nodiscard]] int check(const CheckOptions& options, Output output, const Streams& streams);

}  // namespace waarmerk::cli
