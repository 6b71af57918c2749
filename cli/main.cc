// The postmaster's tool. One file per subcommand; this one only reads the command line.
#include <sysexits.h>
#include <unistd.h>
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
#include "cli/explain.h"
#include "cli/log_places.h"
#include "cli/log_query.h"
#include "cli/log_tail.h"
#include "cli/replay.h"
#include "cli/report_command.h"
#include "cli/settings.h"
#include "cli/table.h"

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

/// Adds an option that limits what is found. Empty would be no limit, which is not what a script
/// means whose variable is empty.
void add_limit(CLI::App& command, const std::string& name, std::string& value,
               const std::string& description) {
  const auto complaint = [](const std::string& text) -> std::string {
    return text.empty() ? "is empty; without it there is no limit" : "";
  };
  command.add_option(name, value, description)->check(CLI::Validator(complaint, ""));
}

/// Who waits at a terminal sees how far it is.
Progress::Shown progress_of_terminal() {
  return isatty(STDERR_FILENO) == 1 ? Progress::Shown::Yes : Progress::Shown::No;
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

/// `waarmerk explain` as the command line has it.
struct ExplainCommand {
  const CLI::App* app = nullptr;
  ExplainOptions options;
  bool now = false;
  bool json = false;
};

/// Adds where the log is: --log and --config.
void add_places(CLI::App& command, LogPlaces& log) {
  command
      .add_option("--log", log.places,
                  "A file or directory of the log, - for standard input; may be repeated")
      ->type_size(1)
      ->expected(-1)
      ->allow_extra_args(false);
  command.add_option("--config", log.config_file,
                     "Settings that say where the log is; without: " + std::string(kUsualConfig));
}

/// Adds `waarmerk explain` to the command line; `command` is filled when it is parsed.
void add_explain(CLI::App& app, ExplainCommand& command) {
  CLI::App* explain = app.add_subcommand("explain", "Say why a message in the log got its answer");
  explain
      ->add_option("message", command.options.what,
                   "Queue id, a line of the log, or - for lines on standard input")
      ->required();
  add_places(*explain, command.options.log);
  add_limit(*explain, "--since", command.options.since, "Only since then: 2026-05-01, 2h, 3d");
  explain->add_flag("--now", command.now,
                    "What the DNS says today, and what the message would get with it");
  explain->add_option("--dns", command.options.zone_file, "Today's DNS from a zone file")
      ->needs("--now");
  explain->add_flag("--json", command.json, "Print a JSON array");
  command.app = explain;
}

int run_explain(ExplainCommand& command, const Streams& streams) {
  if (command.now) command.options.compare = CompareDns::WithNow;
  return explain(command.options, command.json ? Output::Json : Output::Text, streams);
}

/// `waarmerk log` and its own subcommands.
struct LogCommands {
  const CLI::App* app = nullptr;
  const CLI::App* tail = nullptr;
  const CLI::App* query = nullptr;
  const CLI::App* top = nullptr;
  TailOptions tail_options;
  LogQuestion question;
  std::string top_by;
  bool no_follow = false;
  bool json = false;
};

/// Adds the filters that all questions to the log have.
void add_filters(CLI::App& command, FilterOptions& filter) {
  add_limit(command, "--domain", filter.domain, "Author domain; *.x is every name below x");
  add_limit(command, "--source", filter.source,
            "Client address, network, or a domain that passed DKIM or SPF");
  add_limit(command, "--verdict", filter.verdict,
            "DMARC result: pass, fail, none, temperror or permerror");
  add_limit(command, "--action", filter.action, "accept, tag, hold, reject or defer");
  add_limit(command, "--since", filter.since, "From then on: 2026-05-01, RFC 3339, 2h, 3d");
  add_limit(command, "--until", filter.until, "Before then");
}

CLI::App* add_question(CLI::App& log, LogCommands& commands, const std::string& name,
                       const std::string& description) {
  CLI::App* command = log.add_subcommand(name, description);
  add_places(*command, commands.question.log);
  add_filters(*command, commands.question.filter);
  command->add_option("--limit", commands.question.limit, "At most so many")
      ->check(CLI::Range(std::size_t{1}, kMaxLimit))
      ->capture_default_str();
  command->add_flag("--json", commands.json, "Print a JSON array");
  return command;
}

/// Adds `waarmerk log` to the command line; `commands` are filled when it is parsed.
void add_log(CLI::App& app, LogCommands& commands) {
  CLI::App* log = app.add_subcommand("log", "Look into the log");
  log->require_subcommand(1);
  CLI::App* tail = log->add_subcommand("tail", "Print the newest messages, and those that come");
  add_places(*tail, commands.tail_options.log);
  add_filters(*tail, commands.tail_options.filter);
  tail->add_option("-n,--lines", commands.tail_options.lines, "How many at first")
      ->check(CLI::Range(std::size_t{0}, kMaxTail))
      ->capture_default_str();
  tail->add_flag("--no-follow", commands.no_follow, "End after those");
  tail->add_flag("--json", commands.json, "Print the lines of the log as they are");
  commands.app = log;
  commands.tail = tail;
  commands.query = add_question(*log, commands, "query", "List messages");
  CLI::App* top = add_question(*log, commands, "top", "Count messages");
  top->add_option("by", commands.top_by, "domains, sources or reasons")->required();
  commands.top = top;
}

int run_log(LogCommands& commands, const Streams& streams) {
  const Output output = commands.json ? Output::Json : Output::Text;
  commands.question.width = terminal_width();
  commands.question.progress = progress_of_terminal();
  if (commands.query->parsed()) return log_query(commands.question, output, streams);
  if (commands.top->parsed()) {
    return log_top(commands.top_by, commands.question, output, streams);
  }
  if (commands.no_follow) commands.tail_options.follow = Follow::No;
  // An interrupt ends it as it ends every program.
  return log_tail(commands.tail_options, output, streams, [] { return false; });
}

/// Adds `waarmerk replay` to the command line; `options` are filled when it is parsed.
CLI::App* add_replay(CLI::App& app, ReplayOptions& options) {
  CLI::App* replay = app.add_subcommand("replay", "What other settings would have done with mail");
  options.top = 20;
  options.progress = progress_of_terminal();
  replay->add_option("log", options.logs, "Files or directories of the log, or OpenDMARC's history")
      ->required();
  replay->add_option("--config", options.candidate_file, "The settings to try")->required();
  replay->add_option("--current", options.current_file,
                     "The settings under which the log was written; without: the defaults");
  add_limit(*replay, "--since", options.since, "From then on: 2026-05-01, RFC 3339, 2h, 3d");
  add_limit(*replay, "--until", options.until, "Before then");
  replay->add_option("--compare", options.compare, "What counts as a change: action or would");
  CLI::Option* top = replay->add_option("--top", options.top, "Rows of each table; 0 shows all");
  top->check(CLI::Range(std::size_t{0}, kMaxLimit));
  const auto in = [&options, top](ReplayFormat format) {
    return [&options, top, format](std::int64_t) {
      options.format = format;
      if (top->empty()) options.top = 0;
    };
  };
  CLI::Option* json = replay->add_flag("--json", in(ReplayFormat::Json), "Print JSON, all rows");
  replay->add_flag("--csv", in(ReplayFormat::Csv), "Print CSV, all rows")->excludes(json);
  return replay;
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
  test->add_option("file", commands.file, "The same")->excludes(test->get_option("--config"));
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
  ExplainCommand explain_command;
  add_explain(app, explain_command);
  LogCommands log;
  add_log(app, log);
  ReplayOptions replay_options;
  const CLI::App* replay_command = add_replay(app, replay_options);
  const ReportCommand report(app);
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
  if (explain_command.app->parsed()) return run_explain(explain_command, streams);
  if (log.app->parsed()) return run_log(log, streams);
  if (replay_command->parsed()) return replay(replay_options, streams);
  if (report.is_meant()) return report.run(streams);
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
