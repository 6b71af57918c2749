// waarmerk-milter: the command line.
#include <sysexits.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/clock.h"
#include "base/input_file.h"
#include "base/text.h"
#include "milter/check_settings.h"
#include "milter/daemon.h"
#include "milter/dry_run.h"
#include "milter/signals.h"
#include "policy/config_file.h"

namespace waarmerk::milter {
namespace {

struct CommandLine {
  std::string config_file = "/etc/waarmerk/waarmerk.toml";
  bool only_check = false;
  bool log_to_stderr = false;
};

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  return read_input_file(path, FileKind::Regular, limit);
}

/// What stands against a start with this configuration, without making anything.
int check(const std::string& text, const std::string& file) {
  const DryRun result = dry_run(text, {shown_path(file), file}, SystemClock().now(), read_file);
  for (const std::string& line : result.lines) std::cerr << line << "\n";
  if (!result.would_start) return EX_CONFIG;
  std::cout << shown_path(file) << ": ok\n";
  return EX_OK;
}

/// A configuration with which the daemon can start; all faults of another go to standard error.
std::optional<policy::Configuration> prepare(const std::string& text, const std::string& file) {
  auto configuration = load_configuration(text, shown_path(file), read_file);
  if (!configuration) {
    std::cerr << to_string(configuration.error()) << "\n";
    return std::nullopt;
  }
  const policy::Settings& settings = configuration->settings;
  configuration->add(configuration->is_usable() ? prepare_log(settings)
                                                : foresee_log(settings, SystemClock().now()));
  configuration->add(foresee_reload(*configuration, file));
  if (configuration->is_usable()) return std::move(*configuration);
  for (const policy::Finding& finding : configuration->findings) {
    // What a start would do, it does not.
    if (finding.severity == policy::Severity::Note) continue;
    std::cerr << to_string(configuration->say(finding)) << "\n";
  }
  return std::nullopt;
}

/// Help, the version, or what is wrong with the command line, which may hold anything.
int answer(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream complaint;
  const int status = app.exit(error, std::cout, complaint);
  std::cerr << printable_lines(complaint.str());
  return status == 0 ? EX_OK : EX_USAGE;
}

int run(int argc, char** argv) {
  CommandLine command;
  CLI::App app("Verifies SPF, DKIM and DMARC of inbound mail for Sendmail and Postfix",
               "waarmerk-milter");
  app.set_version_flag("--version", "waarmerk-milter " WAARMERK_VERSION);
  app.add_option("--config", command.config_file, "The settings")->capture_default_str();
  app.add_flag("--check", command.only_check, "Only say what stands against a start");
  app.add_flag("--log-stderr", command.log_to_stderr, "Log to standard error as well");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return answer(app, error);
  }
  const auto text = read_file(command.config_file, policy::kMaxConfigBytes);
  if (!text) {
    std::cerr << to_string(text.error()) << "\n";
    return EX_CONFIG;
  }
  if (command.only_check) return check(*text, command.config_file);
  auto configuration = prepare(*text, command.config_file);
  if (!configuration) return EX_CONFIG;
  const bool echoes = command.log_to_stderr || ::isatty(STDERR_FILENO) != 0;
  return run_daemon(std::move(*configuration), {.config_file = command.config_file,
                                                .read_file = read_file,
                                                .echo = echoes ? Echo::Stderr : Echo::None});
}

}  // namespace
}  // namespace waarmerk::milter

int main(int argc, char** argv) {
  waarmerk::milter::block_signals();
  waarmerk::open_standard_streams();
  try {
    return waarmerk::milter::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "waarmerk-milter: " << error.what() << "\n";
    return EX_SOFTWARE;
  }
}
