#include "milter/check_settings.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>

#include "base/text.h"
#include "milter/process.h"
#include "milter/socket_spec.h"
#include "policy/config_file.h"
#include "policy/config_tests/run.h"
#include "policy/contradictions.h"
#include "policy/dmarc/public_suffix.h"
#include "reporting/log_file.h"

namespace waarmerk::milter {
namespace {

using policy::Finding;
using policy::Severity;

/// Options that someone wrote for a Unix socket, where the socket is none.
std::vector<Finding> idle_options(const policy::Configuration& configuration) {
  std::vector<Finding> findings;
  for (const char* key : {"milter.socket_group", "milter.socket_mode"}) {
    if (!configuration.lines.contains(key)) continue;
    findings.push_back({Severity::Warning, key, "has no effect: milter.socket is no unix socket"});
  }
  return findings;
}

/// Whoever speaks the milter protocol to us names the client, and is believed.
Finding open_to_all() {
  return {Severity::Warning, "milter.socket",
          "listens on every address, and whoever connects is believed; expected an address that "
          "only the mail server reaches"};
}

}  // namespace

std::vector<Finding> check_names(const policy::Configuration& configuration) {
  const policy::Settings& settings = configuration.settings;
  const std::string& user = settings.milter.user;
  const std::string& group = settings.milter.socket_group;
  std::vector<Finding> findings;
  const auto socket = SocketSpec::parse(settings.milter.socket);
  if (!socket) {
    findings.push_back({Severity::Error, "milter.socket", socket.error().text});
  } else if (socket->family() != SocketSpec::Family::Unix) {
    findings = idle_options(configuration);
    if (socket->listens_everywhere()) findings.push_back(open_to_all());
  }
  if (!user.empty() && !find_user(user)) {
    findings.push_back(
        {Severity::Error, "milter.user", "there is no user '" + printable(user) + "'"});
  }
  if (!group.empty() && !find_group(group)) {
    findings.push_back(
        {Severity::Error, "milter.socket_group", "there is no group '" + printable(group) + "'"});
  }
  if (settings.log.directory.empty()) {
    findings.push_back({Severity::Error, "log.directory", "is empty; expected a directory"});
  }
  std::ranges::move(
      policy::public_suffix_findings(settings.dmarc, policy::dmarc::describe_public_suffix_list()),
      std::back_inserter(findings));
  return findings;
}

Result<policy::Configuration> load_configuration(std::string_view text, std::string_view file_name,
                                                 const policy::FileReader& read_file) {
  auto configuration = policy::read_configuration(text, file_name, read_file);
  if (!configuration) return configuration;
  configuration->add(check_names(*configuration));
  configuration->add(policy::failing_tests(*configuration));
  return configuration;
}

std::vector<Finding> try_log(const policy::Settings& settings, reporting::LogStorage& storage,
                             WallTime now) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const auto opened = storage.open(settings.log.directory + "/" + reporting::log_file_name(today));
  if (opened) return {};
  return {{Severity::Error, "log.directory", opened.error().text}};
}

}  // namespace waarmerk::milter
