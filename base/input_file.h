// The files that a postmaster names: which of them are read, and how they are called when something
// is said of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace waarmerk {

/// What may stand where a file is expected. A device never, with the exception of /dev/null: merely
/// opening one can wait for ever, or do something.
enum class FileKind : std::uint8_t {
  Regular,        ///< a regular file: it can be read again for a reload
  RegularOrPipe,  ///< a pipe to which somebody writes as well (`<(...)`, /dev/stdin), or /dev/null
};

/// Whether a file of that kind is at `path`, found out without opening it. Error: it is of another
/// kind, or cannot be looked at. Thread-safe.
[[nodiscard]] Result<void> expect_kind(const std::string& path, FileKind kind);

/// The octets of a file. Error: it cannot be opened or read, is of another kind, or is larger than
/// `limit`, a whole number of MiB. Waits for nobody to open the other end of a pipe; once somebody
/// writes there it reads to the end. Thread-safe.
[[nodiscard]] Result<std::string> read_input_file(const std::string& path, FileKind kind,
                                                  std::size_t limit);

/// What read_input_file() says of a file larger than `limit`.
[[nodiscard]] std::string larger_than(std::size_t limit);

/// A path as it is said: printable, and `''` for an empty one.
[[nodiscard]] std::string shown_path(const std::string& path);

/// Opens /dev/null as standard input, output or error where a parent closed it: the next file that
/// is opened would take its place, and be read or written as such. First of all in main().
void open_standard_streams();

}  // namespace waarmerk
