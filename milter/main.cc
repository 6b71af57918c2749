// waarmerk-milter: the command line.
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>

#include "milter/daemon.h"
#include "policy/config_file.h"

namespace waarmerk::milter {
namespace {

struct CommandLine {
  std::string config_file = "/etc/waarmerk/waarmerk.toml";
  bool only_check = false;
  bool log_to_stderr = false;
};

/// A configuration is short; this keeps a wrong path (a device, a mailbox) from filling the memory.
constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20U;

Result<std::string> read_config(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail("cannot open it: " + std::generic_category().message(errno), path);
  std::string text(kMaxConfigBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return fail("cannot read it", path);
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxConfigBytes) return fail("longer than 1 MiB", path);
  return text;
}

void complain(const Error& error) {
  std::cerr << to_string(error) << "\n";
}

/// The settings of a file, if the daemon can start with them; faults go to standard error.
std::optional<policy::Settings> load(const std::string& file) {
  const auto text = read_config(file);
  if (!text) {
    complain(text.error());
    return std::nullopt;
  }
  auto settings = policy::parse_config(*text, file);
  if (!settings) {
    for (const Error& error : settings.error()) complain(error);
    return std::nullopt;
  }
  const auto errors = check_start(*settings);
  for (const Error& error : errors) complain({error.text, file});
  if (!errors.empty()) return std::nullopt;
  return std::move(*settings);
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
    return app.exit(error) == 0 ? EX_OK : EX_USAGE;
  }
  auto settings = load(command.config_file);
  if (!settings) return EX_CONFIG;
  if (command.only_check) {
    std::cout << command.config_file << ": ok\n";
    return EX_OK;
  }
  const bool echoes = command.log_to_stderr || ::isatty(STDERR_FILENO) != 0;
  return run_daemon(std::move(*settings), {.config_file = command.config_file,
                                           .read_config = read_config,
                                           .echo = echoes ? Echo::Stderr : Echo::None});
}

}  // namespace
}  // namespace waarmerk::milter

int main(int argc, char** argv) {
  try {
    return waarmerk::milter::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "waarmerk-milter: " << error.what() << "\n";
    return EX_SOFTWARE;
  }
}
