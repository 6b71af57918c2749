#include "milter/listener.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/milter/milter_process.h"

namespace waarmerk::milter {
namespace {

using support::TemporaryFolder;

SocketSpec spec_of(const std::string& path) { return *SocketSpec::parse("unix:" + path); }

/// A socket that is bound, and listens unless told otherwise, until it goes.
class TestSocket {
 public:
  explicit TestSocket(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const void* generic = &address;
    bound_ = ::bind(fd_, static_cast<const sockaddr*>(generic), sizeof address) == 0;
  }
  ~TestSocket() { ::close(fd_); }
  TestSocket(const TestSocket&) = delete;
  TestSocket& operator=(const TestSocket&) = delete;

  bool listens() { return bound_ && ::listen(fd_, 1) == 0; }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
  bool bound_ = false;
};

// M-38
TEST(Listener, IsWokenByAConnection) {
  const TemporaryFolder folder;
  TestSocket socket(folder.file("s"));
  ASSERT_TRUE(socket.listens());
  EXPECT_TRUE(wake_listeners());
  pollfd listening{.fd = socket.fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&listening, 1, 0), 1);
}

TEST(Listener, ThatIsBoundOnlyIsNone) {
  const TemporaryFolder folder;
  const TestSocket socket(folder.file("s"));
  EXPECT_FALSE(wake_listeners());
}

// M-39
TEST(StaleSocket, IsRemoved) {
  const TemporaryFolder folder;
  const std::string path = folder.file("s");
  {
    ASSERT_TRUE(TestSocket(path).listens());
  }
  ASSERT_TRUE(std::filesystem::exists(path));
  EXPECT_TRUE(clear_stale_socket(spec_of(path)));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(StaleSocket, IsNoneWhenSomebodyAnswers) {
  const TemporaryFolder folder;
  const std::string path = folder.file("s");
  TestSocket other(path);
  ASSERT_TRUE(other.listens());
  EXPECT_FALSE(clear_stale_socket(spec_of(path)));
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(StaleSocket, IsNoneWhenNothingIsThere) {
  const TemporaryFolder folder;
  EXPECT_TRUE(clear_stale_socket(spec_of(folder.file("s"))));
}

TEST(StaleSocket, IsNeverAFile) {
  const TemporaryFolder folder;
  const std::string path = folder.file("s");
  std::ofstream(path) << "precious";
  EXPECT_FALSE(clear_stale_socket(spec_of(path)));
  EXPECT_TRUE(std::filesystem::exists(path));
}

// M-40
TEST(SocketAccessTest, IsNeverForTheWorld) {
  const TemporaryFolder folder;
  const std::string path = folder.file("s");
  const TestSocket socket(path);
  ASSERT_TRUE(set_access(path, {.user = "", .group = "", .mode = 0666}));
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0664U);
}

TEST(SocketAccessTest, NeedsAGroupThatExists) {
  const TemporaryFolder folder;
  const std::string path = folder.file("s");
  const TestSocket socket(path);
  const auto set = set_access(path, {.user = "", .group = "no-such-group-here", .mode = 0660});
  ASSERT_FALSE(set);
  EXPECT_NE(set.error().text.find("no-such-group-here"), std::string::npos);
}

TEST(ListeningSockets, AreFoundByComparing) {
  const TemporaryFolder folder;
  const auto before = listening_sockets();
  TestSocket socket(folder.file("s"));
  EXPECT_EQ(listening_sockets(), before);
  ASSERT_TRUE(socket.listens());
  auto with_it = before;
  with_it.insert(socket.fd());
  EXPECT_EQ(listening_sockets(), with_it);
}

int no_delay_of(int fd) {
  int value = 0;
  socklen_t length = sizeof value;
  ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &length);
  return value;
}

TEST(SendAtOnce, IsForTcp) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(no_delay_of(fd), 0);
  send_at_once(fd);
  EXPECT_NE(no_delay_of(fd), 0);
  ::close(fd);
}

}  // namespace
}  // namespace waarmerk::milter
