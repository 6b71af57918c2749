#include "tests/support/unix_connection.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace waarmerk::support {

int unix_connection(const std::string& path, int flags) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const void* generic = &address;
  if (::connect(fd, static_cast<const sockaddr*>(generic), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace waarmerk::support
