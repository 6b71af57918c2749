// Connections that nobody has taken yet: they wait in line instead of being turned away.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/milter/milter_process.h"
#include "tests/support/milter_wire.h"
#include "tests/support/unix_connection.h"

namespace waarmerk::milter {
namespace {

/// libmilter's own line has twenty places, which a busy mail server fills in a moment.
TEST(WaitingConnections, M_41_MayBeMany) {
  constexpr int kMany = 500;
  const support::MilterProcess milter("");
  ASSERT_TRUE(milter.started());
  milter.signal(SIGSTOP);
  std::vector<int> waiting;
  for (int i = 0; i < kMany; ++i) {
    const int fd = support::unix_connection(milter.socket_path(), SOCK_NONBLOCK);
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
