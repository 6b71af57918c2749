// The listening socket around libmilter's own call: what stands in the way, and who may connect.
#pragma once

#include <set>
#include <string>

#include "base/result.h"
#include "milter/socket_spec.h"

namespace waarmerk::milter {

/// Removes a Unix socket on which nobody answers any more. Error if someone does, or if something
/// else than a socket has that path. Does nothing for other families. M-39
[[nodiscard]] Result<void> clear_stale_socket(const SocketSpec& spec);

/// Who may use a Unix socket. Empty names leave owner or group as they are.
struct SocketAccess {
  std::string user;
  std::string group;
  unsigned mode = 0660;
};

/// Applies it. Error if a name is unknown or the system refuses; never world-writable. M-40
[[nodiscard]] Result<void> set_access(const std::string& path, const SocketAccess& access);

/// Creates files that nobody else can open for as long as it lives. Process-wide: only before the
/// first thread.
class PrivateUmask {
 public:
  PrivateUmask();
  ~PrivateUmask();
  PrivateUmask(const PrivateUmask&) = delete;
  PrivateUmask& operator=(const PrivateUmask&) = delete;
  PrivateUmask(PrivateUmask&&) = delete;
  PrivateUmask& operator=(PrivateUmask&&) = delete;

 private:
  unsigned previous_;
};

/// The sockets of this process that listen.
[[nodiscard]] std::set<int> listening_sockets();

/// Connects to each listening socket of this process and hangs up, so that whoever sleeps on it
/// looks around. False if nothing listens any more. Never waits.
[[nodiscard]] bool wake_listeners();

/// Sends small answers at once on all connections that a TCP listener will accept; without it each
/// message waits for a delayed acknowledgement. Does nothing for Unix sockets.
void send_at_once(int listening_socket);

}  // namespace waarmerk::milter
