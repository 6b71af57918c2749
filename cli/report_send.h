// `waarmerk report send`: reports to domain owners, on their way.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "cli/output.h"

namespace waarmerk::cli {

/// What the command line said.
struct SendOptions {
  /// Empty: the usual settings.
  std::string config_file;
  /// A zone in a text file instead of the DNS; empty: the resolvers of the settings.
  std::string zone_file;
  /// Write files into this folder instead of mail; empty: send.
  std::string spool;
  /// Names this program in reports: "waarmerk 0.1.0".
  std::string generator = "waarmerk";
};

/// Closes the days that are over, sends the reports that are due, and prints what became of them,
/// until nothing is due or `stop` says so. Returns the exit status: 0; EX_CONFIG for a setting that
/// is missing or cannot be right; EX_NOINPUT when nothing was ever collected; EX_TEMPFAIL when the
/// store failed, or a report could not be made: the next run goes on.
[[nodiscard]] int report_send(const SendOptions& options, Output output, const Streams& streams,
                              const std::function<bool()>& stop);

/// Prints what report_send() would do now, with every address and why it would get a report or not.
/// Asks the DNS; stores nothing and sends nothing. Returns as report_send() does.
[[nodiscard]] int report_dry_run(const SendOptions& options, Output output, const Streams& streams);

/// For report_send(): true once SIGTERM or SIGINT has come. The first call begins to listen to
/// them, and to pass over SIGPIPE.
[[nodiscard]] bool is_told_to_stop();

}  // namespace waarmerk::cli
