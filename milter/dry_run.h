// What a start with a configuration would run into, found out without making anything.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "dns/ares_resolver.h"
#include "policy/configuration.h"
#include "policy/rules/list_files.h"

namespace waarmerk::milter {

/// Everything there is to say about a configuration, for `--check` and `waarmerk config check`.
struct DryRun {
  /// One line each, in the order of the file.
  std::vector<std::string> lines;
  /// False if there is an error among them.
  bool would_start = false;
};

/// Reads a configuration, by `read_file` the files that it names, and looks at what a start on
/// `now` would need: the socket, user and group, the log, the resolvers. Makes, opens for writing
/// and binds nothing. As root it looks at the log as the daemon's user; as another user it notes
/// what it could not try. Before the first thread.
[[nodiscard]] DryRun dry_run(std::string_view text, std::string_view file_name, WallTime now,
                             const policy::FileReader& read_file = {});

/// Whether a start of `now` could open the log: as the daemon's user, if this process may become
/// it. A note, if a start would have to make the directory. Before the first thread.
[[nodiscard]] std::vector<policy::Finding> foresee_log(const policy::Settings& settings,
                                                       WallTime now);

/// Whether the place of a Unix socket is there and free of other things.
[[nodiscard]] std::vector<policy::Finding> foresee_socket(const policy::Settings& settings);

/// Starts the resolver that these settings give.
[[nodiscard]] Result<std::unique_ptr<dns::AresResolver>> start_resolver(
    const policy::Settings::Dns& settings);

/// A warning for each server that is not on this host.
[[nodiscard]] std::vector<policy::Finding> remote_servers(const dns::AresResolver& resolver);
/// The same for the resolver that these settings give; an error if they give none. Asks nothing.
[[nodiscard]] std::vector<policy::Finding> foresee_resolvers(const policy::Settings& settings);

}  // namespace waarmerk::milter
