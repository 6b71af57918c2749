#include "tests/milter/daemon_program.h"

#include <fstream>
#include <sstream>

#include "tests/support/wait_for.h"

namespace waarmerk::support {

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
  RunningDaemon& daemon = daemon_.emplace(file("waarmerk.toml"));
  const auto is_ready = [&] { return !daemon.lines_with("info: ready").empty(); };
  return wait_for([&] { return is_ready() || daemon.has_ended(); }) && is_ready();
}

int DaemonProgram::wait_for_end() {
  return wait_for([&] { return has_ended(); }) ? daemon_->wait_for_end() : -1;
}

std::string DaemonProgram::said() const {
  std::string text;
  for (const std::string& line : daemon_->lines_with("")) text += line + "\n";
  return text;
}

}  // namespace waarmerk::support
