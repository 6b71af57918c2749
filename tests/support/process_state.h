// What the kernel says of a process: its files, its threads, its memory.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

namespace waarmerk::support {

/// Whether a child of this process has ended, which nobody has waited for yet; also true for what
/// is no child. It may be waited for all the same.
[[nodiscard]] bool has_ended(pid_t child);
/// How many file descriptors the process has open; 0 if it is gone.
[[nodiscard]] std::size_t open_descriptors(pid_t process);
/// Whether it can open no further one.
[[nodiscard]] bool has_no_descriptor_left(pid_t process);
/// How many threads it has; 0 if it is gone.
[[nodiscard]] std::size_t thread_count(pid_t process);
/// Resident memory, and the most there was of it, in kB of 1024 octets; 0 if it is gone.
[[nodiscard]] std::size_t resident_kilobytes(pid_t process);
[[nodiscard]] std::size_t peak_kilobytes(pid_t process);
/// The soft limit of open files; 0 if it is gone.
[[nodiscard]] std::size_t descriptor_limit(pid_t process);

/// The program that it runs, at most 15 octets; empty if it is gone.
[[nodiscard]] std::string program_name(pid_t process);
/// Whether its first thread blocks the signal.
[[nodiscard]] bool blocks_signal(pid_t process, int signal);

/// Another soft limit of open files for this process and the children it makes, as long as it
/// lives.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(std::size_t soft);
  ~DescriptorLimit();
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  DescriptorLimit(DescriptorLimit&&) = delete;
  DescriptorLimit& operator=(DescriptorLimit&&) = delete;

 private:
  std::size_t previous_;
};

/// The most that DescriptorLimit can ask for.
[[nodiscard]] std::size_t highest_descriptor_limit();

}  // namespace waarmerk::support
