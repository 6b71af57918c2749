#include "tests/support/free_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace waarmerk::support {

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  void* generic = &address;
  auto* pointer = static_cast<sockaddr*>(generic);
  const bool known = ::bind(fd, pointer, length) == 0 && ::getsockname(fd, pointer, &length) == 0;
  ::close(fd);
  return known ? ntohs(address.sin_port) : 0;
}

}  // namespace waarmerk::support
