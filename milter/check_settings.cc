#include "milter/check_settings.h"

#include <chrono>
#include <string>

#include "milter/process.h"
#include "milter/socket_spec.h"
#include "reporting/log_file.h"

namespace waarmerk::milter {

std::vector<Error> check_names(const policy::Settings& settings) {
  const policy::Settings::Milter& milter = settings.milter;
  std::vector<Error> errors;
  if (const auto socket = SocketSpec::parse(milter.socket); !socket) {
    errors.push_back({"milter.socket: " + socket.error().text, {}});
  }
  if (!milter.user.empty() && !find_user(milter.user)) {
    errors.push_back({"milter.user: there is no user '" + milter.user + "'", {}});
  }
  if (!milter.socket_group.empty() && !find_group(milter.socket_group)) {
    errors.push_back({"milter.socket_group: there is no group '" + milter.socket_group + "'", {}});
  }
  if (settings.log.directory.empty()) errors.push_back({"log.directory: it is empty", {}});
  return errors;
}

std::vector<Error> check_settings(const policy::Settings& settings, reporting::LogStorage& storage,
                                  WallTime now) {
  std::vector<Error> errors = check_names(settings);
  if (!errors.empty()) return errors;
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const auto opened = storage.open(settings.log.directory + "/" + reporting::log_file_name(today));
  if (!opened) errors.push_back({"log.directory: " + opened.error().text, {}});
  return errors;
}

}  // namespace waarmerk::milter
