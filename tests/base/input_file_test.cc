#include "base/input_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace waarmerk {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMiB = std::size_t{1} << 20U;

class InputFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "waarmerk-input-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string file(const std::string& name, const std::string& octets) const {
    std::ofstream(path(name), std::ios::binary) << octets;
    return path(name);
  }
  std::string pipe(const std::string& name) const {
    EXPECT_EQ(::mkfifo(path(name).c_str(), 0600), 0);
    return path(name);
  }
  static std::string said(const std::string& path, FileKind kind) {
    const auto read = read_input_file(path, kind, kMiB);
    return read ? "" : to_string(read.error());
  }

  fs::path folder_;
};

TEST_F(InputFile, IsReadOctetForOctet) {
  const std::string octets("a\r\n\0b\n\x1b", 7);
  for (const FileKind kind : {FileKind::Regular, FileKind::RegularOrPipe}) {
    EXPECT_EQ(read_input_file(file("f", octets), kind, kMiB), octets);
    EXPECT_EQ(read_input_file(file("empty", ""), kind, kMiB), "");
  }
}

TEST_F(InputFile, MayBeALinkToOne) {
  fs::create_symlink(file("f", "text"), path("link"));
  EXPECT_EQ(read_input_file(path("link"), FileKind::Regular, kMiB), "text");
  fs::create_symlink(pipe("p"), path("other"));
  EXPECT_EQ(said(path("other"), FileKind::Regular), path("other") + ": is no regular file");
}

TEST_F(InputFile, HasALimit) {
  EXPECT_TRUE(read_input_file(file("f", std::string(kMiB, 'x')), FileKind::Regular, kMiB));
  EXPECT_EQ(said(file("g", std::string(kMiB + 1, 'x')), FileKind::Regular),
            path("g") + ": larger than 1 MiB");
}

TEST_F(InputFile, SaysWhyItCannotBeRead) {
  EXPECT_EQ(said(path("none"), FileKind::Regular),
            path("none") + ": cannot be opened: No such file or directory");
  EXPECT_EQ(said(file("f", "") + "/below", FileKind::Regular),
            path("f/below") + ": cannot be opened: Not a directory");
  EXPECT_EQ(said("", FileKind::Regular), "'': cannot be opened: No such file or directory");
  EXPECT_EQ(said(folder_, FileKind::RegularOrPipe), folder_.string() + ": is a directory");
}

TEST_F(InputFile, IsSaidPrintable) {
  EXPECT_EQ(said("no\x1b[31mfile\n", FileKind::Regular),
            "no?[31mfile?: cannot be opened: No such file or directory");
  EXPECT_EQ(shown_path("/a b/c.eml"), "/a b/c.eml");
}

/// Nobody may make a daemon or a postmaster wait, and no device is touched.
TEST_F(InputFile, IsNoDeviceAndNoSocket) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path("s").copy(address.sun_path, sizeof address.sun_path - 1);
  const void* generic = &address;
  ASSERT_EQ(::bind(socket, static_cast<const sockaddr*>(generic), sizeof address), 0);
  for (const std::string& place : {std::string("/dev/zero"), std::string("/dev/tty"), path("s")}) {
    EXPECT_EQ(said(place, FileKind::Regular), place + ": is no regular file");
    EXPECT_EQ(said(place, FileKind::RegularOrPipe),
              place + ": is neither a file nor a pipe; - is standard input");
  }
  EXPECT_EQ(said("/dev/null", FileKind::Regular), "/dev/null: is no regular file");
  EXPECT_EQ(read_input_file("/dev/null", FileKind::RegularOrPipe, kMiB), "");
  ::close(socket);
}

TEST_F(InputFile, IsNoPipeThatNobodyWritesTo) {
  EXPECT_EQ(said(pipe("p"), FileKind::Regular), path("p") + ": is no regular file");
  EXPECT_EQ(said(path("p"), FileKind::RegularOrPipe),
            path("p") + ": is a pipe to which nobody writes");
}

/// As with `<(...)`: the writer may be slow, and more than fits into the pipe may come.
TEST_F(InputFile, MayBeAPipeThatSomebodyWritesTo) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const std::string octets(kMiB / 2, 'x');
  std::thread writer([&] {
    std::size_t done = 0;
    while (done < octets.size()) {
      const ssize_t got = ::write(ends[1], octets.data() + done, octets.size() - done);
      if (got <= 0) break;
      done += static_cast<std::size_t>(got);
    }
    ::close(ends[1]);
  });
  const std::string place = "/proc/self/fd/" + std::to_string(ends[0]);
  const auto read = read_input_file(place, FileKind::RegularOrPipe, kMiB);
  EXPECT_EQ(read, octets);
  // A writer that is left alone would wait for ever.
  ::close(ends[0]);
  writer.join();
}

}  // namespace
}  // namespace waarmerk
