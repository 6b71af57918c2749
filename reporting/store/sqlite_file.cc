#include "reporting/store/sqlite_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/descriptor.h"
#include "base/text.h"

namespace waarmerk::reporting {
namespace {

constexpr mode_t kMode = 0640;

/// "/var/lib/waarmerk" of "/var/lib/waarmerk/reports.db"; "." where there is no slash.
std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<void> prepare_sqlite_file(const std::string& path) {
  struct stat folder{};
  const std::string name = folder_of(path);
  if (::stat(name.c_str(), &folder) != 0) {
    return fail("the folder " + name + " of the store: " + system_error_text(errno) +
                    "; it is not made by itself",
                path);
  }
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode));
  if (file.get() < 0) return fail("the store: " + system_error_text(errno), path);
  return {};
}

}  // namespace waarmerk::reporting
