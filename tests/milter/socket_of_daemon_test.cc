// The socket that the real daemon makes: who may use it, and what stands in its way.
#include <grp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/milter/daemon_program.h"
#include "tests/milter/good_mail.h"
#include "tests/support/free_port.h"
#include "tests/support/process_state.h"
#include "tests/support/wait_for.h"

namespace waarmerk::milter {
namespace {

namespace fs = std::filesystem;
using support::DaemonProgram;
using support::MilterWire;
using support::Personality;

struct stat status_of(const std::string& path) {
  struct stat status{};
  ::lstat(path.c_str(), &status);
  return status;
}

bool negotiates(const std::string& path) {
  MilterWire mta(path, Personality::Postfix);
  return mta.negotiate().version == 6;
}

/// A daemon on unix:w.sock in its folder.
void start_on_unix_socket(DaemonProgram& daemon, std::string_view options = {}) {
  daemon.configure(daemon.config("unix:" + daemon.file("w.sock"), options));
  ASSERT_TRUE(daemon.start()) << daemon.said();
}

struct ModeCase {
  std::string name;
  std::string options;
  unsigned mode;
};
std::ostream& operator<<(std::ostream& out, const ModeCase& row) { return out << row.name; }

class SocketMode : public testing::TestWithParam<ModeCase> {};

// M-40
TEST_P(SocketMode, IsThatOfTheFile) {
  DaemonProgram daemon;
  start_on_unix_socket(daemon, GetParam().options);
  const auto status = status_of(daemon.file("w.sock"));
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777U, GetParam().mode);
  EXPECT_TRUE(negotiates(daemon.file("w.sock")));
}

INSTANTIATE_TEST_SUITE_P(Table, SocketMode,
                         testing::Values(ModeCase{"Default", "", 0660},
                                         ModeCase{"OwnerOnly", "socket_mode = \"0600\"", 0600},
                                         ModeCase{"GroupMayNotWrite", "socket_mode = \"0640\"",
                                                  0640}),
                         [](const auto& row) { return row.param.name; });

/// A group that this process may give a file to and that is not its own: any for root.
std::string other_group() {
  std::string name;
  while (const group* entry = ::getgrent()) {
    if (entry->gr_gid != ::getegid()) name = entry->gr_name;
    if (!name.empty()) break;
  }
  ::endgrent();
  return name;
}

TEST(SocketGroup, IsThatOfTheFile) {
  const std::string group = other_group();
  if (::geteuid() != 0 || group.empty()) GTEST_SKIP() << "only root can give a file away";
  DaemonProgram daemon;
  start_on_unix_socket(daemon, "socket_group = \"" + group + "\"");
  EXPECT_EQ(status_of(daemon.file("w.sock")).st_gid, ::getgrnam(group.c_str())->gr_gid);
}

// M-39
TEST(SocketInTheWay, OfALivingInstanceIsLeftAlone) {
  DaemonProgram first;
  start_on_unix_socket(first);
  const auto inode = status_of(first.file("w.sock")).st_ino;
  DaemonProgram second;
  second.configure(second.config("unix:" + first.file("w.sock")));
  EXPECT_FALSE(second.start());
  EXPECT_EQ(second.wait_for_end(), EX_UNAVAILABLE);
  EXPECT_NE(second.said().find("another process answers on socket"), std::string::npos)
      << second.said();
  EXPECT_EQ(status_of(first.file("w.sock")).st_ino, inode);
  EXPECT_TRUE(negotiates(first.file("w.sock")));
}

TEST(SocketInTheWay, OfAKilledInstanceIsRemoved) {
  DaemonProgram daemon;
  start_on_unix_socket(daemon);
  daemon.signal(SIGKILL);
  EXPECT_EQ(daemon.wait_for_end(), -1);
  ASSERT_TRUE(fs::exists(daemon.file("w.sock")));
  ASSERT_TRUE(daemon.start()) << daemon.said();
  EXPECT_TRUE(negotiates(daemon.file("w.sock")));
}

TEST(SocketInTheWay, IsNoneAfterAStop) {
  DaemonProgram daemon;
  start_on_unix_socket(daemon);
  // "ready" is said just before libmilter begins to listen.
  EXPECT_TRUE(negotiates(daemon.file("w.sock")));
  daemon.signal(SIGTERM);
  // libmilter looks for the stop when somebody connects, or after some seconds.
  EXPECT_TRUE(support::wait_for([&] {
    const MilterWire knocks(daemon.file("w.sock"), Personality::Postfix);
    return daemon.has_ended();
  }));
  EXPECT_EQ(daemon.wait_for_end(), EX_OK) << daemon.said();
  ASSERT_TRUE(daemon.start()) << daemon.said();
  EXPECT_TRUE(negotiates(daemon.file("w.sock")));
}

/// What the daemon says when it cannot listen on a path in its folder.
std::string complaint(DaemonProgram& daemon, const std::string& path) {
  daemon.configure(daemon.config("unix:" + path));
  EXPECT_FALSE(daemon.start());
  EXPECT_EQ(daemon.wait_for_end(), EX_UNAVAILABLE);
  return daemon.said();
}

TEST(SocketInTheWay, IsNeverAFile) {
  DaemonProgram daemon;
  std::ofstream(daemon.file("w.sock")) << "precious";
  EXPECT_NE(complaint(daemon, daemon.file("w.sock")).find("exists and is no socket"),
            std::string::npos);
  EXPECT_EQ(fs::file_size(daemon.file("w.sock")), 8U);
}

TEST(SocketInTheWay, IsNeverAFolder) {
  DaemonProgram daemon;
  fs::create_directory(daemon.file("w.sock"));
  EXPECT_NE(complaint(daemon, daemon.file("w.sock")).find("exists and is no socket"),
            std::string::npos);
}

/// Not even a link to a stale socket: whoever may write into the folder could aim it elsewhere.
TEST(SocketInTheWay, IsNeverALink) {
  DaemonProgram daemon;
  fs::create_symlink(daemon.file("nowhere"), daemon.file("w.sock"));
  EXPECT_NE(complaint(daemon, daemon.file("w.sock")).find("exists and is no socket"),
            std::string::npos);
  EXPECT_TRUE(fs::is_symlink(daemon.file("w.sock")));
  EXPECT_FALSE(fs::exists(daemon.file("nowhere")));
}

TEST(SocketFolder, ThatIsMissingIsNamed) {
  DaemonProgram daemon;
  const std::string path = daemon.file("missing/w.sock");
  const std::string said = complaint(daemon, path);
  EXPECT_NE(said.find("cannot listen on unix:" + path + ": No such file or directory"),
            std::string::npos)
      << said;
}

/// Not even root makes files there.
TEST(SocketFolder, ThatIsNotWritableIsNamed) {
  DaemonProgram daemon;
  const std::string said = complaint(daemon, "/proc/w.sock");
  EXPECT_NE(said.find("cannot listen on unix:/proc/w.sock: "), std::string::npos) << said;
}

TEST(SocketOfAPort, ThatIsTakenIsNamed) {
  DaemonProgram first;
  const std::string socket = "inet:127.0.0.1:" + std::to_string(support::free_port());
  first.configure(first.config(socket));
  ASSERT_TRUE(first.start()) << first.said();
  DaemonProgram second;
  second.configure(second.config(socket));
  EXPECT_FALSE(second.start());
  EXPECT_EQ(second.wait_for_end(), EX_UNAVAILABLE);
  EXPECT_NE(second.said().find("Address already in use"), std::string::npos) << second.said();
}

/// libmilter says nothing of why.
TEST(SocketOfAPort, ThatIsElsewhereIsNamed) {
  DaemonProgram daemon;
  daemon.configure(daemon.config("inet:8891@192.0.2.1"));
  EXPECT_FALSE(daemon.start());
  EXPECT_EQ(daemon.wait_for_end(), EX_UNAVAILABLE);
  EXPECT_NE(
      daemon.said().find("cannot listen on inet:8891@[192.0.2.1]: Cannot assign requested address"),
      std::string::npos)
      << daemon.said();
}

int socket_option(int fd, int level, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, level, option, &value, &length) == 0 ? value : -1;
}

