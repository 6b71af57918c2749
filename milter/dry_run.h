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

/// Where a configuration came from.
struct ConfigOrigin {
  /// As it is said.
  std::string name;
  /// Empty if it cannot be read again.
  std::string path;
};

/// Reads a configuration, by `read_file` the files that it names, and looks at what a start on
/// `now` and a reload would need: the socket, user and group, the log, the resolvers, the file
/// itself. Makes nothing and opens nothing for writing. As root it looks as the daemon's user; as
/// another user it notes what it could not try. Not tried, and therefore only found by a start:
/// whether a port is free, whether the disk has room, and who answers on a Unix socket. Before the
/// first thread.
[[nodiscard]] DryRun dry_run(std::string_view text, const ConfigOrigin& origin, WallTime now,
                             const policy::FileReader& read_file = {});

/// Whether a start of `now` could open the log: as the daemon's user, if this process may become
/// it. A note, if a start would have to make the directory. Before the first thread.
[[nodiscard]] std::vector<policy::Finding> foresee_log(const policy::Settings& settings,
                                                       WallTime now);

/// Whether the place of a Unix socket is there, can be written to and is free of other things;
/// whether this host has the address of another one. A name may be asked of the DNS.
[[nodiscard]] std::vector<policy::Finding> foresee_socket(const policy::Settings& settings);

/// A warning if the user that the daemon becomes could not read the configuration at `path`, and
/// one for each file that its rules name: it would start, and every reload would fail. A note, if
/// this process cannot tell. Before the first thread.
[[nodiscard]] std::vector<policy::Finding> foresee_reload(
    const policy::Configuration& configuration, const std::string& path);

/// Starts the resolver that these settings give.
[[nodiscard]] Result<std::unique_ptr<dns::AresResolver>> start_resolver(
    const policy::Settings::Dns& settings);

/// A warning for each server that is not on this host.
[[nodiscard]] std::vector<policy::Finding> remote_servers(const dns::AresResolver& resolver);
/// The same for the resolver that these settings give; an error if they give none. Asks nothing.
[[nodiscard]] std::vector<policy::Finding> foresee_resolvers(const policy::Settings& settings);

}  // namespace waarmerk::milter
