#include "base/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/descriptor.h"
#include "base/text.h"

namespace waarmerk {
namespace {

constexpr std::size_t kChunk = 65536;
/// No path is longer (PATH_MAX).
constexpr std::size_t kLongestPath = 4096;

std::unexpected<Error> failure(std::string_view what, int code, const std::string& path) {
  return fail(std::string(what) + ": " + system_error_text(code), shown_path(path));
}

bool is_null_device(const struct stat& found) {
  struct stat null{};
  return ::stat("/dev/null", &null) == 0 && S_ISCHR(found.st_mode) && found.st_rdev == null.st_rdev;
}

/// Empty if a file of that kind may be opened, else why not.
std::string objection(const struct stat& found, FileKind kind) {
  if (S_ISREG(found.st_mode)) return {};
  if (S_ISDIR(found.st_mode)) return "is a directory";
  switch (kind) {
    case FileKind::Regular:
      return "is no regular file";
    case FileKind::RegularOrPipe:
      if (S_ISFIFO(found.st_mode) || is_null_device(found)) return {};
      return "is neither a file nor a pipe; - is standard input";
  }
  return "is no regular file";
}

/// A pipe is opened without waiting for who writes to it.
int open_flags(const struct stat& found) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
  return S_ISFIFO(found.st_mode) ? kFlags | O_NONBLOCK : kFlags;
}

/// One read, again when a signal interrupts it. Where a pipe has nothing yet, its writer is waited
/// for.
ssize_t read_some(int fd, std::array<char, kChunk>& chunk) {
  for (;;) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got >= 0) return got;
    if (errno == EAGAIN && ::fcntl(fd, F_SETFL, 0) == 0) continue;
    if (errno != EINTR) return got;
  }
}

}  // namespace

Result<void> expect_kind(const std::string& path, FileKind kind) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return failure("cannot be opened", errno, path);
  if (std::string why = objection(found, kind); !why.empty()) {
    return fail(std::move(why), shown_path(path));
  }
  return {};
}

Result<std::string> read_input_file(const std::string& path, FileKind kind, std::size_t limit) {
  // Looked at before it is opened: opening alone can block, or wake a device.
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return failure("cannot be opened", errno, path);
  if (std::string why = objection(found, kind); !why.empty()) {
    return fail(std::move(why), shown_path(path));
  }
  const Descriptor file(::open(path.c_str(), open_flags(found)));
  if (file.get() < 0) return failure("cannot be opened", errno, path);
  std::string octets;
  std::array<char, kChunk> chunk{};
  for (;;) {
    const ssize_t got = read_some(file.get(), chunk);
    if (got < 0) return failure("cannot be read", errno, path);
    if (got == 0) break;
    octets.append(chunk.data(), static_cast<std::size_t>(got));
    if (octets.size() > limit) return fail(larger_than(limit), shown_path(path));
  }
  if (octets.empty() && S_ISFIFO(found.st_mode)) {
    return fail("is a pipe to which nobody writes", shown_path(path));
  }
  return octets;
}

std::string larger_than(std::size_t limit) {
  return "larger than " + std::to_string(limit >> 20U) + " MiB";
}

std::string shown_path(const std::string& path) {
  return path.empty() ? "''" : printable(path, kLongestPath);
}

void open_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest number that is free, which is this one. The wrong way round, so that an answer
    // that nobody gets is still an error.
    static_cast<void>(::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

}  // namespace waarmerk
