#include "milter/reload.h"

#include <optional>
#include <utility>

#include "policy/config_file.h"

namespace waarmerk::milter {

namespace {

std::string sentence(const Error& error) {
  return error.where.empty() ? error.text : error.where + ": " + error.text;
}

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

/// The settings in `text`; faults are said.
std::optional<policy::Settings> read(DaemonLog& log, const Result<std::string>& text,
                                     const std::string& file_name) {
  if (!text) {
    log.error(sentence(text.error()));
    return std::nullopt;
  }
  auto parsed = policy::parse_config(*text, file_name);
  if (parsed) return std::move(*parsed);
  for (const Error& error : parsed.error()) log.error(sentence(error));
  return std::nullopt;
}

}  // namespace

bool reload(Service& service, const Result<std::string>& text, const std::string& file_name) {
  DaemonLog& log = service.daemon_log();
  const auto before = service.settings();
  auto fresh = read(log, text, file_name);
  const policy::Settings& now = fresh ? *fresh : *before;
  service.log().reopen({now.log.directory, now.log.sync});
  if (!fresh) {
    log.error("the settings in force stay as they were");
    return false;
  }
  if (needs_restart(*before, *fresh)) {
    log.warning("changes of socket, user and resolver take effect at the next start");
  }
  service.replace_settings(std::move(*fresh));
  ++service.counters().reloads;
  log.info("settings of " + file_name + " are in force");
  return true;
}

}  // namespace waarmerk::milter
