// A folder that a test fills and that is gone afterwards.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace waarmerk::support {

class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Writes a file of that name, or replaces it, and returns its path.
  std::string write(std::string_view name, std::string_view content) const;
  /// Adds to the end of a file of that name, and returns its path.
  std::string append(std::string_view name, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

}  // namespace waarmerk::support
