// A folder that a postmaster wants files in.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/descriptor.h"
#include "base/result.h"

namespace waarmerk {

/// Files appear in it as a whole or not at all: each is written aside, then renamed. One thread.
class OutputFolder {
 public:
  /// Error: it is not there, or no folder.
  [[nodiscard]] static Result<OutputFolder> open(const std::string& path);

  /// Writes a file, or replaces it; for its owner to write and its group to read. Error: `name` is
  /// more than one name, or begins with a dot; or it cannot be written.
  [[nodiscard]] Result<void> write(const std::string& name, std::string_view content) const;

 private:
  explicit OutputFolder(Descriptor folder) : folder_(std::move(folder)) {}

  Descriptor folder_;
};

}  // namespace waarmerk
