// One function for each subcommand: it adds its options, and says what is done with them.
#include "cli/report_command.h"

#include <sysexits.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <array>
#include <memory>
#include <string>

#include "cli/report_collect.h"
#include "cli/report_export.h"
#include "cli/report_rows.h"
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

/// Which counted mail is meant: --config, --since, --until, --domain.
void add_question(CLI::App& command, CountedQuestion& question) {
  add_config(command, question.config_file);
  command.add_option("--since", question.since, "From that day on: 2026-05-01, 2h, 3d");
  command.add_option("--until", question.until, "Before then");
  command.add_option("--domain", question.domain,
                     "Policy domain; *.x is every policy domain below x");
}

/// An option that takes one of the words of a format.
template <typename Format, std::size_t N>
CLI::Option* add_format(CLI::App& command, const Words<Format, N>& words, Format& format) {
  std::vector<std::string> names;
  for (const auto& [value, word] : words.table) names.emplace_back(word);
  return command
      .add_option_function<std::string>(
          "--format",
          [&words, &format](const std::string& word) {
            format = words.find(word).value_or(format);
          },
          "What to print")
      ->check(CLI::IsMember(names));
}

/// `rows`, `domains` and `sources` differ in what they print.
Subcommand add_listing(CLI::App& report, const std::string& name, const std::string& description,
                       int (*list)(const RowsOptions&, const Streams&)) {
  auto given = std::make_shared<RowsOptions>();
  CLI::App* command = report.add_subcommand(name, description);
  add_question(*command, given->question);
  CLI::Option* format = add_format(*command, kRowFormatWords, given->format);
  command
      ->add_flag_callback(
          "--json", [given] { given->format = RowFormat::Json; }, "The same as --format json")
      ->excludes(format);
  command->add_option("--limit", given->limit, "At most so many; without: 100 in a table")
      ->check(CLI::Range(std::uint64_t{1}, kMaxRows));
  return {command, [given, list](const Streams& streams) {
            given->width = terminal_width();
            return list(*given, streams);
          }};
}

Subcommand add_rows(CLI::App& report) {
  return add_listing(report, "rows", "List what was counted", report_rows);
}

Subcommand add_domains(CLI::App& report) {
  return add_listing(report, "domains", "Count by policy domain",
                     [](const RowsOptions& options, const Streams& streams) {
                       return report_sums(options, reporting::SumBy::PolicyDomain, streams);
                     });
}

Subcommand add_sources(CLI::App& report) {
  return add_listing(report, "sources", "Count by client",
                     [](const RowsOptions& options, const Streams& streams) {
                       return report_sums(options, reporting::SumBy::Source, streams);
                     });
}

Subcommand add_export(CLI::App& report) {
  auto given = std::make_shared<ExportOptions>();
  given->generator = "waarmerk " WAARMERK_VERSION;
  CLI::App* command = report.add_subcommand("export", "Write what was counted as others read it");
  add_question(*command, given->question);
  add_format(*command, kExportFormatWords, given->format)->required();
  command->add_option("--out", given->folder, "The folder for reports (rfc9990, rfc7489)");
  command
      ->add_option("--log", given->log,
                   "For opendmarc-history: a file or directory of the log, - for standard input; "
                   "may be repeated; without: the directory of the settings")
      ->type_size(1)
      ->expected(-1)
      ->allow_extra_args(false);
  command->add_flag_callback(
      "--later-keys", [given] { given->keys = reporting::HistoryKeys::Developed; },
      "For opendmarc-history: also spf_scope and fo, which 1.4.2 does not know");
  return {command, [given](const Streams& streams) { return report_export(*given, streams); }};
}

/// All subcommands, in the order of the help.
constexpr std::array kSubcommands = {add_collect, add_send,    add_status, add_rows,
                                     add_domains, add_sources, add_export, add_expire};

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
