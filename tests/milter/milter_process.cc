#include "tests/milter/milter_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "dns/zone.h"
#include "milter/libmilter_edge.h"
#include "milter/listener.h"
#include "milter/service.h"
#include "milter/signals.h"
#include "policy/dkim/key_cache.h"
#include "reporting/log_file.h"
#include "reporting/posix_log_storage.h"
#include "tests/support/process_state.h"

namespace waarmerk::support {

namespace {

namespace fs = std::filesystem;

constexpr const char* kDaemonLog = "daemon.log";

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Writes each line at once: the process may be killed at any time.
class FileDaemonLog final : public milter::DaemonLog {
 public:
  explicit FileDaemonLog(const std::string& path)
      : fd_(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {}
  ~FileDaemonLog() override { ::close(fd_); }
  FileDaemonLog(const FileDaemonLog&) = delete;
  FileDaemonLog& operator=(const FileDaemonLog&) = delete;

  void write(Level level, std::string_view line) override {
    constexpr std::array<std::string_view, 3> kNames{"info: ", "warning: ", "error: "};
    const std::string whole =
        std::string(kNames.at(static_cast<std::size_t>(level))).append(line) + "\n";
    if (::write(fd_, whole.data(), whole.size()) < 0) std::perror("daemon log");
  }

 private:
  int fd_;
};

/// The life of the child. Tells over `ready` that it listens.
int serve(dns::Zone zone, policy::Settings settings, const TemporaryFolder& folder, int ready) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  milter::block_signals();
  const SystemClock clock;
  FileDaemonLog daemon_log(folder.file(kDaemonLog));
  if (const auto opened = milter::open_milter(settings.milter); !opened) {
    daemon_log.error(opened.error().text);
    return 1;
  }
  reporting::PosixLogStorage storage;
  policy::dkim::KeyCache keys;
  reporting::LogFile log({"mx.example.org", "1-1"}, {settings.log.directory, settings.log.sync},
                         storage, [](std::string_view, const Error&) {});
  milter::Service service(std::move(settings),
                          {zone, keys, log, clock, daemon_log, "mx.example.org"});
  const milter::SignalThread signals([] {}, milter::wake_listeners);
  const char octet = '+';
  if (::write(ready, &octet, 1) != 1) return 1;
  const auto served = milter::run_milter(service);
  const Instant deadline = clock.instant() + service.settings()->milter.drain;
  const bool quiet = service.activity().wait_until_quiet(std::chrono::milliseconds{100}, deadline);
  return served && quiet ? 0 : 1;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = fs::temp_directory_path() / "waarmerk-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::vector<std::string> TemporaryFolder::log_lines() const {
  std::vector<std::string> lines;
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (entry.path().extension() != ".jsonl") continue;
    for (std::string& line : lines_of(entry.path())) lines.push_back(std::move(line));
  }
  return lines;
}

MilterProcess::MilterProcess(std::string_view zone, policy::Settings settings) {
  socket_path_ = folder_.file("milter.sock");
  if (settings.milter.socket == policy::Settings().milter.socket) {
    settings.milter.socket = "unix:" + socket_path_;
  }
  settings.log.directory = folder_.path().string();
  auto parsed = dns::Zone::parse(zone);
  std::array<int, 2> ready{};
  if (!parsed || ::pipe2(ready.data(), O_CLOEXEC) != 0) return;
  child_ = ::fork();
  if (child_ == 0) {
    ::close(ready[0]);
    ::_exit(serve(std::move(*parsed), std::move(settings), folder_, ready[1]));
  }
  ::close(ready[1]);
  char octet = '\0';
  started_ = ::read(ready[0], &octet, 1) == 1;
  ::close(ready[0]);
}

MilterProcess::~MilterProcess() {
  if (child_ <= 0) return;
  ::kill(child_, SIGKILL);
  wait_for_end();
}

std::vector<std::string> MilterProcess::daemon_lines() const {
  return lines_of(folder_.path() / kDaemonLog);
}

std::size_t MilterProcess::peak_memory() const { return peak_kilobytes(child_) * 1024; }

std::size_t MilterProcess::memory() const { return resident_kilobytes(child_) * 1024; }

void MilterProcess::forget_peak() const {
  std::ofstream("/proc/" + std::to_string(child_) + "/clear_refs") << "5";
}

std::size_t MilterProcess::new_log_lines() {
  std::size_t lines = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path())) {
    if (entry.path().extension() != ".jsonl") continue;
    std::streamoff& position = read_up_to_[entry.path().string()];
    std::ifstream in(entry.path(), std::ios::binary);
    in.seekg(position);
    for (std::string line; std::getline(in, line);) {
      ++lines;
      position += static_cast<std::streamoff>(line.size() + 1);
    }
  }
  return lines;
}

bool MilterProcess::alive() const { return child_ > 0 && !has_ended(child_); }

void MilterProcess::signal(int number) const { ::kill(child_, number); }

int MilterProcess::wait_for_end() {
  int status = -1;
  if (child_ > 0) ::waitpid(child_, &status, 0);
  child_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace waarmerk::support
