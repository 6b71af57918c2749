// This process and its surroundings: rights to give up, names to go by.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace waarmerk::milter {

/// A user of this host, and the group that is its own.
struct User {
  uid_t user = 0;
  gid_t group = 0;
};

/// The user of that name, or nullopt. Thread-safe.
[[nodiscard]] std::optional<User> find_user(const std::string& name);
/// The group of that name, or nullopt. Thread-safe.
[[nodiscard]] std::optional<gid_t> find_group(const std::string& name);

/// Makes a directory, and its parents, with mode 0750 if it does not exist; as root it is then
/// given to `user`, if that is not empty.
[[nodiscard]] Result<void> prepare_directory(const std::string& path, const std::string& user);

/// Becomes `user` with its own groups, for good. Does nothing for an empty name, or when the
/// process is that user already. Before the first thread.
[[nodiscard]] Result<void> become(const std::string& user);

/// Does `work` as `user` and comes back: what it opens belongs to `user`, and what `user` may not
/// open fails. Just does it for an empty name, or when the process is that user already. Error if
/// there is no such user or this process cannot become it; then nothing was done. Process-wide:
/// only before the first thread.
[[nodiscard]] Result<void> do_as(const std::string& user, const std::function<void()>& work);

/// Allows this process as many open files as the system lets it have, and returns how many that
/// are: each connection needs one, and the limit that a process is usually started with is low.
[[nodiscard]] std::size_t raise_descriptor_limit();

/// The name of this host, or "localhost".
[[nodiscard]] std::string host_name();

/// Names this run among all of this host: start time in seconds and process id.
[[nodiscard]] std::string run_name(WallTime start);

}  // namespace waarmerk::milter
