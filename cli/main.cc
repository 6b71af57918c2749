// The postmaster's tool. One file per subcommand; this one only reads the command line.
#include <sysexits.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "cli/check.h"
#include "cli/config.h"

namespace waarmerk::cli {
namespace {

/// The end of the year 9999, as far as RFC 3339 can write.
constexpr std::int64_t kLastSecond = 253'402'300'799;

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
  check->add_option("message", options.message_file, "The message; - for standard input")
      ->required();
  check->add_option("--config", options.config_file, "Settings; without: defaults, mode enforce");
  check->add_option("--dns", options.zone_file, "Answers from a zone file instead of the DNS");
  check->add_option("--ip", options.ip, "Address of the SMTP client; without: SPF is none");
  check->add_option("--helo", options.helo, "What the client said in HELO");
  check->add_option("--mail-from", options.mail_from, "Envelope sender; '' is the null sender");
  check->add_option("--rcpt", options.recipients, "An envelope recipient; may be repeated")
      ->type_size(1)
      ->expected(-1)
      ->allow_extra_args(false);
  check->add_option("--time", options.time, "Unix time of arrival; without: now")
      ->check(CLI::Range(std::int64_t{0}, kLastSecond));
  check->add_option("--engine", options.engine, "Verifier: native");
  check->add_flag("--json", json, "Print the log object and the actions as JSON");
  return check;
}

/// `waarmerk config` and its own subcommands.
struct ConfigCommands {
  const CLI::App* check = nullptr;
  const CLI::App* show = nullptr;
  const CLI::App* test = nullptr;
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
  CLI::App* test = config->add_subcommand("test", "Run the tests that stand in it");
  for (CLI::App* command : {check, show, test}) {
    command->add_option("--config", commands.file, "The settings")->capture_default_str();
  }
  for (CLI::App* command : {show, test}) {
    command->add_flag("--json", commands.json, "Print JSON");
  }
  test->add_option("file", commands.file, "The same");
  commands.check = check;
  commands.show = show;
  commands.test = test;
  commands.print_template =
      config->add_subcommand("template", "Print the documented file with all defaults");
}

int run_config(const ConfigCommands& commands, const Streams& streams) {
  if (commands.check->parsed()) return config_check(commands.file, streams);
  const Output output = commands.json ? Output::Json : Output::Text;
  if (commands.show->parsed()) return config_show(commands.file, output, streams);
  if (commands.test->parsed()) return config_test(commands.file, output, streams);
  return config_template(streams);
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
    return app.exit(error) == 0 ? EX_OK : EX_USAGE;
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
  try {
    return waarmerk::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "waarmerk: " << error.what() << "\n";
    return EX_SOFTWARE;
  }
}
