#include "tests/milter/daemon_folder.h"

#include <chrono>
#include <fstream>

#include "base/clock.h"
#include "reporting/log_file.h"

namespace waarmerk::support {

namespace fs = std::filesystem;

DaemonFolder::DaemonFolder() {
  fs::create_directory(logs());
  // A daemon that became another user must get through.
  fs::permissions(folder_.path(), fs::perms::group_exec | fs::perms::others_exec,
                  fs::perm_options::add);
  configure(config());
}

std::vector<fs::path> DaemonFolder::daily_logs() const {
  using std::chrono::days;
  const auto today = std::chrono::floor<days>(SystemClock().now());
  return {logs() / reporting::log_file_name(today),
          logs() / reporting::log_file_name(today + days{1})};
}

void DaemonFolder::rotate(unsigned number) const {
  for (const fs::path& file : daily_logs()) {
    if (!fs::exists(file)) continue;
    const std::string old = "old-" + std::to_string(number) + "-" + file.filename().string();
    fs::rename(file, logs() / old);
  }
}

std::string DaemonFolder::config(std::string_view no_from, std::string_view user) const {
  // Nobody answers on the port: no message of these tests asks anything.
  return "mode = \"enforce\"\n[exempt]\nnetworks = [\"192.0.2.0/24\"]\n[dns]\n"
         "servers = [\"127.0.0.1:1\"]\n[log]\ndirectory = \"" +
         logs().string() + "\"\n[policy]\nno_from = \"" + std::string(no_from) +
         "\"\n[milter]\nsocket = \"unix:" + socket() + "\"\nsocket_group = \"\"\nuser = \"" +
         std::string(user) + "\"\ndrain_seconds = 2\n";
}

void DaemonFolder::configure(const std::string& text) const {
  const std::string fresh = folder_.file("fresh.toml");
  std::ofstream(fresh) << text;
  fs::rename(fresh, config_file());
}

}  // namespace waarmerk::support
