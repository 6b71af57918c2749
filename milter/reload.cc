#include "milter/reload.h"

#include <optional>
#include <utility>

#include "milter/check_settings.h"

namespace waarmerk::milter {

namespace {

/// True if something differs that is only read at the start.
bool needs_restart(const policy::Settings& before, const policy::Settings& after) {
  return before.milter.socket != after.milter.socket ||
         before.milter.socket_group != after.milter.socket_group ||
         before.milter.socket_mode != after.milter.socket_mode ||
         before.milter.user != after.milter.user || before.dns.servers != after.dns.servers ||
         before.dns.trusted != after.dns.trusted ||
         before.dns.query_timeout != after.dns.query_timeout ||
         before.dns.tries != after.dns.tries || before.dns.cache_bytes != after.dns.cache_bytes ||
         before.dns.max_waiting != after.dns.max_waiting;
}

/// The settings in `config`, if they can be taken; faults are said.
std::optional<policy::Settings> read(const Service& service, const ReadConfig& config,
                                     reporting::LogStorage& trial) {
  DaemonLog& log = service.daemon_log();
  if (!config.text) {
    log.error(to_string(config.text.error()));
    return std::nullopt;
  }
  auto read = load_configuration(*config.text, config.file_name, config.read_file);
  if (!read) {
    log.error(to_string(read.error()));
    return std::nullopt;
  }
  if (read->is_usable()) read->add(try_log(read->settings, trial, service.clock().now()));
  say_findings(*read, log);
  if (!read->is_usable()) return std::nullopt;
  return std::move(read->settings);
}

}  // namespace

void say_findings(const policy::Configuration& configuration, DaemonLog& log) {
  for (const policy::Finding& finding : configuration.findings) {
    const std::string line = to_string(configuration.say_to_log(finding));
    switch (finding.severity) {
      case policy::Severity::Error:
        log.error(line);
        break;
      case policy::Severity::Warning:
        log.warning(line);
        break;
      case policy::Severity::Note:
        log.info(line);
        break;
    }
  }
}

bool reload(Service& service, const ReadConfig& config, reporting::LogStorage& trial) {
  DaemonLog& log = service.daemon_log();
  auto fresh = read(service, config, trial);
  if (!fresh) {
    log.error("the settings in force stay as they were");
    return false;
  }
  if (needs_restart(*service.settings(), *fresh)) {
    log.warning("changes of socket, user and resolver take effect at the next start");
  }
  service.log().reopen({fresh->log.directory, fresh->log.sync});
  service.replace_settings(std::move(*fresh));
  ++service.counters().reloads;
  log.info("settings of " + config.file_name + " are in force");
  return true;
}

}  // namespace waarmerk::milter
