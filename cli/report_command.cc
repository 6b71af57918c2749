// One function for each subcommand: it adds its options, and says what is done with them.
#include "cli/report_command.h"

#include <sysexits.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <array>
#include <memory>
#include <string>

#include "cli/report_collect.h"
#include "cli/report_send.h"
#include "cli/report_status.h"
#include "cli/settings.h"
#include "cli/table.h"

namespace waarmerk::cli {
namespace {

using Subcommand = ReportCommand::Subcommand;

/// Options that are filled when the command line is parsed, and live as long as the subcommand.
template <typename Options>
struct Given {
  Options options;
  bool json = false;
  [[nodiscard]] Output output() const { return json ? Output::Json : Output::Text; }
};

void add_config(CLI::App& command, std::string& file) {
  command.add_option("--config", file,
                     "Settings that say where the store is; without: " + std::string(kUsualConfig));
}

Progress::Shown progress_of_terminal() {
  return isatty(STDERR_FILENO) == 1 ? Progress::Shown::Yes : Progress::Shown::No;
}

Subcommand add_collect(CLI::App& report) {
  auto given = std::make_shared<Given<CollectOptions>>();
  CLI::App* command = report.add_subcommand("collect", "Count what is new in the log");
  given->options.progress = progress_of_terminal();
  command->add_option("log", given->options.log.places,
                      "Files or directories of the log, - for standard input; without: the "
                      "directory of the settings");
  add_config(*command, given->options.log.config_file);
  command->add_option("--damaged", given->options.damaged_file,
                      "Append lines that cannot be understood to this file");
  command->add_flag("--json", given->json, "Print JSON");
  return {command, [given](const Streams& streams) {
            return report_collect(given->options, given->output(), streams);
          }};
}

Subcommand add_send(CLI::App& report) {
  struct Command {
    SendOptions options;
    bool dry_run = false;
    bool json = false;
  };
  auto given = std::make_shared<Command>();
  given->options.generator = "waarmerk " WAARMERK_VERSION;
  CLI::App* command = report.add_subcommand("send", "Send the reports that are due");
  add_config(*command, given->options.config_file);
  command->add_flag("--dry-run", given->dry_run, "Only say what would be sent, to whom and why");
  command->add_option("--spool", given->options.spool, "Write files into this folder, not mail");
  command->add_option("--dns", given->options.zone_file,
                      "Answers from a zone file instead of the DNS");
  command->add_flag("--json", given->json, "Print JSON");
  return {command, [given](const Streams& streams) {
            const Output output = given->json ? Output::Json : Output::Text;
            if (given->dry_run) return report_dry_run(given->options, output, streams);
            return report_send(given->options, output, streams, is_told_to_stop);
          }};
}

Subcommand add_status(CLI::App& report) {
  auto given = std::make_shared<Given<StatusOptions>>();
  CLI::App* command = report.add_subcommand("status", "Say what waits, and for what");
  add_config(*command, given->options.config_file);
  command->add_flag("--json", given->json, "Print JSON");
  return {command, [given](const Streams& streams) {
            given->options.width = terminal_width();
            return report_status(given->options, given->output(), streams);
          }};
}

Subcommand add_expire(CLI::App& report) {
  auto given = std::make_shared<Given<std::string>>();
  CLI::App* command = report.add_subcommand("expire", "Remove what is older than it has to be");
  add_config(*command, given->options);
  command->add_flag("--json", given->json, "Print JSON");
  return {command, [given](const Streams& streams) {
            return report_expire(given->options, given->output(), streams);
          }};
}

/// All subcommands, in the order of the help.
constexpr std::array kSubcommands = {add_collect, add_send, add_status, add_expire};

}  // namespace

ReportCommand::ReportCommand(CLI::App& app) {
  CLI::App* report = app.add_subcommand("report", "What we saw goes back to the domain owner");
  report->require_subcommand(1);
  app_ = report;
  for (const auto add : kSubcommands) subcommands_.push_back(add(*report));
}

bool ReportCommand::is_meant() const { return app_->parsed(); }

int ReportCommand::run(const Streams& streams) const {
  for (const Subcommand& subcommand : subcommands_) {
    if (subcommand.app->parsed()) return subcommand.run(streams);
  }
  return EX_USAGE;
}

}  // namespace waarmerk::cli
