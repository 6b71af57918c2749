// The postmaster's tool. One file per subcommand; this one only reads the command line.
#include <sysexits.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "base/input_file.h"
#include "base/text.h"
#include "cli/check.h"
#include "cli/config.h"

namespace waarmerk::cli {
namespace {

/// The end of the year 9999, as far as RFC 3339 can write.
constexpr std::int64_t kLastSecond = 253'402'300'799;

/// The zone file in short; docs/zone-file.md has all of it.
constexpr const char* kZoneHelp =
    "A zone file has one record a line, parted by single spaces:\n"
    "  example.org MX 10 mail.example.org\n"
    "  example.org TXT v=spf1 mx -all\n"
    "  example.net TXT !TIMEOUT      or NXDOMAIN NODATA SERVFAIL BOGUS\n"
    "  example.org +ad               its answers are signed (DNSSEC)\n"
    "What it does not name does not exist. docs/zone-file.md has the rest.";

/// The arguments with an empty `--name=` as two, `--name` and nothing: the parser would take the
/// next argument for the value. Last one first, as the parser wants them.
std::vector<std::string> reversed_arguments(int argc, char** argv) {
  std::vector<std::string> arguments;
  for (const std::string argument : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
    const bool empty_value = argument.starts_with("--") && argument.size() > 3 &&
                             argument.find('=') == argument.size() - 1;
    arguments.push_back(empty_value ? argument.substr(0, argument.size() - 1) : argument);
    if (empty_value) arguments.emplace_back();
  }
  std::ranges::reverse(arguments);
  return arguments;
}

/// Adds `waarmerk check` to the command line; `options` and `json` are filled when it is parsed.
CLI::App* add_check(CLI::App& app, CheckOptions& options, bool& json) {
  CLI::App* check = app.add_subcommand("check", "Evaluate one saved message and say why");
  check
      ->add_option("message", options.message_file,
                   "The message: a file, a pipe, or - for standard input")
      ->required();
  check->add_option("--config", options.config_file, "Settings; without: defaults, mode enforce");
  check->add_option("--dns", options.zone_file,
                    "Answers from a zone file instead of the DNS; see below");
  check->add_option("--ip", options.ip, "Address of the SMTP client; without: SPF is none");
  check->add_option("--helo", options.helo, "What the client said in HELO");
  check->add_option_function<std::string>(
      "--mail-from", [&options](const std::string& sender) { options.mail_from = sender; },
      "Envelope sender; '', or no --mail-from: the null sender, as of a bounce");
  check->add_option("--rcpt", options.recipients, "An envelope recipient; may be repeated")
      ->type_size(1)
      ->type_name("TEXT")
      ->expected(-1)
      ->allow_extra_args(false);
  check->add_option("--time", options.time, "Unix time of arrival; without: now")
      ->check(CLI::Range(std::int64_t{0}, kLastSecond));
  check->add_option("--engine", options.engine,
                    "Verifier: native, reference or both; without: as the settings say");
  check->add_flag("--json", json, "Print the log object and the actions as JSON");
  check->footer(kZoneHelp);
  return check;
}

/// `waarmerk config` and its own subcommands.
struct ConfigCommands {
  const CLI::App* check = nullptr;
  const CLI::App* show = nullptr;
  const CLI::App* print_template = nullptr;
  std::string file = "/etc/waarmerk/waarmerk.toml";
  bool json = false;
};

/// Adds `waarmerk config` to the command line; `commands` are filled when it is parsed.
void add_config(CLI::App& app, ConfigCommands& commands) {
  CLI::App* config = app.add_subcommand("config", "Look at a configuration file");
  config->require_subcommand(1);
  CLI::App* check = config->add_subcommand("check", "Say what stands against a start with it");
  CLI::App* show = config->add_subcommand("show", "Print all values and where they come from");
  for (CLI::App* command : {check, show}) {
    command->add_option("--config", commands.file, "The settings")->capture_default_str();
  }
  show->add_flag("--json", commands.json, "Print JSON");
  commands.check = check;
  commands.show = show;
  commands.print_template =
      config->add_subcommand("template", "Print the documented file with all defaults");
}

int run_config(const ConfigCommands& commands, const Streams& streams) {
  if (commands.check->parsed()) return config_check(commands.file, streams);
  if (commands.show->parsed()) {
    return config_show(commands.file, commands.json ? Output::Json : Output::Text, streams);
  }
  return config_template(streams);
}

/// Help, the version, or what is wrong with the command line, which may hold anything.
int answer(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream complaint;
  const int status = app.exit(error, std::cout, complaint);
  std::cerr << printable_lines(complaint.str());
  return status == 0 ? EX_OK : EX_USAGE;
}

int run(int argc, char** argv) {
  CLI::App app("Waarmerk: what inbound mail proves, and what is decided about it", "waarmerk");
  app.set_version_flag("--version", "waarmerk " WAARMERK_VERSION);
  app.require_subcommand(1);
  CheckOptions check_options;
  bool json = false;
  const CLI::App* check_command = add_check(app, check_options, json);
  ConfigCommands config;
  add_config(app, config);
  try {
    app.parse(reversed_arguments(argc, argv));
  } catch (const CLI::ParseError& error) {
    return answer(app, error);
  }
  const Streams streams{std::cout, std::cerr};
  if (check_command->parsed()) {
    return check(check_options, json ? Output::Json : Output::Text, streams);
  }
  return run_config(config, streams);
}

}  // namespace
}  // namespace waarmerk::cli

int main(int argc, char** argv) {
  waarmerk::open_standard_streams();
  try {
    return waarmerk::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "waarmerk: " << error.what() << "\n";
    return EX_SOFTWARE;
  }
}
