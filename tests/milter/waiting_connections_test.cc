// Connections that nobody has taken yet: they wait in line instead of being turned away.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "tests/milter/milter_process.h"
#include "tests/support/milter_wire.h"

namespace waarmerk::milter {
namespace {

/// A connection, or -1 if there is no room in the line.
int knock(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const void* generic = &address;
  if (::connect(fd, static_cast<const sockaddr*>(generic), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

/// libmilter's own line has twenty places, which a busy mail server fills in a moment.
TEST(WaitingConnections, M_41_MayBeMany) {
  constexpr int kMany = 500;
  const support::MilterProcess milter("");
  ASSERT_TRUE(milter.started());
  milter.signal(SIGSTOP);
  std::vector<int> waiting;
  for (int i = 0; i < kMany; ++i) {
    const int fd = knock(milter.socket_path());
    if (fd < 0) break;
    waiting.push_back(fd);
  }
  EXPECT_EQ(waiting.size(), static_cast<std::size_t>(kMany));
  for (const int fd : waiting) ::close(fd);
  milter.signal(SIGCONT);
  support::MilterWire mta(milter.socket_path(), support::Personality::Postfix);
  EXPECT_EQ(mta.negotiate().version, 6U) << "it goes on";
}

}  // namespace
}  // namespace waarmerk::milter
