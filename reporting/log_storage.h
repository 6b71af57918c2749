// What the log needs of a file system. Abstract so that tests can fill a disk and lose a directory.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace waarmerk::reporting {

/// One open file, for appending; closed by its destructor. append() is called by one thread at a
/// time, sync() by any thread beside it.
class LogStream {
 public:
  virtual ~LogStream() = default;

  /// Appends by one write; returns how many octets the file took. Fewer than given is no error
  /// here.
  [[nodiscard]] virtual Result<std::size_t> append(std::string_view octets) = 0;
  /// Returns when what was appended would outlive a power failure.
  [[nodiscard]] virtual Result<void> sync() = 0;
  /// False when the file has no name any more: what is appended is lost with the last close.
  [[nodiscard]] virtual bool has_a_name() const = 0;
};

/// A file as it was opened.
struct OpenedLog {
  std::unique_ptr<LogStream> stream;
  /// It was empty, or ended with a newline.
  bool ends_cleanly = true;
};

/// Opens files. Called by one thread at a time.
class LogStorage {
 public:
  virtual ~LogStorage() = default;

  /// Opens `path` for appending; makes it, with mode 0640, when it does not exist.
  [[nodiscard]] virtual Result<OpenedLog> open(const std::string& path) = 0;
};

}  // namespace waarmerk::reporting
