#include "milter/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "base/descriptor.h"
#include "base/text.h"
#include "milter/process.h"

namespace waarmerk::milter {

namespace {

constexpr unsigned kWorldWritable = 0002;
constexpr uid_t kSameUser = static_cast<uid_t>(-1);
constexpr gid_t kSameGroup = static_cast<gid_t>(-1);

/// 0 when somebody accepted, else the errno of the attempt.
int try_to_connect(const std::string& path) {
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.get() < 0) return errno;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const void* generic = &address;  // the C interface takes every kind of address as this one
  const auto* target = static_cast<const sockaddr*>(generic);
  return ::connect(socket.get(), target, sizeof address) == 0 ? 0 : errno;
}

/// A connection that is closed at once; nothing happens when the system refuses.
void knock(int listening_socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  void* generic = &address;
  auto* target = static_cast<sockaddr*>(generic);
  if (::getsockname(listening_socket, target, &length) != 0) return;
  const Descriptor socket(
      ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  static_cast<void>(::connect(socket.get(), target, length));
}

int socket_option(int fd, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : 0;
}

}  // namespace

Result<void> clear_stale_socket(const SocketSpec& spec) {
  if (spec.family() != SocketSpec::Family::Unix) return {};
  const std::string& path = spec.path();
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    return fail("cannot look at socket " + path + ": " + system_error_text(errno));
  }
  if (!S_ISSOCK(found.st_mode)) return fail(path + " exists and is no socket");

  const int error = try_to_connect(path);
  // EAGAIN: somebody listens, but its queue is full.
  if (error == 0 || error == EAGAIN) return fail("another process answers on socket " + path);
  if (error != ECONNREFUSED) {
    return fail("cannot tell who answers on socket " + path + ": " + system_error_text(error));
  }
  if (::unlink(path.c_str()) != 0) {
    return fail("cannot remove stale socket " + path + ": " + system_error_text(errno));
  }
  return {};
}

Result<void> set_access(const std::string& path, const SocketAccess& access) {
  uid_t user = kSameUser;
  gid_t group = kSameGroup;
  if (!access.user.empty()) {
    const auto found = find_user(access.user);
    if (!found) return fail("there is no user '" + access.user + "'");
    user = found->user;
  }
  if (!access.group.empty()) {
    const auto found = find_group(access.group);
    if (!found) return fail("there is no group '" + access.group + "'");
    group = *found;
  }
  if (::chown(path.c_str(), user, group) != 0) {
    return fail("cannot give socket " + path + " to its group: " + system_error_text(errno));
  }
  if (::chmod(path.c_str(), access.mode & ~kWorldWritable) != 0) {
    return fail("cannot set the mode of socket " + path + ": " + system_error_text(errno));
  }
  return {};
}

PrivateUmask::PrivateUmask() : previous_(::umask(0177)) {}
PrivateUmask::~PrivateUmask() { ::umask(previous_); }

std::set<int> listening_sockets() {
  std::set<int> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    int fd = -1;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), fd);
    if (parsed.ec == std::errc{} && socket_option(fd, SO_ACCEPTCONN) != 0) found.insert(fd);
  }
  return found;
}

bool wake_listeners() {
  const std::set<int> sockets = listening_sockets();
  for (const int fd : sockets) knock(fd);
  return !sockets.empty();
}

void send_at_once(int listening_socket) {
  const int domain = socket_option(listening_socket, SO_DOMAIN);
  if (domain != AF_INET && domain != AF_INET6) return;
  const int on = 1;
  ::setsockopt(listening_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace waarmerk::milter
