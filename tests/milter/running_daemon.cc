#include "tests/milter/running_daemon.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace waarmerk::support {

namespace {

constexpr const char* kProgram = WAARMERK_BINARY_DIR "/milter/waarmerk-milter";
/// Guards against a hang; nothing takes so long.
constexpr std::chrono::minutes kPatience{1};

rlimit limit_of(std::optional<std::uint64_t> max_file_size) {
  return {.rlim_cur = max_file_size.value_or(RLIM_INFINITY), .rlim_max = RLIM_INFINITY};
}

/// In the child, where other threads do not exist: only calls that need no lock.
[[noreturn]] void run_program(const char* config_file, int output, const rlimit& limit) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::setrlimit(RLIMIT_FSIZE, &limit);
  // As a shell starts it: with no signal blocked.
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execl(kProgram, kProgram, "--log-stderr", "--config", config_file, nullptr);
  ::_exit(127);
}

}  // namespace

RunningDaemon::RunningDaemon(const std::string& config_file,
                             std::optional<std::uint64_t> max_file_size) {
  std::array<int, 2> output{};
  if (::pipe2(output.data(), O_CLOEXEC) != 0) return;
  const rlimit limit = limit_of(max_file_size);
  child_ = ::fork();
  if (child_ == 0) run_program(config_file.c_str(), output[1], limit);
  ::close(output[1]);
  listener_ = std::thread([this, pipe = output[0]] { listen(pipe); });
}

RunningDaemon::~RunningDaemon() {
  if (child_ > 0) {
    signal(SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  if (listener_.joinable()) listener_.join();
}

void RunningDaemon::listen(int pipe) {
  std::string rest;
  std::array<char, 65'536> octets{};
  ssize_t got = 0;
  while ((got = ::read(pipe, octets.data(), octets.size())) > 0) {
    rest.append(octets.data(), static_cast<std::size_t>(got));
    const std::lock_guard lock(mutex_);
    for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
      lines_.push_back(rest.substr(0, end));
      rest.erase(0, end + 1);
    }
    changed_.notify_all();
  }
  ::close(pipe);
  const std::lock_guard lock(mutex_);
  fell_silent_ = true;
  changed_.notify_all();
}

std::size_t RunningDaemon::count_with(std::string_view text) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      lines_, [text](const std::string& line) { return line.find(text) != std::string::npos; }));
}

bool RunningDaemon::wait_until_said(std::string_view text, std::size_t times) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPatience, [&] { return fell_silent_ || count_with(text) >= times; });
  return count_with(text) >= times;
}

std::vector<std::string> RunningDaemon::lines_with(std::string_view text) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> found;
  std::ranges::copy_if(lines_, std::back_inserter(found), [text](const std::string& line) {
    return line.find(text) != std::string::npos;
  });
  return found;
}

void RunningDaemon::signal(int number) const { ::kill(child_, number); }

void RunningDaemon::limit_files(std::uint64_t max_file_size) const {
  const rlimit limit = limit_of(max_file_size);
  ::prlimit(child_, RLIMIT_FSIZE, &limit, nullptr);
}

int RunningDaemon::wait_for_end() {
  {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return fell_silent_; })) return -1;
  }
  int status = -1;
  if (child_ > 0) ::waitpid(child_, &status, 0);
  child_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace waarmerk::support
