// The files that a log is read from: plain or packed with gzip, a directory of them, or standard
// input.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"
#include "reporting/gunzip.h"

namespace waarmerk::reporting {

/// Days, both included; what is not given is no limit.
struct DayRange {
  std::optional<std::chrono::sys_days> first;
  std::optional<std::chrono::sys_days> last;
};

/// The files that `place` stands for: the regular ones of a directory that are named
/// aggregate-YYYY-MM-DD.jsonl or .jsonl.gz, oldest first, as far as they can hold records of `days`
/// (of one day the packed file first: what was written after it was packed stands in the other);
/// else `place` alone. Error: it does not exist, may not be read, or is a device.
[[nodiscard]] Result<std::vector<std::string>> log_files_at(const std::string& place,
                                                            const DayRange& days);

/// The same place for whoever looks from another folder; "-" stays what it is.
[[nodiscard]] std::string absolute_place(const std::string& place);

/// How many lines end in the first `octets` of a plain file; as many as can be read.
[[nodiscard]] std::uint64_t lines_in(const std::string& path, std::uint64_t octets);

/// How many octets a regular file has; nullopt for anything else, as a pipe or "-".
[[nodiscard]] std::optional<std::uint64_t> file_size(const std::string& path);

/// True for a regular file that begins as gzip does.
[[nodiscard]] bool is_packed(const std::string& path);

/// What a regular file is, whatever it is called.
struct FileIdentity {
  /// Device, inode, and a hash of its first octets: an inode is given to another file when the
  /// first one is gone, but no other file of the log begins like this one.
  std::string text;
  std::uint64_t octets = 0;
  bool is_packed = false;

  bool operator==(const FileIdentity&) const = default;
};

/// One file that is read from its beginning, unpacked when it begins as gzip does. One thread.
class LogInput {
 public:
  /// "-" is standard input. Waits where `path` is a pipe that nobody writes to.
  [[nodiscard]] static Result<LogInput> open(const std::string& path);

  /// Opens a plain file and begins `octets` before its end, or at its beginning if it is shorter.
  [[nodiscard]] static Result<LogInput> open_near_end(const std::string& path,
                                                      std::uint64_t octets);

  /// Reads some octets into `room`, of at least two octets; 0 at the end. After the end it may be
  /// called again: a plain file may have grown. Error: it cannot be read, or what is packed is
  /// damaged or ends too early.
  [[nodiscard]] Result<std::size_t> read(std::span<char> room);
  /// Octets taken from the file so far, before unpacking.
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }
  /// Where reading goes on, of a plain file.
  [[nodiscard]] std::uint64_t position() const { return begin_ + bytes_read_; }
  /// True if the file of that name is the one that is open here.
  [[nodiscard]] bool is_at(const std::string& path) const;
  /// nullopt where it is no regular file.
  [[nodiscard]] std::optional<FileIdentity> identity() const;
  /// Goes on behind the first `octets` of the file, which is plain. Before the first read().
  [[nodiscard]] Result<void> skip(std::uint64_t octets);

 private:
  explicit LogInput(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
  Result<std::size_t> read_raw(std::span<char> room);
  Result<std::size_t> read_first(std::span<char> room);
  Result<std::size_t> read_packed(std::span<char> room);

  Descriptor descriptor_;
  std::uint64_t bytes_read_ = 0;
  /// Where reading began.
  std::uint64_t begin_ = 0;
  /// Set when the file turned out to be packed.
  std::optional<Gunzip> gunzip_;
  std::vector<char> packed_;
  std::size_t packed_begin_ = 0;
  std::size_t packed_end_ = 0;
};

}  // namespace waarmerk::reporting
