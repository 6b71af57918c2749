#include "milter/dry_run.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/input_file.h"
#include "base/text.h"
#include "milter/check_settings.h"
#include "milter/process.h"
#include "milter/socket_spec.h"
#include "milter/socket_trial.h"
#include "reporting/log_file.h"

namespace waarmerk::milter {
namespace {

using policy::Finding;
using policy::Severity;

/// 0, or the errno that keeps this process from doing that with the file. The kernel is asked: the
/// C library's eaccess() knows nothing of read-only file systems once do_as() is at work.
int obstacle(const std::string& path, int access) {
  return ::faccessat(AT_FDCWD, path.c_str(), access, AT_EACCESS) == 0 ? 0 : errno;
}

/// 0, or the errno with which the log would not open this file.
int obstacle_to_log(const std::string& file) {
  struct stat found{};
  if (::stat(file.c_str(), &found) == 0) {
    if (S_ISDIR(found.st_mode)) return EISDIR;
    if (S_ISSOCK(found.st_mode)) return ENXIO;
  }
  return obstacle(file, R_OK | W_OK);
}

/// How a directory looks to the user that this process is at the moment.
struct Look {
  bool exists = false;
  /// Why the log cannot be opened in it; empty if it can.
  std::string problem;
};

Look look_at(const std::string& directory, const std::string& file) {
  struct stat found{};
  if (::stat(directory.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    return {.exists = true,
            .problem = "cannot look at " + directory + ": " + system_error_text(errno)};
  }
  if (!S_ISDIR(found.st_mode)) return {.exists = true, .problem = directory + " is no directory"};
  int error = obstacle_to_log(file);
  if (error == ENOENT) error = obstacle(directory, W_OK | X_OK);
  if (error == 0) return {.exists = true};
  return {.exists = true, .problem = "cannot open " + file + ": " + system_error_text(error)};
}

/// The directory above that exists already, in which a start would begin to make others.
std::string nearest_existing(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::path above = fs::absolute(path, ignored).lexically_normal();
  while (above.has_relative_path() && !fs::exists(above, ignored)) above = above.parent_path();
  return above.string();
}

/// True if a start as root, which the daemon's user seems to need, could do what this process may
/// not.
bool is_left_to_root(int error, const std::string& user) {
  return ::geteuid() != 0 && !user.empty() && (error == EACCES || error == EPERM);
}

/// A directory that does not exist is made by whoever starts the daemon.
Finding foresee_directory(const std::string& directory, const std::string& user) {
  const std::string above = nearest_existing(directory);
  const int error = obstacle(above, W_OK | X_OK);
  if (error == 0) {
    return {Severity::Note, "log.directory", "there is no " + directory + " yet: a start makes it"};
  }
  if (is_left_to_root(error, user)) {
    return {Severity::Note, "log.directory",
            "there is no " + directory + " yet: a start as root makes it"};
  }
  return {Severity::Error, "log.directory",
          "cannot make directory " + directory + " in " + above + ": " + system_error_text(error)};
}

Finding bad_socket(std::string text) { return {Severity::Error, "milter.socket", std::move(text)}; }

std::vector<Finding> foresee_unix_socket(const std::string& path, const std::string& user) {
  struct stat found{};
  // A link is none, even if it leads to one: as for a start.
  if (::lstat(path.c_str(), &found) == 0) {
    if (!S_ISSOCK(found.st_mode)) return {bad_socket(path + " exists and is no socket")};
  } else if (errno != ENOENT && !is_left_to_root(errno, user)) {
    return {bad_socket("cannot look at socket " + path + ": " + system_error_text(errno))};
  }
  const std::string directory = path.substr(0, path.rfind('/') + 1);
  const int error = obstacle(directory, W_OK | X_OK);
  if (error == 0) return {};
  // No error: what starts the daemon may make it, as systemd does with a RuntimeDirectory.
  if (error == ENOENT) {
    return {{Severity::Warning, "milter.socket",
             "there is no directory " + directory + ", and a start makes none"}};
  }
  if (is_left_to_root(error, user)) {
    return {{Severity::Note, "milter.socket",
             "not tried whether the socket can be made in " + directory + ": that takes root"}};
  }
  return {bad_socket("cannot listen on unix:" + path + ": " + system_error_text(error))};
}

}  // namespace

std::vector<Finding> foresee_log(const policy::Settings& settings, WallTime now) {
  const std::string& directory = settings.log.directory;
  const std::string& user = settings.milter.user;
  const std::string file =
      directory + "/" + reporting::log_file_name(std::chrono::floor<std::chrono::days>(now));
  if (directory.empty()) return {};

  Look look;
  const auto done = do_as(user, [&] { look = look_at(directory, file); });
  if (!done && !look_at(directory, file).exists) return {foresee_directory(directory, user)};
  if (!done) {
    if (!find_user(user)) return {};
    return {{Severity::Note, "log.directory",
             "not tried whether the log can be opened there: that takes root or '" + user + "'"}};
  }
  if (!look.exists) return {foresee_directory(directory, user)};
  if (look.problem.empty()) return {};
  return {{Severity::Error, "log.directory", look.problem}};
}

std::vector<Finding> foresee_socket(const policy::Settings& settings) {
  const auto spec = SocketSpec::parse(settings.milter.socket);
  if (!spec) return {};
  if (spec->family() == SocketSpec::Family::Unix) {
    return foresee_unix_socket(spec->path(), settings.milter.user);
  }
  const auto tried = try_address(*spec);
  if (!tried) return {bad_socket(tried.error().text)};
  return {};
}

std::vector<Finding> foresee_reload(const policy::Configuration& configuration,
                                    const std::string& path) {
  const std::string& user = configuration.settings.milter.user;
  std::vector<std::string> files(configuration.list_files.begin(), configuration.list_files.end());
  files.insert(files.begin(), path);
  std::vector<Finding> findings;
  const auto done = do_as(user, [&] {
    for (const std::string& file : files) {
      const int error = obstacle(file, R_OK);
      if (error == 0) continue;
      findings.push_back({Severity::Warning, "milter.user",
                          "'" + user + "' cannot read " + shown_path(file) + ": " +
                              system_error_text(error) +
                              "; the daemon starts, and every reload fails"});
    }
  });
  if (done || !find_user(user)) return findings;
  return {{Severity::Note, "milter.user",
           "not tried whether '" + user + "' can read this file" +
               (files.size() == 1 ? "" : " and those that it names") + ": that takes root or '" +
               user + "'"}};
}

Result<std::unique_ptr<dns::AresResolver>> start_resolver(const policy::Settings::Dns& settings) {
  return dns::AresResolver::start({.servers = settings.servers,
                                   .timeout = settings.query_timeout,
                                   .tries = settings.tries,
                                   .trusted = settings.trusted});
}

std::vector<Finding> remote_servers(const dns::AresResolver& resolver) {
  std::vector<Finding> findings;
  for (const dns::ServerAddress& server : resolver.remote_servers()) {
    findings.push_back(
        {Severity::Warning, "dns.servers",
         "resolver " + server.text() + " is not on this host: answers can be forged on the way"});
  }
  return findings;
}

std::vector<Finding> foresee_resolvers(const policy::Settings& settings) {
  const auto resolver = start_resolver(settings.dns);
  if (!resolver) return {{Severity::Error, "dns.servers", resolver.error().text}};
  return remote_servers(**resolver);
}

DryRun dry_run(std::string_view text, const ConfigOrigin& origin, WallTime now,
               const policy::FileReader& read_file) {
  auto configuration = load_configuration(text, origin.name, read_file);
  if (!configuration) return {.lines = {to_string(configuration.error())}};
  configuration->add(foresee_log(configuration->settings, now));
  configuration->add(foresee_socket(configuration->settings));
  configuration->add(foresee_resolvers(configuration->settings));
  if (!origin.path.empty()) configuration->add(foresee_reload(*configuration, origin.path));
  DryRun result{.would_start = configuration->is_usable()};
  for (const Finding& finding : configuration->findings) {
    result.lines.push_back(to_string(configuration->say(finding)));
  }
  return result;
}

}  // namespace waarmerk::milter
