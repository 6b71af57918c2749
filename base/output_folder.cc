#include "base/output_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/input_file.h"
#include "base/text.h"

namespace waarmerk {
namespace {

std::unexpected<Error> system_failure(const std::string& name) {
  return fail(system_error_text(errno), shown_path(name));
}

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<OutputFolder> OutputFolder::open(const std::string& path) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return system_failure(path);
  return OutputFolder(std::move(folder));
}

Result<void> OutputFolder::write(const std::string& name, std::string_view content) const {
  if (name.empty() || name.starts_with('.') ||
      name.find_first_of(std::string_view("/\0", 2)) != std::string::npos) {
    return fail("is no name for a file", shown_path(name));
  }
  const std::string aside = "." + name + ".part";
  const Descriptor file(::openat(folder_.get(), aside.c_str(),
                                 O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
  const bool done = file.get() >= 0 && write_all(file.get(), content) &&
                    ::renameat(folder_.get(), aside.c_str(), folder_.get(), name.c_str()) == 0;
  if (!done) return system_failure(name);
  return {};
}

}  // namespace waarmerk
