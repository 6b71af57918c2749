#include "tests/support/process_state.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

namespace waarmerk::support {

namespace {

namespace fs = std::filesystem;

std::string path_of(pid_t process, const char* file) {
  return "/proc/" + std::to_string(process) + "/" + file;
}

/// The first number behind `name` in a file of such lines.
std::size_t number_behind(const std::string& file, const std::string& name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream rest(line.substr(name.size()));
    std::size_t number = 0;
    rest >> number;
    return number;
  }
  return 0;
}

rlimit current_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

void set_soft_limit(std::size_t soft) {
  rlimit limit = current_limit();
  limit.rlim_cur = std::min<rlim_t>(soft, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

bool has_ended(pid_t child) {
  siginfo_t ended{};
  const int looked = ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT);
  return looked != 0 || ended.si_pid != 0;
}

std::size_t open_descriptors(pid_t process) {
  std::error_code error;
  const fs::directory_iterator entries(path_of(process, "fd"), error);
  return error ? 0 : static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

bool has_no_descriptor_left(pid_t process) {
  // A lower limit does not close what is above it already.
  const std::size_t limit = descriptor_limit(process);
  std::size_t below = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path_of(process, "fd"), error)) {
    if (std::stoul(entry.path().filename().string()) < limit) ++below;
  }
  return below == limit;
}

std::size_t thread_count(pid_t process) {
  return number_behind(path_of(process, "status"), "Threads:");
}

std::size_t resident_kilobytes(pid_t process) {
  return number_behind(path_of(process, "status"), "VmRSS:");
}

std::size_t peak_kilobytes(pid_t process) {
  return number_behind(path_of(process, "status"), "VmHWM:");
}

std::size_t descriptor_limit(pid_t process) {
  return number_behind(path_of(process, "limits"), "Max open files");
}

std::string program_name(pid_t process) {
  std::ifstream in(path_of(process, "comm"));
  std::string name;
  std::getline(in, name);
  return name;
}

bool blocks_signal(pid_t process, int signal) {
  const std::string name = "SigBlk:";
  std::ifstream in(path_of(process, "status"));
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(name)) continue;
    return ((std::stoull(line.substr(name.size()), nullptr, 16) >> (signal - 1)) & 1U) != 0;
  }
  return false;
}

DescriptorLimit::DescriptorLimit(std::size_t soft) : previous_(current_limit().rlim_cur) {
  set_soft_limit(soft);
}

DescriptorLimit::~DescriptorLimit() { set_soft_limit(previous_); }

std::size_t highest_descriptor_limit() { return current_limit().rlim_max; }

}  // namespace waarmerk::support
