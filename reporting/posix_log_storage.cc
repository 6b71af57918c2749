// open, write, fdatasync and fstat: the only system calls of the log.
#include "reporting/posix_log_storage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

std::unexpected<Error> system_failure(std::string_view what, int code) {
  return fail(std::string(what) + ": " + system_error_text(code));
}

class PosixLogStream final : public LogStream {
 public:
  explicit PosixLogStream(int descriptor) : descriptor_(descriptor) {}
  ~PosixLogStream() override { ::close(descriptor_); }
  PosixLogStream(const PosixLogStream&) = delete;
  PosixLogStream& operator=(const PosixLogStream&) = delete;

  Result<std::size_t> append(std::string_view octets) override {
    ssize_t taken = 0;
    do {
      taken = ::write(descriptor_, octets.data(), octets.size());
    } while (taken < 0 && errno == EINTR);
    if (taken < 0) return system_failure("cannot write to the log", errno);
    return static_cast<std::size_t>(taken);
  }

  Result<void> sync() override {
    if (::fdatasync(descriptor_) != 0) return system_failure("cannot sync the log", errno);
    return {};
  }

  bool has_a_name() const override {
    struct stat status{};
    return ::fstat(descriptor_, &status) == 0 && status.st_nlink > 0;
  }

  /// True if the file is empty or its last octet is a newline. False when that cannot be found out:
  /// one empty line too many harms nobody.
  bool ends_cleanly() const {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) return false;
    if (status.st_size == 0) return true;
    char last = '\0';
    return ::pread(descriptor_, &last, 1, status.st_size - 1) == 1 && last == '\n';
  }

 private:
  int descriptor_;
};

/// A descriptor, or -1 and errno. Only a file that is made here gets our mode, whatever the umask
/// is: another one has the mode that somebody chose.
int open_or_make(const std::string& path) {
  // Reading is for the last octet only. If there is a pipe or a terminal instead of a file, its
  // slowness loses lines and holds up no mail.
  constexpr int kFlags = O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  constexpr mode_t kMode = 0640;
  const int made = ::open(path.c_str(), kFlags | O_CREAT | O_EXCL, kMode);
  // Not every file system knows modes; the umask's is no reason to lose lines.
  if (made >= 0) static_cast<void>(::fchmod(made, kMode));
  if (made >= 0 || errno != EEXIST) return made;
  // A link that leads nowhere yet exists too.
  return ::open(path.c_str(), kFlags | O_CREAT, kMode);
}

}  // namespace

Result<OpenedLog> PosixLogStorage::open(const std::string& path) {
  const int descriptor = open_or_make(path);
  if (descriptor < 0) return system_failure("cannot open " + path, errno);
  auto stream = std::make_unique<PosixLogStream>(descriptor);
  const bool ends_cleanly = stream->ends_cleanly();
  return OpenedLog{std::move(stream), ends_cleanly};
}

}  // namespace waarmerk::reporting