/// TCP_NODELAY of each TCP connection that the process has accepted; nothing if the system does not
/// let us look into another process.
std::vector<bool> accepted_connections_send_at_once(pid_t process) {
  std::vector<bool> found;
  const auto process_fd = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(process) + "/fd")) {
    const int number = std::stoi(entry.path().filename().string());
    const auto fd = static_cast<int>(::syscall(SYS_pidfd_getfd, process_fd, number, 0));
    if (fd < 0) continue;
    if (socket_option(fd, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP &&
        socket_option(fd, SOL_SOCKET, SO_ACCEPTCONN) == 0) {
      found.push_back(socket_option(fd, IPPROTO_TCP, TCP_NODELAY) > 0);
    }
    ::close(fd);
  }
  ::close(process_fd);
  return found;
}

/// Otherwise the end of each message waits for a delayed acknowledgement.
TEST(SocketOfAPort, SendsAtOnce) {
  DaemonProgram daemon;
  const std::uint16_t port = support::free_port();
  daemon.configure(daemon.config("inet:127.0.0.1:" + std::to_string(port)));
  ASSERT_TRUE(daemon.start()) << daemon.said();
  MilterWire mta(port, Personality::Postfix);
  mta.negotiate();
  const auto connections = accepted_connections_send_at_once(daemon.pid());
  if (connections.empty()) GTEST_SKIP() << "the system shows no files of other processes";
  EXPECT_EQ(connections, std::vector{true});
}

TEST(Descriptors, AreAsManyAsTheSystemAllows) {
  const support::DescriptorLimit low(256);
  DaemonProgram daemon;
  start_on_unix_socket(daemon);
  EXPECT_EQ(support::descriptor_limit(daemon.pid()), support::highest_descriptor_limit());
}

}  // namespace
}  // namespace waarmerk::milter
