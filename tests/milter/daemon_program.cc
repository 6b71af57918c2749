#include "tests/milter/daemon_program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/wait_for.h"

namespace waarmerk::support {

namespace {

constexpr const char* kProgram = WAARMERK_BINARY_DIR "/milter/waarmerk-milter";

/// In the child: nothing but calls that are safe after a fork.
[[noreturn]] void run_program(const char* config, const char* output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int fd = ::open(output, O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(fd, STDOUT_FILENO);
  ::dup2(fd, STDERR_FILENO);
  ::close(fd);
  ::execl(kProgram, kProgram, "--log-stderr", "--config", config, nullptr);
  ::_exit(127);
}

}  // namespace

DaemonProgram::~DaemonProgram() {
  if (child_ <= 0) return;
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
}

std::string DaemonProgram::config(std::string_view socket, std::string_view milter,
                                  std::string_view dns) const {
  std::ostringstream text;
  text << "mode = \"enforce\"\n[milter]\nsocket = \"" << socket << "\"\n"
       << milter << "\n[dns]\n"
       << dns << "\n[log]\ndirectory = \"" << folder_.path().string() << "\"\n";
  return text.str();
}

void DaemonProgram::configure(const std::string& config) const {
  std::ofstream(file("waarmerk.toml")) << config;
}

bool DaemonProgram::start() {
  const std::string config = file("waarmerk.toml");
  const std::string output = file("stderr");
  std::filesystem::remove(output);
  child_ = ::fork();
  if (child_ == 0) run_program(config.c_str(), output.c_str());
  bool ready = false;
  return wait_for([&] {
           siginfo_t ended{};
           ::waitid(P_PID, static_cast<id_t>(child_), &ended, WEXITED | WNOHANG | WNOWAIT);
           ready = said().find("info: ready") != std::string::npos;
           return ready || ended.si_pid != 0;
         }) &&
         ready;
}

void DaemonProgram::signal(int number) const { ::kill(child_, number); }

bool DaemonProgram::has_ended() const {
  siginfo_t ended{};
  // Looks without taking: the end is for wait_for_end().
  ::waitid(P_PID, static_cast<id_t>(child_), &ended, WEXITED | WNOHANG | WNOWAIT);
  return ended.si_pid != 0;
}

int DaemonProgram::wait_for_end() {
  int status = -1;
  if (!wait_for([&] { return ::waitpid(child_, &status, WNOHANG) == child_; })) return -1;
  child_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string DaemonProgram::said() const {
  std::ifstream in(file("stderr"));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> DaemonProgram::log_lines() const {
  std::vector<std::string> lines;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    if (entry.path().extension() != ".jsonl") continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) lines.push_back(line);
  }
  return lines;
}

}  // namespace waarmerk::support
