// One function for each subcommand: it adds its options, and says what is done with them.
#include "cli/report_command.h"

#include <sysexits.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <array>
#include <memory>
#include <string>

#include "cli/report_collect.h"
#include "cli/settings.h"

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

/// All subcommands, in the order of the help.
constexpr std::array kSubcommands = {add_collect};

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
