#include "tests/support/postgres.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/support/process_state.h"
#include "tests/support/wait_for.h"

namespace waarmerk::support {
namespace {

namespace fs = std::filesystem;

/// The folder of initdb and postgres; empty if there is none.
fs::path find_programs() {
  const fs::path checkout = fs::path(__FILE__).parent_path().parent_path().parent_path();
  const char* named = ::getenv("WAARMERK_POSTGRES");
  const std::array<fs::path, 3> places = {
      fs::path(named == nullptr ? "" : named), "/usr/lib/postgresql/15/bin",
      checkout / "build/lab/postgresql/usr/lib/postgresql/15/bin"};
  for (const fs::path& place : places) {
    if (!place.empty() && fs::exists(place / "postgres") && fs::exists(place / "initdb")) {
      return place;
    }
  }
  return {};
}

/// The user to become when this is root.
const passwd* other_user() {
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* user = ::getpwnam(name)) return user;
  }
  return nullptr;
}

/// In a child: never comes back. It ends with the thread that made it, whatever ends that.
[[noreturn]] void become(const fs::path& program, const fs::path& log, const passwd* user,
                         std::vector<char*> arguments) {
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (user != nullptr && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 ||
                          ::setuid(user->pw_uid) != 0)) {
    ::_exit(126);
  }
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  const char* path = "PATH=/usr/bin:/bin";
  const char* locale = "LC_ALL=C.UTF-8";
  std::array<char*, 3> environment = {const_cast<char*>(path), const_cast<char*>(locale), nullptr};
  arguments.push_back(nullptr);
  ::execve(program.c_str(), arguments.data(), environment.data());
  ::_exit(127);
}

}  // namespace

Postgres& Postgres::shared() {
  static Postgres cluster;
  return cluster;
}

Postgres::Postgres() : programs_(find_programs()) {
  if (programs_.empty()) {
    missing_ =
        "no PostgreSQL: no WAARMERK_POSTGRES, no /usr/lib/postgresql/15/bin, "
        "nothing unpacked in build/lab/postgresql";
    return;
  }
  make_cluster();
  if (missing_.empty()) start();
}

Postgres::~Postgres() {
  if (server_ <= 0) return;
  // SIGQUIT: every process of it ends at once, without cleaning up.
  ::kill(server_, SIGQUIT);
  ::waitpid(server_, nullptr, 0);
}

std::string Postgres::url(const std::string& database) const {
  return "postgresql:///" + database + "?host=" + folder_.path().string() + "&user=waarmerk";
}

void Postgres::make_cluster() {
  if (::geteuid() == 0) {
    const passwd* user = other_user();
    if (user == nullptr || ::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
      missing_ = "no PostgreSQL: it does not run as root, and there is no other user for it";
      return;
    }
  }
  const std::string data = (folder_.path() / "data").string();
  const pid_t child = run("initdb", {"-D", data, "-U", "waarmerk", "--auth=trust", "--no-sync",
                                     "-E", "UTF8", "--no-instructions"});
  int status = 0;
  if (::waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    missing_ = "no PostgreSQL: initdb of " + programs_.string() + " failed: " + log();
  }
}

void Postgres::start() {
  const std::string folder = folder_.path().string();
  // Nothing here needs to outlive a loss of power; deadlocks are made on purpose.
  server_ = run("postgres", {"-D", folder + "/data", "-k", folder, "-c", "listen_addresses=", "-c",
                             "fsync=off", "-c", "deadlock_timeout=50ms", "-c", "max_connections=60",
                             "-c", "shared_buffers=32MB"});
  if (!wait_for([this] { return is_ready() || has_ended(server_); }) || !is_ready()) {
    missing_ = "no PostgreSQL: it did not start: " + log();
  }
}

pid_t Postgres::run(const std::string& program, const std::vector<std::string>& arguments) {
  const fs::path path = programs_ / program;
  std::vector<char*> pointers = {const_cast<char*>(path.c_str())};
  for (const std::string& argument : arguments) {
    pointers.push_back(const_cast<char*>(argument.c_str()));
  }
  const passwd* user = ::geteuid() == 0 ? other_user() : nullptr;
  const pid_t child = ::fork();
  if (child == 0) become(path, folder_.path() / "log", user, pointers);
  return child;
}

bool Postgres::is_ready() const {
  std::ifstream state(folder_.path() / "data/postmaster.pid");
  const std::string text{std::istreambuf_iterator<char>(state), {}};
  return text.find("ready") != std::string::npos;
}

std::string Postgres::log() const {
  std::ifstream file(folder_.path() / "log");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace waarmerk::support
